//! Builds URLs of proxies from typical fragments, and checks that no password is shown.

use proptest::prelude::*;

use super::*;

/// The text of a password, or of a part of a password.
const SECRET: &str = "hunter2";

pub(crate) const TEXT: &str = concat!(
    r"(http://|socks5://|ftp://|://|[/:@?#%\\\t\u{e9},*.\[\]]|%40|\[::1\]|127\.0\.0\.1|256\.1\.1\.1|proxy|",
    r"a b|:80|:0|:99999|:http|user|10\.0\.0\.0/8|.{0,9}){0,5}",
);

fn schemes() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["http://", "https://", "socks5://", "socks5h://", "HTTP://", "", "ftp://"][..])
}

proptest! {
    #[test]
    fn passwords_are_never_shown(scheme in schemes(), user in "[a-z]{0,3}", password in TEXT, host in TEXT) {
        let url = format!("{scheme}{user}:{SECRET}{password}@{host}");
        match ProxyUrl::parse(&url) {
            Ok(proxy) => {
                let shown = format!("{proxy} {proxy:?}");
                prop_assert!(!shown.contains(SECRET), "{}", shown);
            }
            Err(invalid) => prop_assert!(!invalid.to_string().contains(SECRET)),
        }
    }

    #[test]
    fn a_shown_proxy_has_the_same_host_and_port(scheme in schemes(), rest in TEXT) {
        if let Ok(proxy) = ProxyUrl::parse(&format!("{scheme}{rest}")) {
            prop_assert!(matches!(proxy.url().scheme(), "http" | "https" | "socks5h"));
            let shown = ProxyUrl::parse(&proxy.to_string()).map_err(|invalid| TestCaseError::fail(invalid.to_string()))?;
            prop_assert_eq!(shown.url().host(), proxy.url().host());
            prop_assert_eq!(shown.url().port_or_known_default(), proxy.url().port_or_known_default());
            prop_assert!(shown.url().username().is_empty() && shown.url().password().is_none());
        }
    }
}
