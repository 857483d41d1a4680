//! Host names and addresses, and the set of hosts that the sandbox stands in for.
//!
//! DNS rebinding is an attack by web pages (<https://en.wikipedia.org/wiki/DNS_rebinding>). After the browser has loaded the
//! page, the page's host name resolves to this machine. The page can then read every response of the sandbox. The browser still
//! sends the page's host name as `Host`, and the sandbox recognizes such requests by this name. A page on the Internet cannot
//! have the host name `localhost`.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use crate::key::is_account;

/// A host name or address, as in URLs, `Host` headers and `--host`. Hosts that differ only in upper and lower case or in a dot at
/// the end are equal. An IPv4 address is equal to the same address in IPv6 form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Host(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    /// A host name in lower case, without a dot at the end.
    Name(String),
    Address(IpAddr),
}

/// The error for text that is not a host. The message shows the correct form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidHost {
    /// The text is a URL.
    #[error("a URL: write the host alone, such as sandbox.example")]
    Url,
    /// The text is a host and a port.
    #[error("a host and a port: write the host alone, such as sandbox.example, for every port")]
    Port,
    /// The text is anything else.
    #[error("not a host: write a name such as sandbox.example, in ASCII, or an address such as 192.0.2.1")]
    Other,
}

impl Host {
    /// Parses `HOST` or `HOST:PORT`, as in `Host` headers: <https://www.rfc-editor.org/rfc/rfc9110#section-7.2>. An IPv6 address
    /// must be in brackets.
    pub(crate) fn of_authority(text: &str) -> Option<Self> {
        let host = match text.rsplit_once(':') {
            Some((host, port)) if is_port(port) => host,
            _ => text,
        };
        match host.strip_prefix('[') {
            Some(rest) => Some(Self::of_address(rest.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?.into())),
            None if host.contains(':') => None,
            None => host.parse().ok(),
        }
    }

    fn of_address(address: IpAddr) -> Self {
        Self(Kind::Address(address.to_canonical()))
    }

    /// Whether the host is loopback. On every machine, a loopback host means the machine itself:
    /// <https://www.rfc-editor.org/rfc/rfc6761#section-6.3>.
    fn is_loopback(&self) -> bool {
        match &self.0 {
            Kind::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Kind::Address(address) => address.is_loopback(),
        }
    }

    /// Returns the address, if the host is an address.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self.0 {
            Kind::Name(_) => None,
            Kind::Address(address) => Some(address),
        }
    }
}

impl FromStr for Host {
    type Err = InvalidHost;

    /// Parses a name or an address. The brackets around an IPv6 address are optional.
    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let unbracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Ok(address) = unbracketed.unwrap_or(text).parse::<IpAddr>() {
            let is_bracketed_ipv4 = unbracketed.is_some() && address.is_ipv4();
            return if is_bracketed_ipv4 { Err(InvalidHost::Other) } else { Ok(Self::of_address(address)) };
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if is_name(name) {
            return Ok(Self(Kind::Name(name.to_ascii_lowercase())));
        }
        Err(match text.rsplit_once(':') {
            _ if text.contains("://") => InvalidHost::Url,
            Some((_, port)) if is_port(port) => InvalidHost::Port,
            _ => InvalidHost::Other,
        })
    }
}

/// Writes the host in the form that URLs contain: an IPv6 address is in brackets.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Name(name) => name.fmt(f),
            Kind::Address(IpAddr::V4(address)) => address.fmt(f),
            Kind::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// The hosts that a client may name when it connects directly to the sandbox.
#[derive(Debug)]
pub(crate) struct Hosts {
    /// The hosts of `--host`, and the address of `--listen`.
    named: Vec<Host>,
    /// The host of `--proxy-endpoint`, with its placeholders.
    endpoint: Option<String>,
}

impl Hosts {
    pub(crate) fn new(listen: IpAddr, mut named: Vec<Host>, proxy_endpoint: Option<&str>) -> Self {
        named.push(Host::of_address(listen));
        Self { named, endpoint: proxy_endpoint.map(|url| host_of(url).to_ascii_lowercase()) }
    }

    /// Whether the sandbox stands in for the host. `at` is the sandbox's own address in the connection. `at` differs from the
    /// address of `--listen` if the address of `--listen` is `0.0.0.0`.
    pub(crate) fn take(&self, host: &Host, at: IpAddr) -> bool {
        host.is_loopback()
            || *host == Host::of_address(at)
            || self.named.contains(host)
            || self.endpoint.as_ref().is_some_and(|template| {
                template.parse().is_ok_and(|other: Host| other == *host)
                    || matches_template(template, &host.to_string())
            })
    }
}

/// Returns the host of a URL that may have placeholders.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port == "{port}" || is_port(port) => host,
        _ => host,
    }
}

