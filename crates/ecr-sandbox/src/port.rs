//! A port of the sandbox, and a connection to the port.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::{authority::Tls, domain::normalize, registry::Registry};

/// A port that accepts connections.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Tls,
    /// The registry that the port serves. `None` for ports that serve all services, such as the main port.
    pub(crate) registry: Option<Registry>,
}

/// The connection over which a request arrives.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// The sandbox's own address in the connection.
    pub(crate) address: SocketAddr,
    pub(crate) client: SocketAddr,
    /// The registry of the [`Port`].
    pub(crate) registry: Option<Registry>,
    /// The host and port of the tunnel's target, if the request comes through a tunnel.
    pub(crate) tunnel: Option<String>,
    pub(crate) is_secure: bool,
}

impl Connection {
    /// Returns the hosts for which the certificate is valid if the client does not name a host in the TLS handshake.
    pub(crate) fn hosts(&self) -> Vec<String> {
        match &self.tunnel {
            Some(target) => vec![normalize(target)],
            // On some systems, clients can connect to this machine at 0.0.0.0 too.
            None => vec![self.address.ip().to_canonical().to_string(), "0.0.0.0".to_owned(), "localhost".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_the_tunnel_target_or_this_machine() {
        let address = ([127, 0, 0, 1], 4650).into();
        let direct = Connection { address, client: address, registry: None, tunnel: None, is_secure: true };
        assert_eq!(direct.hosts(), ["127.0.0.1", "0.0.0.0", "localhost"]);
        let tunnel = Some("STS.eu-west-1.amazonaws.com:443".to_owned());
        assert_eq!(Connection { tunnel, ..direct }.hosts(), ["sts.eu-west-1.amazonaws.com"]);
    }
}
