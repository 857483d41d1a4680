//! Recognizes hosts on this machine and on its network link.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use reqwest::Url;

/// The addresses of EC2's metadata service. The responses of this service and of container agents are meant only for this
/// machine.
pub(crate) const METADATA: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))];

/// The addresses of container agents: one address of ECS, and two addresses of EKS. Without TLS, an authorization token is sent
/// only to these addresses and to this machine itself.
pub(crate) const AGENTS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

/// The host of a URL, parsed with the library that the HTTP client also uses. For example, this library treats `127.1` as an
/// address.
#[derive(Debug)]
pub(crate) struct Host {
    /// The host name, or the address without brackets.
    pub(crate) name: String,
    pub(crate) address: Option<IpAddr>,
}

impl Host {
    /// Returns the host of `uri`, or `None` if no request can be sent to `uri`.
    pub(crate) fn parse(uri: &Uri) -> Option<Self> {
        let url = Url::parse(&uri.to_string()).ok()?;
        let name = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let address = name.parse().ok().map(|address: IpAddr| address.to_canonical());
        Some(Self { name, address })
    }

    /// Checks whether the host is this machine. This is true for loopback addresses, and for the unspecified address, which
    /// systems treat as a loopback address. It is also true for `localhost` and the names that end with `.localhost`: see [RFC
    /// 6761](https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
    pub(crate) fn is_this_machine(&self) -> bool {
        let name = self.name.strip_suffix('.').unwrap_or(&self.name);
        match self.address {
            Some(address) => address.is_loopback() || address.is_unspecified(),
            None => name == "localhost" || name.ends_with(".localhost"),
        }
    }

    /// Checks whether the host has a link-local address, and is therefore on the same network link as this machine.
    pub(crate) fn is_on_this_link(&self) -> bool {
        match self.address {
            Some(IpAddr::V4(address)) => address.is_link_local(),
            Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
            None => false,
        }
    }

    /// Checks whether the host returns the credentials of this machine. Such hosts are EC2's metadata service, and the agents of
    /// ECS and EKS.
    pub(crate) fn is_metadata(&self) -> bool {
        self.address.is_some_and(|address| METADATA.contains(&address) || AGENTS.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str) -> Host {
        Host::parse(&url.parse().expect("a URI")).expect("a host")
    }

    #[test]
    fn recognizes_every_name_of_this_machine() {
        for url in [
            "http://localhost",
            "https://LOCALHOST:5000",
            "http://localhost.",
            "http://ecr.localhost",
            "http://a.Ecr.LocalHost.:80",
            "http://127.0.0.1",
            "http://127.1",
            "http://127.255.255.254",
            "http://0x7f.1",
            "http://2130706433",
            "http://0.0.0.0",
            "http://0",
            "http://[::]",
            "http://[::1]",
            "http://[0:0::0:1]",
            "http://[::ffff:127.0.0.1]",
            "http://[::ffff:0.0.0.0]",
        ] {
            assert!(host(url).is_this_machine(), "{url}");
        }
        for url in [
            "http://localhost.example",
            "http://notlocalhost",
            "http://localhost.localdomain",
            "http://128.0.0.1",
            "http://0.0.0.1",
            "http://[::2]",
            "http://169.254.169.254",
        ] {
            assert!(!host(url).is_this_machine(), "{url}");
        }
        assert!(host("http://[::ffff:169.254.170.2]").is_metadata() && !host("http://127.0.0.1").is_metadata());
    }
}
