//! URLs in pieces: what passes can be asked, and nothing that is said of the others shows a password.

use proptest::{collection, prelude::*};
use reqwest::Url;

use super::*;

/// Stands for a password, or for a part of one.
const SECRET: &str = "hunter2";

/// Parts that people and accidents put into URLs.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "",
        "http://",
        "https://",
        "HTTPS://",
        "ftp://",
        "://",
        "//",
        "/",
        ":",
        "@",
        "?",
        "#",
        "%",
        "%2",
        "%40",
        "[",
        "]",
        "[::1]",
        "127.0.0.1",
        "256.1.1.1",
        "localhost",
        "example.com",
        "a b",
        ":80",
        ":0",
        ":99999",
        ":http",
        "..",
        "\\",
        "\t",
        "\u{e9}",
        "user",
        "-",
        "_",
        "\u{0}",
    ];
    prop_oneof![9 => prop::sample::select(PIECES).prop_map(ToOwned::to_owned), 1 => any::<String>()]
}

fn texts() -> impl Strategy<Value = String> {
    collection::vec(pieces(), 0..6).prop_map(|pieces| pieces.concat())
}

/// A URL with a password before an `@`: what is before the last one can be a part of the password.
fn urls_with_passwords() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(&["http://", "https://", "", "ftp://"][..]);
    let at = prop::sample::select(&["@", "%40", "\u{ff20}", ""][..]);
    (scheme, texts(), texts(), at, texts())
        .prop_map(|(scheme, user, rest, at, host)| format!("{scheme}{user}:{SECRET}{rest}{at}{host}"))
}

proptest! {
    #[test]
    fn no_password_is_shown(url in urls_with_passwords()) {
        let shown = shown_endpoint(&url);
        prop_assert!(!shown.contains(SECRET), "{}", shown);
        if let Err(invalid) = EndpointUrl::parse(&url) {
            let problem = invalid.to_string();
            prop_assert!(!problem.contains(SECRET), "{}", problem);
        }
    }

    #[test]
    fn what_passes_can_be_asked(
        scheme in prop::sample::select(&["http://", "https://", "HTTP://", ""][..]),
        rest in texts(),
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
    fn a_plain_url_passes_and_is_shown_as_it_is(host in "[a-z][a-z0-9]{0,8}(\\.[a-z]{1,5}){0,2}", port in 1..=u16::MAX, path in "(/[a-z]{0,4}){0,2}") {
        let url = format!("http://{host}:{port}{path}");
        prop_assert!(EndpointUrl::parse(&url).is_ok());
        prop_assert_eq!(shown_endpoint(&url), url);
    }
}
