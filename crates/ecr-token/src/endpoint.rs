//! Endpoint URLs that people configure.

use std::net::IpAddr;

use http::Uri;

/// Says what is wrong with an endpoint URL, before anything is sent to it.
///
/// # Errors
/// A sentence without its period, such as `it has no scheme: write http:// or https:// before it`.
pub fn check_endpoint(url: &str) -> Result<(), String> {
    let (scheme, rest) = url.split_once("://").ok_or("it has no scheme: write http:// or https:// before it")?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Err(format!("its scheme is {scheme:?}, and only http and https can be spoken"));
    }
    if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) {
        return Err("it has no host".to_owned());
    }
    let uri: Uri = url.parse().map_err(|error: http::uri::InvalidUri| error.to_string())?;
    let authority = uri.authority().ok_or("it has no host")?;
    if authority.as_str().contains('@') {
        return Err("it holds a user name, which requests would not carry".to_owned());
    }
    // `Authority` lets any text pass for a port and then says that there is none.
    let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    if !after_host.is_empty() && authority.port_u16().is_none_or(|port| port == 0) {
        return Err(format!("its port {:?} is not between 1 and 65535", after_host.trim_start_matches(':')));
    }
    Ok(())
}

/// An endpoint URL as it may be shown: without a user name and password that may stand in it.
pub fn shown_endpoint(url: &str) -> String {
    let Some((before, host)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    format!("{scheme}(hidden)@{host}")
}

/// Whether an endpoint is on this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_urls_pass() {
        for url in
            ["http://127.0.0.1:5000", "https://api.ecr.eu-west-1.amazonaws.com", "http://[::1]:80/path", "HTTPS://x"]
        {
            assert_eq!(check_endpoint(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for url in ["http://127.0.0.1:5000", "http://127.9.9.9", "http://[::1]:80/x", "http://LOCALHOST:1"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["http://10.0.0.1", "http://localhost.example", "https://api.ecr.eu-west-1.amazonaws.com", "x"] {
            assert!(!is_loopback(url), "{url}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown_endpoint("http://user:hunter2@host:1/p"), "http://(hidden)@host:1/p");
        assert_eq!(shown_endpoint("user:hun@ter2@host"), "(hidden)@host");
        assert_eq!(shown_endpoint("http://host"), "http://host");
    }

    #[test]
    fn others_are_told_what_is_wrong() {
        for (url, word) in [
            ("127.0.0.1:5599", "scheme"),
            ("", "scheme"),
            ("ftp://host", "scheme"),
            ("http://", "host"),
            ("http://:80", "host"),
            ("http://127.0.0.1:99999", "port"),
            ("http://127.0.0.1:0", "port"),
            ("http://127.0.0.1:http", "port"),
            ("http://[::1]:x", "port"),
            ("http://user:hunter2@host", "user name"),
            ("http://a b", "uri"),
        ] {
            let problem = check_endpoint(url).expect_err(url);
            assert!(problem.contains(word) && !problem.contains("hunter2"), "{url}: {problem}");
        }
    }
}
