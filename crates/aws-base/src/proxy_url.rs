//! URLs of proxies. Such a URL may contain a user name and a password.

use std::fmt;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::{endpoint_url::contains_at_sign, secret::Secret};

/// The URL of a proxy. It consists of a scheme (`http`, `https`, `socks5` or `socks5h`), a host, and an optional port, user
/// name and password. `Display` and `Debug` show neither the user name nor the password.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ProxyUrl(Url);

/// The reason why a text is not the URL of a proxy. The message shows no part of the text, because the text may contain a
/// password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidProxyUrl {
    /// The host is missing.
    #[error("it has no host")]
    NoHost,
    /// The text is not a URL, or its port is not valid.
    #[error("it is not a URL with a host and a port between 1 and 65535")]
    NotUrl,
    /// The user name or the password contains a character that must be percent-encoded, such as a slash. Without the encoding,
    /// this character ends the host.
    #[error("its user name or password contains a character that must be percent-encoded")]
    Password,
    /// The scheme is not valid for a proxy.
    #[error("its scheme is not http, https, socks5 or socks5h")]
    Scheme,
}

impl ProxyUrl {
    /// Parses a URL. A URL without a scheme is the URL of an HTTP proxy.
    ///
    /// # Errors
    /// See [`InvalidProxyUrl`].
    pub fn parse(url: &str) -> Result<Self, InvalidProxyUrl> {
        // `proxy:3128` is also a valid URL, with the scheme `proxy`. Therefore only a URL with `://` has a scheme here.
        let parsed = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
        // `Url::parse` accepts the same ports as `port_number`, and also 0, as the WHATWG standard requires.
        let parsed = parsed.ok().filter(|url| url.port() != Some(0));
        let mut parsed = parsed.ok_or(InvalidProxyUrl::NotUrl)?;
        if !matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(InvalidProxyUrl::Scheme);
        }
        if parsed.scheme() == "socks5" {
            // As in Go, the proxy looks up host names, because the proxy may know more names than this machine.
            parsed.set_scheme("socks5h").map_err(|()| InvalidProxyUrl::Scheme)?;
        }
        // A slash in a password ends the host. The text before the slash would be used as the host of the proxy, and would be
        // shown.
        if [Some(parsed.path()), parsed.query(), parsed.fragment()].into_iter().flatten().any(contains_at_sign) {
            return Err(InvalidProxyUrl::Password);
        }
        if parsed.host_str().is_some_and(|host| !host.is_empty()) {
            Ok(Self(parsed))
        } else {
            Err(InvalidProxyUrl::NoHost)
        }
    }

    /// Returns the password in two forms: percent-encoded, as in the URL, and decoded.
    pub(crate) fn passwords(&self) -> impl Iterator<Item = Secret> {
        let written = self.0.password();
        let sent = written.and_then(|password| percent_decode_str(password).decode_utf8().ok());
        written.map(Secret::from).into_iter().chain(sent.map(|sent| Secret::from(&*sent)))
    }

    /// Returns the URL with the user name and the password.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port_or_known_default().iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({self})")
    }
}

#[cfg(test)]
pub(crate) mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_invalid_part() {
        for (url, word) in [
            ("http://me:hunter2@", "URL"),
            ("http://me:hunter2@host:99999", "URL"),
            ("http://me:hunter2@host:port", "URL"),
            ("http://me:hunter2@host:0", "URL"),
            ("http://me:hunter2@host:+80", "URL"),
            ("ftp://me:hunter2@host", "scheme"),
            ("http://me:hunter2%40host", "URL"),
            ("http://me:12/hunter2@host", "percent-encoded"),
            ("http://me:12?hunter2@host", "percent-encoded"),
            ("me:12#hunter2%40host", "percent-encoded"),
        ] {
            let problem = ProxyUrl::parse(url).expect_err(url).to_string();
            assert!(problem.contains(word), "{url}: {problem}");
        }
    }
}
