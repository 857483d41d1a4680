//! The value of `--listen`: the address and port on which the sandbox listens.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

/// An address and a port, parsed from `ADDRESS:PORT`, `localhost:PORT` or `PORT`. An IPv6 address must be in brackets.
///
/// `localhost:PORT` and `PORT` mean the address 127.0.0.1, which only programs on this machine can reach.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Listen(SocketAddr);

/// The error for text that is not an address and a port. The message shows the correct form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum InvalidListen {
    #[error("a URL: write the address and port alone, such as 127.0.0.1:4650")]
    Url,
    #[error("the port is missing: write {0}:4650, or {0}:0 for any free port")]
    NoPort(String),
    #[error(
        "the address is missing: write {0} for this machine alone, or 0.0.0.0:{0} for every machine that can reach it"
    )]
    NoAddress(u16),
    #[error("an IPv6 address needs brackets: write [ADDRESS]:PORT, such as [::1]:4650")]
    NoBrackets,
    #[error("{0:?} is not a port: write a number from 0 to 65535, where 0 is any free port")]
    Port(String),
    #[error("{0:?} is not an address of a network interface: write an address such as 127.0.0.1, or localhost")]
    Address(String),
}

impl Listen {
    pub(crate) fn address(self) -> SocketAddr {
        self.0
    }

    /// Whether the address can be reached from other machines.
    pub(crate) fn is_open(self) -> bool {
        !self.0.ip().to_canonical().is_loopback()
    }
}

impl FromStr for Listen {
    type Err = InvalidListen;

    fn from_str(text: &str) -> Result<Self, InvalidListen> {
        if text.contains("://") {
            return Err(InvalidListen::Url);
        }
        if is_number(text) {
            return port(text).map(|port| Self((Ipv4Addr::LOCALHOST, port).into()));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self(address));
        }
        let unbracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if is_host(text) || unbracketed.is_some_and(is_ipv6) {
            return Err(InvalidListen::NoPort(text.to_owned()));
        }
        let Some((host, number)) = text.rsplit_once(':') else { return Err(InvalidListen::Address(text.to_owned())) };
        if is_ipv6(text) || is_ipv6(host) {
            return Err(InvalidListen::NoBrackets);
        }
        let port = port(number)?;
        match host {
            "" => Err(InvalidListen::NoAddress(port)),
            host if host.eq_ignore_ascii_case("localhost") => Ok(Self((Ipv4Addr::LOCALHOST, port).into())),
            host => Err(InvalidListen::Address(host.to_owned())),
        }
    }
}

fn is_host(text: &str) -> bool {
    text.eq_ignore_ascii_case("localhost") || text.parse::<Ipv4Addr>().is_ok()
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn port(text: &str) -> Result<u16, InvalidListen> {
    // Without this check, a number with a plus sign would also be valid.
    let number = is_number(text).then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| InvalidListen::Port(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_addresses_and_ports() {
        for (text, address, is_open) in [
            ("127.0.0.1:4650", "127.0.0.1:4650", false),
            ("localhost:4650", "127.0.0.1:4650", false),
            ("LocalHost:0", "127.0.0.1:0", false),
            ("4650", "127.0.0.1:4650", false),
            ("0", "127.0.0.1:0", false),
            ("[::1]:4650", "[::1]:4650", false),
            ("[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", false),
            ("0.0.0.0:4650", "0.0.0.0:4650", true),
            ("[::]:4650", "[::]:4650", true),
            ("192.0.2.1:65535", "192.0.2.1:65535", true),
        ] {
            let listen: Listen = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((listen.address(), listen.is_open()), (address.parse().expect("an address"), is_open), "{text}");
        }
    }

    #[test]
    fn every_error_states_a_remedy() {
        for (text, part) in [
            ("", "\"\" is not an address"),
            (":4650", "write 4650 for this machine alone, or 0.0.0.0:4650 for"),
            (":", "\"\" is not a port"),
            ("localhost", "write localhost:4650"),
            ("localhost:", "\"\" is not a port"),
            ("127.0.0.1", "write 127.0.0.1:4650"),
            ("[::1]", "write [::1]:4650"),
            ("::1", "[::1]:4650"),
            ("::1:0", "[::1]:4650"),
            ("fe80::1:4650", "[ADDRESS]:PORT"),
            ("70000", "0 to 65535"),
            ("127.0.0.1:65536", "\"65536\" is not a port"),
            ("127.0.0.1:http", "\"http\" is not a port"),
            ("localhost:+80", "\"+80\" is not a port"),
            ("localhost: 80", "\" 80\" is not a port"),
            ("http://127.0.0.1:4650", "a URL"),
            ("example.com:4650", "\"example.com\" is not an address"),
            ("*:4650", "\"*\" is not an address"),
            ("[127.0.0.1]:4650", "\"[127.0.0.1]\" is not an address"),
            ("300.0.0.1:4650", "\"300.0.0.1\" is not an address"),
            ("４６５０", "is not an address"),
        ] {
            let error = text.parse::<Listen>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
