//! URLs of endpoints: whether a request can be sent there, and how errors may repeat them.

use std::{fmt, net::Ipv6Addr};

use http::Uri;
use reqwest::Url;

use crate::{
    port::{port_number, split_port},
    secrets::Secrets,
    shown::{HIDDEN, Shown},
};

/// The URL of an endpoint: `http` or `https`, a host, perhaps a port from 1 to 65535, and perhaps a path. It holds no user name
/// and no password.
#[derive(Clone, Eq, PartialEq)]
pub struct EndpointUrl(String);

/// The flaw of a URL to which no request can be sent. It repeats no part of the URL that may be secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEndpointUrl {
    /// A library rejects it, in its own words.
    #[error("{0}")]
    Malformed(String),
    /// The host has no address, with the words of the system behind a colon.
    #[error("its host has no address{0}")]
    NoAddress(String),
    /// The host is missing.
    #[error("it has no host")]
    NoHost,
    /// The scheme is missing.
    #[error("it has no scheme: write http:// or https:// before it")]
    NoScheme,
    /// The URL of an agent that is not near has no TLS.
    #[error("without TLS, only this machine and the agents of ECS and EKS are asked: write https://")]
    NoTls,
    /// The port is not one.
    #[error("its port {0:?} is not a number between 1 and 65535, in digits alone")]
    Port(String),
    /// There is a query or a fragment.
    #[error("it has a query, which requests would not carry")]
    Query,
    /// The scheme is another one.
    #[error("its scheme is {0:?}, and only http and https can be spoken")]
    Scheme(String),
    /// There may be a user name and a password.
    #[error("it holds a user name, which requests would not carry")]
    UserName,
}

impl InvalidEndpointUrl {
    /// Hides secrets in the words that it repeats.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        if let Self::Malformed(text) | Self::NoAddress(text) | Self::Port(text) | Self::Scheme(text) = self {
            *text = secrets.hidden_in(text).to_string();
        }
    }
}

impl EndpointUrl {
    /// Checks a URL before anything is sent to it. Zeros in front of its port are left out: the URL that is signed must be the
    /// one that is sent.
    ///
    /// # Errors
    /// See [`InvalidEndpointUrl`]. A query is not an error here.
    pub fn parse(url: &str) -> Result<Self, InvalidEndpointUrl> {
        check_url(url)?;
        // After the host, too: a password with a slash in it ends the host there.
        if holds_at(url) {
            Err(InvalidEndpointUrl::UserName)
        } else {
            Ok(Self(with_plain_port(url).unwrap_or_else(|| url.to_owned())))
        }
    }

    /// The URL itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is a query or a fragment.
    pub(crate) fn has_query(&self) -> bool {
        self.0.contains(['?', '#'])
    }

    /// The URL as it may be shown: see [`Shown::endpoint`].
    pub(crate) fn shown(&self) -> Shown {
        Shown::endpoint(&self.0)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({})", self.shown())
    }
}

/// Checks a URL with a path of its own, in which an `@` may stand.
///
/// # Errors
/// See [`InvalidEndpointUrl`].
pub(crate) fn check_url(url: &str) -> Result<(), InvalidEndpointUrl> {
    use InvalidEndpointUrl::{Malformed, NoHost, NoScheme, Port, Scheme, UserName};
    let (scheme, rest) = with_scheme(url).ok_or(NoScheme)?;
    if !is_http(scheme) {
        return Err(Scheme(Shown::value(scheme).to_string()));
    }
    if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) {
        return Err(NoHost);
    }
    let uri = match url.parse::<Uri>() {
        Ok(uri) => uri,
        Err(_) if holds_at(rest.split(['/', '?', '#']).next().unwrap_or_default()) => return Err(UserName),
        Err(error) => return Err(Malformed(error.to_string())),
    };
    let authority = uri.authority().ok_or(NoHost)?;
    // `Authority` lets any text pass for a port, and then has no port.
    let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let bad_port = !after_host.is_empty() && after_host.strip_prefix(':').and_then(port_number).is_none();
    // A password with a slash in it ends the authority: what looks like a port is its first part.
    if holds_at(authority.as_str()) || bad_port && holds_at(rest) {
        return Err(UserName);
    }
    if bad_port {
        let port = after_host.trim_start_matches(':');
        let is_shown = is_port(port.trim_start_matches(['+', '-']));
        return Err(Port(if is_shown { port } else { HIDDEN }.to_owned()));
    }
    // The library that sends requests is stricter, above all with numbers that are not an address.
    Url::parse(url).map(drop).map_err(|error| Malformed(error.to_string()))
}

