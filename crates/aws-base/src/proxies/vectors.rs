//! Checks that environment variables select the same proxies as in Go.

use serde_json::Value;
use test_vectors::{Answers, compare, file, library};

use super::*;

#[test]
fn proxies_match_the_go_library() {
    compare("proxies", &file("proxies", include_str!("../../vectors/proxies.json")), |row| {
        let [http, https, except, url] =
            ["http_proxy", "https_proxy", "no_proxy", "url"].map(|name| row[name].as_str().expect("a text"));
        let env = Environment::from_variables(&[("HTTP_PROXY", http), ("HTTPS_PROXY", https), ("NO_PROXY", except)]);
        let proxies = Proxies::find(&Settings::default(), &env).map_err(|error| format!("{error:?}"));
        let uri = url.parse().expect("a URL");
        let ours = proxies.and_then(|proxies| match proxies.for_uri(&uri) {
            Ok(proxy) => Ok(proxy.map(|proxy| proxy.url().to_string())),
            Err(invalid) => Err(invalid.to_string()),
        });
        let library = library(row, |row| row["proxy"].as_str().map(written));
        let reason = reason(row, &ours, library.as_ref().ok().and_then(Option::as_ref));
        Answers { ours, library, reason }
    });
}

/// Returns the reason for a deliberate difference from Go, if any.
fn reason(row: &Value, ours: &Result<Option<String>, String>, theirs: Option<&String>) -> Option<&'static str> {
    let [except, url] = ["no_proxy", "url"].map(|name| row[name].as_str().unwrap_or_default());
    let proxy = if url.starts_with("https:") { &row["https_proxy"] } else { &row["http_proxy"] };
    match (ours, theirs) {
        (Err(_), Some(_)) if ["://bad", "http://pro xy:1"].iter().any(|bad| proxy == bad) => {
            Some("Go uses a proxy with a meaningless name")
        }
        (Ok(None), Some(_)) if ["//169.254.170.2", "//169.254.169.254"].iter().any(|host| url.contains(host)) => {
            Some("requests to metadata services do not use a proxy")
        }
        (Ok(None), Some(_)) if url.contains("//LOCALHOST") => Some("`LOCALHOST` is also this machine"),
        (Ok(None), Some(_))
            if ["localhost.", ".localhost", "//0.0.0.0", "//[::]"].iter().any(|name| url.contains(name)) =>
        {
            Some("Go does not know every name of this machine")
        }
        (Ok(None), Some(_)) if except.contains("]") => Some("an address may be in brackets"),
        (Ok(None), Some(_)) if except.contains(":0") => Some("a port may have leading zeros"),
        _ => None,
    }
}

/// Converts a proxy URL that Go returned to the form that this crate uses. In Go, every SOCKS proxy looks up host names. In
/// reqwest, only proxies with the scheme `socks5h` look up host names.
fn written(proxy: &str) -> String {
    let proxy = proxy.replace("socks5://", "socks5h://");
    Url::parse(&proxy).map_or(proxy, String::from)
}
