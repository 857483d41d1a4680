//! Builds `NO_PROXY` lists from typical fragments, and checks that every exception in a list is applied.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;
use crate::{near::METADATA, proxy_url::fuzz::TEXT};

/// Generates host names and addresses as they appear in URLs.
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
    let http_proxy = Some(ProxySetting::Proxy(ProxyUrl::parse("proxy:1").expect("a URL")));
    let settings = Settings { http_proxy, no_proxy: Some(exceptions.to_owned()), ..Settings::default() };
    Proxies::find(&settings, &Environment::from_variables(&[])).expect("proxies")
}

/// Returns the spellings of an address in URLs. An IPv6 address has a short and a full form. An IPv4 address can also be written
/// as an IPv4-mapped IPv6 address.
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
    fn an_exception_applies_beside_any_other_text(host in hosts(), before in TEXT, after in TEXT) {
        let uri: Uri = format!("http://{host}").parse().expect("a URI");
        let excepted = |exceptions: &str| proxies(exceptions).for_uri(&uri) == Ok(None);
        for list in [format!("{before},{host},{after}"), format!("{before},{host}:80,{after}"), "*".to_owned()] {
            prop_assert!(excepted(&list), "{}", list);
        }
        // Appending entries to a list does not remove exceptions. An entry that matches no host has no effect.
        let more = format!("{before},{after}");
        prop_assert!(excepted(&more) || !excepted(&before));
        prop_assert_eq!(excepted(" , .,:80, x.invalid"), excepted(""));
    }

    #[test]
    fn all_spellings_of_an_address_are_equivalent(
        address in prop_oneof![
            any::<IpAddr>(),
            prop::sample::select(&METADATA[..]),
            any::<[u8; 3]>().prop_map(|[a, b, c]| Ipv4Addr::new(127, a, b, c).into()),
            Just(Ipv6Addr::LOCALHOST.into()),
        ],
        exceptions in prop_oneof![Just(String::new()), TEXT, any::<IpAddr>().prop_map(|address| address.to_string())],
    ) {
        let exceptions = [exceptions, format!("{address}"), "10.0.0.0/8,fd00::/8".to_owned()];
        for exceptions in &exceptions {
            let proxies = proxies(exceptions);
            let ways: Vec<_> = spellings(address)
                .iter()
                .map(|host| proxies.for_uri(&format!("http://{host}").parse().expect("a URI")) != Ok(None))
                .collect();
            prop_assert!(ways.iter().all(|way| *way == ways[0]), "{:?} {:?}", exceptions, ways);
            if METADATA.contains(&address) || address.is_loopback() {
                prop_assert!(!ways[0]);
            }
        }
    }
}
