//! Proxies as Go finds them in the environment.

use test_vectors::{Answers, compare, library};

use super::*;

#[test]
fn proxies() {
    compare("proxies", include_str!("../../vectors/proxies.json"), |row| {
        let [http, https, except, url] =
            ["http_proxy", "https_proxy", "no_proxy", "url"].map(|name| row[name].as_str().expect("a text"));
        let env = Environment::given(&[("HTTP_PROXY", http), ("HTTPS_PROXY", https), ("NO_PROXY", except)]);
        let ours = Proxies::find(&Settings::default(), &env).map_err(|error| format!("{error:?}"));
        let proxy = row["proxy"].as_str();
        Answers {
            ours: ours.map(|proxies| proxies.of(&url.parse().expect("a URL")).map(|proxy| proxy.url().to_string())),
            library: library(row, |_| proxy.map(written)),
            reason: if [http, https].iter().any(|proxy| ["://bad", "http://pro xy:1"].contains(proxy)) {
                Some("a proxy that is not a URL is an error")
            } else if proxy.is_none() {
                None
            } else if url.contains("//169.254.170.2") {
                Some("metadata are not for a proxy")
            } else if url.contains("//LOCALHOST") {
                Some("a host is the same in capital letters")
            } else {
                None
            },
        }
    });
}

/// The URL as this crate writes it. In Go, any SOCKS proxy looks up names. reqwest has a scheme of its own for that.
fn written(proxy: &str) -> String {
    let proxy = proxy.replace("socks5://", "socks5h://");
    Url::parse(&proxy).map_or(proxy, String::from)
}