/// The scheme of a URL, and what follows it.
fn with_scheme(url: &str) -> Option<(&str, &str)> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    url.split_once("://").filter(|(scheme, _)| scheme.bytes().all(letter))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Whether there is an `@`, which ends a user name and a password: plain, encoded, or as its look-alikes of Unicode.
pub(crate) fn holds_at(text: &str) -> bool {
    text.contains(['@', '\u{fe6b}', '\u{ff20}']) || text.contains("%40") || text.contains("%2540")
}

impl Shown {
    /// An endpoint URL as it may be shown: a scheme, a host, a port and a path. `(hidden)` stands for each part that is not plainly
    /// that, from there to the end. A user name, a password and a query are hidden, however they are written.
    pub fn endpoint(url: &str) -> Self {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) if is_http(scheme) => (format!("{scheme}://"), rest),
            Some(_) => return Self::hidden(HIDDEN),
            None => (String::new(), url),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        // Without a scheme, it may be anything. No key has a point in it, and the tokens that have some have large letters.
        let is_known = !scheme.is_empty()
            || authority.contains(['.', ':', '[']) && !authority.bytes().any(|byte| byte.is_ascii_uppercase())
            || authority == "localhost";
        if holds_at(url) || !is_known || !is_authority(authority) {
            return Self::hidden(scheme + HIDDEN);
        }
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, query) = rest.split_at(end);
        let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        match (is_path && !(scheme.is_empty() && path.len() > 1), query) {
            (true, "") => format!("{scheme}{authority}{path}").into(),
            (true, _) => Self::hidden(format!("{scheme}{authority}{path}?{HIDDEN}")),
            (false, _) => Self::hidden(format!("{scheme}{authority}/{HIDDEN}")),
        }
    }
}

/// Whether this is plainly a host, with a port or without: a name, or an address of IPv4 or in brackets of IPv6. A number after the
/// colon is a port, also one that is too high.
fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    let is_v6 = || host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    // A name that is complete ends in a dot.
    let name = host.strip_suffix('.').unwrap_or(host);
    (name.split('.').all(is_label) || is_v6().is_some()) && port.is_none_or(is_port)
}

