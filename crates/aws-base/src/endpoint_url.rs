//! Validates the URLs of endpoints, and hides secrets in URLs that errors show.

use std::{fmt, net::Ipv6Addr};

use http::Uri;
use reqwest::Url;

use crate::{
    port::{port_number, split_port},
    secrets::Secrets,
    shown::{HIDDEN, Shown},
};

/// The URL of an endpoint: `http` or `https`, a host, an optional port from 1 to 65535, and an optional path. A user name and a
/// password are not allowed.
#[derive(Clone, Eq, PartialEq)]
pub struct EndpointUrl(String);

/// The reason why requests cannot be sent to a URL. The message shows no part of the URL that may be secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEndpointUrl {
    /// A library rejects the URL. The field is the library's error message.
    #[error("{0}")]
    Malformed(String),
    /// The host name has no address. The field is empty, or a colon followed by the system's error message.
    #[error("its host has no address{0}")]
    NoAddress(String),
    /// The host is missing.
    #[error("it has no host")]
    NoHost,
    /// The scheme is missing.
    #[error("it has no scheme. Write http:// or https:// before it")]
    NoScheme,
    /// The URL of a container agent has no TLS, and its host is neither this machine nor an agent of ECS or EKS.
    #[error("without TLS, only this machine and the agents of ECS and EKS are allowed. Write https://")]
    NoTls,
    /// The port is not valid.
    #[error("its port {0:?} is not a number between 1 and 65535, with digits only")]
    Port(String),
    /// The URL has a query or a fragment.
    #[error("it contains a query, which requests would not send")]
    Query,
    /// The scheme is not `http` or `https`.
    #[error("its scheme is {0:?}. Write http or https")]
    Scheme(String),
    /// The URL seems to contain a user name and a password.
    #[error("it contains a user name, which requests would not send")]
    UserName,
}

impl InvalidEndpointUrl {
    /// Hides secrets in the messages.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        if let Self::Malformed(text) | Self::NoAddress(text) | Self::Port(text) | Self::Scheme(text) = self {
            *text = secrets.hidden_in(text).to_string();
        }
    }
}

impl EndpointUrl {
    /// Parses and validates a URL. Removes leading zeros from the port, because the URL in the signature must be identical to the
    /// URL that is sent.
    ///
    /// # Errors
    /// See [`InvalidEndpointUrl`]. This function accepts a URL with a query.
    pub fn parse(url: &str) -> Result<Self, InvalidEndpointUrl> {
        check_url(url)?;
        // Checks the whole URL. If a password contains a slash, the host ends at this slash, and the `@` is in the path.
        if contains_at_sign(url) {
            Err(InvalidEndpointUrl::UserName)
        } else {
            Ok(Self(with_plain_port(url).unwrap_or_else(|| url.to_owned())))
        }
    }

    /// Returns the text of the URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks whether the URL has a query or a fragment.
    pub(crate) fn has_query(&self) -> bool {
        self.0.contains(['?', '#'])
    }

    /// Returns the URL for error messages: see [`Shown::endpoint`].
    pub(crate) fn shown(&self) -> Shown {
        Shown::endpoint(&self.0)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({})", self.shown())
    }
}

/// Validates the complete URL of a request, including the path. Unlike in [`EndpointUrl::parse`], the path may contain an `@`.
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
        Err(_) if contains_at_sign(rest.split(['/', '?', '#']).next().unwrap_or_default()) => return Err(UserName),
        Err(error) => return Err(Malformed(error.to_string())),
    };
    let authority = uri.authority().ok_or(NoHost)?;
    // `Authority` accepts any text after the host, and returns no port if this text is not a valid port.
    let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let bad_port = !after_host.is_empty() && after_host.strip_prefix(':').and_then(port_number).is_none();
    // A slash in a password ends the authority. The text that looks like a port is then the first part of the password.
    if contains_at_sign(authority.as_str()) || bad_port && contains_at_sign(rest) {
        return Err(UserName);
    }
    if bad_port {
        let port = after_host.trim_start_matches(':');
        let is_shown = is_port(port.trim_start_matches(['+', '-']));
        return Err(Port(if is_shown { port } else { HIDDEN }.to_owned()));
    }
    // The library that sends requests is stricter, especially if the host consists of numbers but is not a valid address.
    Url::parse(url).map(drop).map_err(|error| Malformed(error.to_string()))
}

/// Splits a URL into its scheme and the rest. Returns `None` if the URL has no scheme.
fn with_scheme(url: &str) -> Option<(&str, &str)> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    url.split_once("://").filter(|(scheme, _)| scheme.bytes().all(letter))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Checks whether the text contains an `@`, the character after a user name and a password in a URL. The `@` may be plain,
/// percent-encoded, or a similar character of Unicode.
pub(crate) fn contains_at_sign(text: &str) -> bool {
    text.contains(['@', '\u{fe6b}', '\u{ff20}']) || text.contains("%40") || text.contains("%2540")
}

impl Shown {
    /// Returns an endpoint URL for error messages, with its scheme, host, port and path. If a part is not clearly valid,
    /// `(hidden)` replaces this part and everything after this part. User names, passwords and queries are hidden in every
    /// notation.
    pub fn endpoint(url: &str) -> Self {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) if is_http(scheme) => (format!("{scheme}://"), rest),
            Some(_) => return Self::hidden(HIDDEN),
            None => (String::new(), url),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        // Without a scheme, the text may be a secret. Access keys contain no dot. Tokens that contain dots also contain uppercase
        // letters.
        let is_known = !scheme.is_empty()
            || authority.contains(['.', ':', '[']) && !authority.bytes().any(|byte| byte.is_ascii_uppercase())
            || authority == "localhost";
        if contains_at_sign(url) || !is_known || !is_authority(authority) {
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

/// Checks whether the text is clearly a host, with or without a port. The host is a name, an IPv4 address, or an IPv6 address in
/// brackets. A number after the colon is treated as a port, even if the number is too high.
fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    let is_v6 = || host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    // A fully qualified name may end in a dot.
    let name = host.strip_suffix('.').unwrap_or(host);
    (name.split('.').all(is_label) || is_v6().is_some()) && port.is_none_or(is_port)
}

/// Checks whether the text is clearly meant as a port number, and not a password.
fn is_port(text: &str) -> bool {
    text.trim_start_matches('0').len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the URL as clients send it, without leading zeros in the port. Returns `None` if the port has no leading zeros.
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
    fn accepts_http_and_https_urls() {
        for url in
            ["http://127.0.0.1:5000", "https://api.ecr.eu-west-1.amazonaws.com", "http://[::1]:80/path", "HTTPS://x"]
        {
            assert!(EndpointUrl::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn shows_a_url_without_secrets() {
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
    fn hides_passwords_in_every_encoding() {
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
    fn the_error_names_the_invalid_part() {
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
    fn leading_zeros_of_a_port_are_removed() {
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
