//! URLs of proxies in pieces: no password is shown.

use proptest::{collection, prelude::*};

use super::*;

/// Stands for a password, or for a part of one.
const SECRET: &str = "hunter2";

pub(crate) fn texts() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "",
        "http://",
        "socks5://",
        "ftp://",
        "://",
        "/",
        ":",
        "@",
        "?",
        "#",
        "%",
        "%40",
        "[",
        "]",
        "[::1]",
        "127.0.0.1",
        "256.1.1.1",
        "proxy",
        "a b",
        ":80",
        ":0",
        ":99999",
        ":http",
        "\\",
        "\t",
        "\u{e9}",
        "user",
        ",",
        "*",
        ".",
        "10.0.0.0/8",
    ];
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(ToOwned::to_owned), 1 => any::<String>()];
    collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn schemes() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["http://", "https://", "socks5://", "socks5h://", "HTTP://", "", "ftp://"][..])
}

proptest! {
    #[test]
    fn no_password_is_shown(scheme in schemes(), user in "[a-z]{0,3}", password in texts(), host in texts()) {
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
    fn what_is_shown_is_the_same_proxy(scheme in schemes(), rest in texts()) {
        if let Ok(proxy) = ProxyUrl::parse(&format!("{scheme}{rest}")) {
            prop_assert!(matches!(proxy.url().scheme(), "http" | "https" | "socks5h"));
            let shown = ProxyUrl::parse(&proxy.to_string()).map_err(|invalid| TestCaseError::fail(invalid.to_string()))?;
            prop_assert_eq!(shown.url().host(), proxy.url().host());
            prop_assert_eq!(shown.url().port_or_known_default(), proxy.url().port_or_known_default());
            prop_assert!(shown.url().username().is_empty() && shown.url().password().is_none());
        }
    }
}
