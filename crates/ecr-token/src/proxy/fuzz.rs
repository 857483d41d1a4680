//! Proxies in pieces: no password is shown, and no exception is overlooked.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::{collection, prelude::*};

use super::*;
use crate::near::METADATA;

/// Stands for a password, or for a part of one.
const SECRET: &str = "hunter2";

fn texts() -> impl Strategy<Value = String> {
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

/// Hosts and addresses as they stand in URLs.
fn hosts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,3}(\\.[a-z]{1,3}){0,2}",
        any::<Ipv4Addr>().prop_map(|address| address.to_string()),
        any::<Ipv6Addr>().prop_map(|address| format!("[{address}]")),
        prop::sample::select(&["localhost", "LOCALHOST", "127.8.0.1", "[::1]"][..]).prop_map(ToOwned::to_owned),
        prop::sample::select(&METADATA[..]).prop_map(|address| spellings(address).swap_remove(0)),
    ]
}

fn proxies(exceptions: &str) -> Proxies {
    let settings =
        Settings { http_proxy: Some("proxy:1".into()), no_proxy: Some(exceptions.to_owned()), ..Settings::default() };
    Proxies::find(&settings, &Environment::given(&[])).expect("proxies")
}

/// All that an address can be called: short, in full, and as an address of the other family.
fn spellings(address: IpAddr) -> Vec<String> {
    let full = |address: Ipv6Addr| address.segments().map(|segment| format!("{segment:04X}")).join(":");
    match address {
        IpAddr::V4(v4) => {
            let mapped = v4.to_ipv6_mapped();
            vec![v4.to_string(), format!("[{mapped}]"), format!("[{}]", full(mapped))]
        }
        IpAddr::V6(v6) => vec![format!("[{v6}]"), format!("[{}]", full(v6))],
    }
}

proptest! {
    #[test]
    fn no_password_is_shown(scheme in schemes(), user in "[a-z]{0,3}", password in texts(), host in texts()) {
        let url = format!("{scheme}{user}:{SECRET}{password}@{host}");
        match Proxy::parse(&url) {
            Ok(proxy) => {
                let shown = format!("{proxy} {proxy:?}");
                prop_assert!(!shown.contains(SECRET), "{}", shown);
            }
            Err(problem) => prop_assert!(!problem.contains(SECRET)),
        }
    }

    #[test]
    fn what_is_shown_is_the_same_proxy(scheme in schemes(), rest in texts()) {
        if let Ok(proxy) = Proxy::parse(&format!("{scheme}{rest}")) {
            prop_assert!(matches!(proxy.url().scheme(), "http" | "https" | "socks5h"));
            let shown = Proxy::parse(&proxy.to_string()).map_err(TestCaseError::fail)?;
            prop_assert_eq!(shown.url().host(), proxy.url().host());
            prop_assert_eq!(shown.url().port_or_known_default(), proxy.url().port_or_known_default());
            prop_assert!(shown.url().username().is_empty() && shown.url().password().is_none());
        }
    }

    #[test]
    fn an_exception_excepts_whatever_stands_beside_it(host in hosts(), before in texts(), after in texts()) {
        let uri: Uri = format!("http://{host}").parse().expect("a URI");
        let excepted = |exceptions: &str| proxies(exceptions).of(&uri) == Ok(None);
        for list in [format!("{before},{host},{after}"), format!("{before},{host}:80,{after}"), "*".to_owned()] {
            prop_assert!(excepted(&list), "{}", list);
        }
        // More exceptions except more, and some of them nothing.
        let more = format!("{before},{after}");
        prop_assert!(excepted(&more) || !excepted(&before));
        prop_assert_eq!(excepted(" , .,:80, x.invalid"), excepted(""));
    }

    #[test]
    fn an_address_is_the_same_however_it_is_spelled(
        address in prop_oneof![
            any::<IpAddr>(),
            prop::sample::select(&METADATA[..]),
            any::<[u8; 3]>().prop_map(|[a, b, c]| Ipv4Addr::new(127, a, b, c).into()),
            Just(Ipv6Addr::LOCALHOST.into()),
        ],
        exceptions in prop_oneof![Just(String::new()), texts(), any::<IpAddr>().prop_map(|address| address.to_string())],
    ) {
        let exceptions = [exceptions, format!("{address}"), "10.0.0.0/8,fd00::/8".to_owned()];
        for exceptions in &exceptions {
            let proxies = proxies(exceptions);
            let ways: Vec<_> = spellings(address)
                .iter()
                .map(|host| proxies.of(&format!("http://{host}").parse().expect("a URI")) != Ok(None))
                .collect();
            prop_assert!(ways.iter().all(|way| *way == ways[0]), "{:?} {:?}", exceptions, ways);
            if METADATA.contains(&address) || address.is_loopback() {
                prop_assert!(!ways[0]);
            }
        }
    }
}