/// Whether the host matches the template, in which placeholders stand for any valid value. Both texts must be in lower case.
fn matches_template(template: &str, host: &str) -> bool {
    let fills_part = |rest: &str, length: usize, is: fn(&str) -> bool| {
        host.get(..length).is_some_and(is) && host.get(length..).is_some_and(|host| matches_template(rest, host))
    };
    if let Some(rest) = template.strip_prefix("{account}") {
        return fills_part(rest, 12, is_account);
    }
    if let Some(rest) = template.strip_prefix("{region}") {
        return (1..=host.len()).any(|length| fills_part(rest, length, is_label));
    }
    if let Some(rest) = template.strip_prefix("{port}") {
        return (1..=5).any(|length| fills_part(rest, length, is_port));
    }
    match template.chars().next() {
        Some(first) => {
            host.strip_prefix(first).is_some_and(|host| matches_template(&template[first.len_utf8()..], host))
        }
        None => host.is_empty() || host == ".",
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Whether the text is a valid host name: <https://www.rfc-editor.org/rfc/rfc1123#page-13>. Underscores are valid too, since
/// container networks use them.
fn is_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&text.len()) && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn take(hosts: &Hosts, authority: &str) -> bool {
        Host::of_authority(authority).is_some_and(|host| hosts.take(&host, Ipv4Addr::LOCALHOST.into()))
    }

    fn hosts(listen: &str, named: &[&str], proxy_endpoint: Option<&str>) -> Hosts {
        let named = named.iter().map(|name| name.parse().expect("a host")).collect();
        Hosts::new(listen.parse().expect("an address"), named, proxy_endpoint)
    }

    #[test]
    fn accepts_only_names_of_this_machine() {
        let hosts = hosts("127.0.0.1", &[], None);
        for authority in [
            "localhost",
            "LocalHost:4650",
            "localhost.",
            "localhost.:4650",
            "123456789012.dkr.ecr.eu-west-1.localhost:80",
            "127.0.0.1",
            "127.255.0.9:1",
            "[::1]",
            "[::1]:4650",
            "[::ffff:127.0.0.1]:4650",
        ] {
            assert!(take(&hosts, authority), "{authority}");
        }
        for authority in [
            "",
            ":",
            ":4650",
            ".",
            "evil.example",
            "evil.example:4650",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evillocalhost",
            "localhost..",
            ".localhost",
            "localhost:",
            "localhost:x",
            "localhost:+1",
            "localhost:65536",
            "localhost:1:2",
            "me@localhost",
            "evil.example@localhost",
            "localhost@evil.example",
            "localhost/",
            "localhost evil.example",
            "localhost,evil.example",
            "lo\u{212a}alhost",
            "::1",
            "::1:4650",
            "[::1",
            "[127.0.0.1]",
            "[::1]evil",
            "127.1",
            "2130706433",
            "0x7f000001",
            "128.0.0.1",
            "0.0.0.0",
            "[::]",
            "192.0.2.1",
            "api.ecr.eu-west-1.amazonaws.com",
        ] {
            assert!(!take(&hosts, authority), "{authority}");
        }
    }

    #[test]
    fn accepts_the_addresses_of_the_listener_and_the_connection() {
        let hosts = hosts("0.0.0.0", &[], None);
        assert!(take(&hosts, "0.0.0.0:4650") && !take(&hosts, "192.0.2.1:4650"));
        assert!(hosts.take(&"192.0.2.1".parse().expect("a host"), IpAddr::from([192, 0, 2, 1])));
    }

    #[test]
    fn accepts_configured_hosts_in_every_form() {
        let hosts = hosts("127.0.0.1", &["Sandbox.Example.", "192.0.2.1", "2001:db8::1", "my_service"], None);
        for authority in
            ["sandbox.example:1", "SANDBOX.example.", "192.0.2.1:9", "[2001:DB8::1]:9", "[2001:db8:0::1]", "MY_service"]
        {
            assert!(take(&hosts, authority), "{authority}");
        }
        for authority in ["example", "a.sandbox.example", "sandbox.example.evil.example", "192.0.2.2"] {
            assert!(!take(&hosts, authority), "{authority}");
        }
    }

    #[test]
    fn accepts_hosts_of_the_proxy_endpoint() {
        for (url, right, wrong) in [
            (
                "https://{account}.dkr.ecr.{region}.Example:{port}/x",
                "123456789012.dkr.ecr.eu-west-1.example:4650",
                "12345678901.dkr.ecr.eu-west-1.example",
            ),
            ("http://{region}.example", "EU-WEST-1.example.", "a.b.example"),
            ("http://{region}{account}.example", "x123456789012.example", "123456789012.example"),
            ("http://p{port}.example", "p4650.example", "p99999.example"),
            ("http://registry.example:5000", "registry.example", "registry.example.evil.example"),
            ("http://me:pw@registry.example?x", "registry.example:1", "pw"),
            ("http://[2001:db8::1]:{port}", "[2001:db8::1]:4650", "[2001:db8::2]:4650"),
        ] {
            let hosts = hosts("127.0.0.1", &[], Some(url));
            assert!(take(&hosts, right), "{url}: {right}");
            assert!(!take(&hosts, wrong) && !take(&hosts, "evil.test"), "{url}: {wrong}");
        }
    }

    #[test]
    fn every_error_states_a_remedy() {
        for (text, part) in [
            ("", "not a host"),
            (".", "not a host"),
            ("http://sandbox.example", "a URL"),
            ("sandbox.example:4650", "a host and a port"),
            ("[::1]:4650", "a host and a port"),
            ("*.example", "not a host"),
            ("me@sandbox.example", "not a host"),
            ("s\u{e4}ndbox.example", "in ASCII"),
            ("a..b", "not a host"),
        ] {
            let error = text.parse::<Host>().expect_err(text).to_string();
            assert!(error.contains(part) && error.contains("write "), "{text}: {error}");
        }
    }
}
