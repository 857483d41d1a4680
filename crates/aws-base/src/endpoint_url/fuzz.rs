//! Builds URLs from typical fragments. Checks that requests can be sent to each accepted URL, and that errors about rejected URLs
//! show no password.

use proptest::prelude::*;
use reqwest::Url;

use super::*;

/// The text of a password, or of a part of a password.
const SECRET: &str = "hunter2";

/// A pattern for parts that people put into URLs, on purpose or by accident.
const TEXT: &str = concat!(
    r"(http://|https://|HTTPS://|ftp://|://|//|[/:@?#%\[\]\\\t\u{e9}_\x00-]|%2|%40|\[::1\]|127\.0\.0\.1|",
    r"256\.1\.1\.1|localhost|example\.com|a b|:80|:0|:99999|:http|\.\.|user|.{0,9}){0,5}",
);

/// Generates URLs with a password. The text around [`SECRET`] may be a part of the password.
fn urls_with_passwords() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(&["http://", "https://", "", "ftp://"][..]);
    let at = prop::sample::select(&["@", "%40", "\u{ff20}", ""][..]);
    (scheme, TEXT, TEXT, at, TEXT)
        .prop_map(|(scheme, user, rest, at, host)| format!("{scheme}{user}:{SECRET}{rest}{at}{host}"))
}

proptest! {
    #[test]
    fn passwords_are_never_shown(url in urls_with_passwords()) {
        let shown = Shown::endpoint(&url);
        prop_assert!(!shown.as_str().contains(SECRET), "{}", shown);
        if let Err(invalid) = EndpointUrl::parse(&url) {
            let problem = invalid.to_string();
            prop_assert!(!problem.contains(SECRET), "{}", problem);
        }
    }

    #[test]
    fn an_accepted_url_is_a_valid_uri(
        scheme in prop::sample::select(&["http://", "https://", "HTTP://", ""][..]),
        rest in TEXT,
    ) {
        let url = format!("{scheme}{rest}");
        if EndpointUrl::parse(&url).is_ok() {
            let uri: Uri = url.parse().expect("a URI");
            let port = uri.port_u16().filter(|port| Some(*port) != [80, 443].into_iter().find(|usual| usual == port));
            let url = Url::parse(&url).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(matches!(url.scheme(), "http" | "https") && url.has_host());
            prop_assert!(url.username().is_empty() && url.password().is_none());
            prop_assert!(port.is_none_or(|port| url.port() == Some(port)));
        }
    }

    #[test]
    fn a_plain_url_is_accepted_and_shown_unchanged(host in "[a-z][a-z0-9]{0,8}(\\.[a-z]{1,5}){0,2}", port in 1..=u16::MAX, path in "(/[a-z]{0,4}){0,2}") {
        let url = format!("http://{host}:{port}{path}");
        prop_assert!(EndpointUrl::parse(&url).is_ok());
        prop_assert_eq!(Shown::endpoint(&url), url.into());
    }
}