/// Whether this is plainly meant as the number of a port: a password may stand in its place.
fn is_port(text: &str) -> bool {
    text.trim_start_matches('0').len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The URL with its port as clients write it, without zeros in front; `None` without such zeros.
fn with_plain_port(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, authority, port) = (uri.scheme_str()?, uri.authority()?, uri.port_u16()?);
    let after_host = authority.as_str().strip_prefix(authority.host())?;
    let path = if url.ends_with('/') { uri.path() } else { uri.path().trim_end_matches('/') };
    after_host.starts_with(":0").then(|| format!("{scheme}://{}:{port}{path}", authority.host()))
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_urls_pass() {
        for url in
            ["http://127.0.0.1:5000", "https://api.ecr.eu-west-1.amazonaws.com", "http://[::1]:80/path", "HTTPS://x"]
        {
            assert!(EndpointUrl::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_plainly_an_endpoint_is_shown() {
        for url in [
            "http://host",
            "HTTPS://host.corp:99999/p",
            "http://[::1]:05000/a.b/~c",
            "http://127.0.0.1:5000",
            "127.0.0.1:5599",
            "[::1]:80",
            "api.ecr.eu-west-1.amazonaws.com",
            "localhost",
            "",
        ] {
            assert_eq!(Shown::endpoint(url), if url.is_empty() { Shown::hidden(HIDDEN) } else { url.into() });
        }
        assert_eq!(Shown::endpoint("http://host/p?token=hunter2"), Shown::hidden("http://host/p?(hidden)"));
        assert_eq!(Shown::endpoint("http://host#hunter2"), Shown::hidden("http://host?(hidden)"));
        assert_eq!(Shown::endpoint("http://host/;token=hunter2"), Shown::hidden("http://host/(hidden)"));
        assert_eq!(Shown::endpoint("host.corp/hunter2"), Shown::hidden("host.corp/(hidden)"));
        assert_eq!(Shown::endpoint("host.corp/"), "host.corp/".into());
    }

    #[test]
    fn passwords_are_not_shown_however_they_are_written() {
        for url in [
            "http://user:hunter2@host:1/p",
            "http://user:hunter2%40host",
            "http://user%3Ahunter2%40host",
            "http://user:hunter2%2540host",
            "http://user:hunter2\u{ff20}host",
            "http://user:hunter2\u{fe6b}host",
            "http://user:hunter2",
            "http://user:hunter2/",
            "http://user:hunter2\\@host",
            "http://user:hun/ter2@host",
            "http://user:12/hunter2@host",
            "http://user:12/hunter2%40host",
            "http://user:12?hunter2@host",
            "http://user:12#hunter2@host",
            "http://user:hun@ter2@host",
            "http://user:hunter2@host@host",
            "http://user:p@hunter2",
            "http://user:p@hunter2:80",
            "http://user:hunter2;@host",
            "http://user hunter2",
            "http://user:\thunter2@host",
            "http://user:hunter2\n",
            "http://user:123456",
            "http://hunter:correct",
            "http://user:hunter2@host?hunter2",
            "hunter2://host",
            "user:hunter2://x@host",
            "user:hun@ter2@host",
            "user:hunter2@host",
            "user:hunter2",
            "//user:hunter2@host",
            "http:/user:hunter2@host",
            "http:user:hunter2@host",
            "http//user:hunter2@host",
            "ftp://user:hunter2@host",
            "hunter2",
            "hunter2/hunter2",
            "eyJhunter2.eyJ.x",
        ] {
            let (shown, problem) = (Shown::endpoint(url), EndpointUrl::parse(url).expect_err(url).to_string());
            assert!(matches!(shown.as_str(), "(hidden)" | "http://(hidden)"), "{url}: {shown}");
            assert!(
                !problem.contains("hunter2") && !problem.contains("123456") && !problem.contains("correct"),
                "{url}: {problem}"
            );
        }
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
            ("http://[::1]:x", "port"),
            ("http://[::1]:", "port"),
            ("http://user:hunter2@host", "user name"),
            ("http://user:hunter2/x@host", "user name"),
            ("http://user:12/hunter2@host", "user name"),
            ("http://user:hunter2%40host", "user name"),
            ("user:hunter2@http://host", "scheme"),
            ("http://a b", "uri"),
            ("http://127.0.0.256:5000", "IPv4"),
        ] {
            let problem = EndpointUrl::parse(url).expect_err(url).to_string();
            assert!(problem.contains(word) && !problem.contains("hunter2"), "{url}: {problem}");
        }
    }

    #[test]
    fn zeros_before_a_port_are_left_out() {
        for (url, plain) in [
            ("http://host:05", "http://host:5"),
            ("https://[::05]:00443/", "https://[::05]:443/"),
            ("http://host:080/a/05/", "http://host:80/a/05/"),
            ("http://host:50/a", "http://host:50/a"),
        ] {
            assert_eq!(EndpointUrl::parse(url).as_ref().map(EndpointUrl::as_str), Ok(plain));
        }
    }
}
