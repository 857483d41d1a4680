//! The handshake between Terraform (hashicorp/go-plugin) and a plugin. The plugin reads environment variables, and prints one
//! line on stdout.
//!
//! The code in go-plugin: <https://github.com/hashicorp/go-plugin/blob/main/client.go>.

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::{environment::Environment, listener::Address};

/// The variable that shows whether Terraform or a user started the plugin. The value is not secret, because it is the same for all plugins.
const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";
const MIN_PORT: &str = "PLUGIN_MIN_PORT";
const MAX_PORT: &str = "PLUGIN_MAX_PORT";
const SOCKET_DIRECTORY: &str = "PLUGIN_UNIX_SOCKET_DIR";
pub(crate) const SOCKET_GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";
const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// `CORE_PROTOCOL` is the version of go-plugin's handshake. `PLUGIN_PROTOCOL` is the only version of Terraform's plugin protocol
/// that this crate supports.
const CORE_PROTOCOL: u8 = 1;
const PLUGIN_PROTOCOL: u8 = 6;

/// The settings that the client requests through environment variables.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// The certificate of the only client that may connect. Without a certificate, connections do not use TLS, and only the permissions of
    /// the socket keep other users out. An empty variable means that the certificate is missing, as in go-plugin. An unreadable certificate
    /// is an error.
    pub(crate) client_certificate: Option<CertificateDer<'static>>,
    pub(crate) socket: SocketRequest,
    /// Whether the client supports multiplexed brokers, and therefore accepts a seventh field in the handshake line.
    pub(crate) multiplex: bool,
}

/// The location and the group of the socket, as requested by the client.
#[derive(Debug, Default)]
#[cfg_attr(not(unix), allow(dead_code, reason = "Windows listens on TCP"))]
pub(crate) struct SocketRequest {
    pub(crate) directory: Option<PathBuf>,
    /// The name or number of the group that may use the socket.
    pub(crate) group: Option<String>,
    /// The first and the last allowed TCP port. If both are 0, any port is allowed.
    pub(crate) ports: (u16, u16),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeError {
    #[error("this program is a plugin, which Terraform or OpenTofu starts: {COOKIE_NAME} does not have their value")]
    NotAPlugin,
    #[error("the client certificate in {CLIENT_CERTIFICATE} cannot be read as PEM: {0}")]
    ClientCertificate(String),
    #[error("{name} is {value:?}, which is not a port")]
    Port { name: &'static str, value: String },
    #[error("{MIN_PORT} ({0}) is greater than {MAX_PORT} ({1})")]
    PortRange(u16, u16),
}

impl Request {
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, HandshakeError> {
        if environment.variable(COOKIE_NAME).as_deref() != Some(COOKIE) {
            return Err(HandshakeError::NotAPlugin);
        }
        let client_certificate = environment
            .variable(CLIENT_CERTIFICATE)
            .map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()))
            .transpose()
            .map_err(|error| HandshakeError::ClientCertificate(error.to_string()))?;
        let ports = (port(environment, MIN_PORT)?, port(environment, MAX_PORT)?);
        if ports.0 > ports.1 {
            return Err(HandshakeError::PortRange(ports.0, ports.1));
        }
        let socket = SocketRequest {
            directory: environment.variable(SOCKET_DIRECTORY).map(PathBuf::from),
            group: environment.variable(SOCKET_GROUP),
            ports,
        };
        Ok(Self { client_certificate, socket, multiplex: environment.variable(MULTIPLEX).is_some() })
    }

    /// Returns the handshake line for the client, with the address and the certificate of this process.
    pub(crate) fn answer(&self, address: &Address, certificate: Option<&CertificateDer<'_>>) -> String {
        let certificate = certificate.map(|der| BASE64_STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        // Clients that do not support multiplexing split the line into at most six fields: do not send them a seventh field.
        let multiplex = if self.multiplex { "|false" } else { "" };
        format!("{CORE_PROTOCOL}|{PLUGIN_PROTOCOL}|{}|{address}|grpc|{certificate}{multiplex}", address.network())
    }
}

/// Converts an error message to one line. The client quotes this line, because it is not a handshake. Characters that could make the line
/// look like a handshake are replaced.
pub(crate) fn refusal(message: &str) -> String {
    message.replace(|c: char| c == '|' || c.is_control(), " ")
}

fn port(environment: &Environment, name: &'static str) -> Result<u16, HandshakeError> {
    let Some(value) = environment.variable(name) else {
        return Ok(0);
    };
    value.parse().map_err(|_| HandshakeError::Port { name, value })
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn request(variables: &[(&str, &str)]) -> Result<Request, HandshakeError> {
        let cookie = [(COOKIE_NAME, COOKIE)];
        Request::from_environment(&Environment::from_variables(cookie.iter().chain(variables).copied()))
    }

    #[test]
    fn rejects_a_missing_or_wrong_cookie() {
        let none = Request::from_environment(&Environment::from_variables([]));
        let wrong = Request::from_environment(&Environment::from_variables([(COOKIE_NAME, "biscuit")]));
        assert!(matches!(none, Err(HandshakeError::NotAPlugin)));
        assert!(matches!(wrong, Err(HandshakeError::NotAPlugin)));
    }

    #[test]
    fn the_error_names_a_malformed_certificate() {
        let error = request(&[(CLIENT_CERTIFICATE, "not PEM")]).expect_err("not a certificate").to_string();
        assert!(error.contains("PLUGIN_CLIENT_CERT"), "{error}");
    }

    #[test]
    fn rejects_an_invalid_port_range() {
        assert_eq!(request(&[(MIN_PORT, "10000"), (MAX_PORT, "25000")]).expect("ports").socket.ports, (10_000, 25_000));
        assert!(request(&[(MIN_PORT, "many"), (MAX_PORT, "25000")]).is_err());
        assert!(request(&[(MIN_PORT, "2"), (MAX_PORT, "1")]).is_err());
    }

    #[test]
    fn the_line_has_a_seventh_field_only_if_requested() {
        let address = Address::Unix("/tmp/plugin1".into());
        let line = request(&[]).expect("a request").answer(&address, None);
        assert_eq!(line, "1|6|unix|/tmp/plugin1|grpc|");
        let certificate = CertificateDer::from(vec![0xff; 4]);
        let line = request(&[(MULTIPLEX, "true")]).expect("a request").answer(&address, Some(&certificate));
        assert_eq!(line, "1|6|unix|/tmp/plugin1|grpc|/////w|false");
    }
    #[test]
    fn a_refusal_is_one_line_that_is_not_a_handshake() {
        assert_eq!(refusal("no |socket| in /tmp/a\r\n\u{1b}[2Jb: é"), "no  socket  in /tmp/a   [2Jb: é");
    }
}
