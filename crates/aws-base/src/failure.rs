//! The reasons why a request got no response.

use std::{error::Error as StdError, io};

use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::transport_error::{NoAddress, NoConnection, TooSlow, ViaProxy};

use chain::causes;
pub(crate) use chain::{chain, find};

mod chain;
mod tls;

/// The reason why a request got no response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// The server's certificate has expired, or is not valid yet.
    CertificateExpired,
    /// The server's certificate is for a different host.
    CertificateOfAnotherHost,
    /// The name lookup returned no address of the host.
    Dns,
    /// The host, or the network to it, is unreachable.
    NoRoute,
    /// The server does not use TLS.
    NoTls,
    /// A failure without its own variant.
    Other,
    /// The proxy rejected the request, or is unreachable.
    Proxy,
    /// No server listens on the port of the host.
    Refused,
    /// The connection or the response took too long.
    Timeout,
    /// TLS failed for a reason without its own variant, for example because the server could not prove its identity.
    Tls,
    /// The server uses only TLS versions, cipher suites or keys that are too weak for the TLS library.
    TlsTooWeak,
    /// The issuer of the server's certificate is not trusted.
    UnknownIssuer,
}

impl Failure {
    /// Classifies an error by the types of the error and its causes. Ignores messages, because messages differ between systems.
    pub(crate) fn classify(error: &(dyn StdError + 'static)) -> Self {
        // The proxy is checked first, because a rejection by the proxy looks like a rejection by the host.
        if find::<ViaProxy>(error).is_some_and(|way| way.connecting) {
            Self::Proxy
        } else if let Some(error) = find::<rustls::Error>(error) {
            tls::failure(error)
        } else if find::<NoAddress>(error).is_some() {
            Self::Dns
        } else {
            causes(error).find_map(classify_cause).unwrap_or(Self::Other)
        }
    }
}

/// Returns the failure for a single error of a chain, or `None` if the error does not identify a failure.
fn classify_cause(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let kind = error.downcast_ref().map(io::Error::kind);
    let is_slow = error.is::<NoConnection>()
        || error.is::<TooSlow>()
        || error.downcast_ref().is_some_and(ConnectorError::is_timeout)
        || error.downcast_ref().is_some_and(reqwest::Error::is_timeout);
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => Some(Failure::Refused),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown) => {
            Some(Failure::NoRoute)
        }
        Some(io::ErrorKind::TimedOut) => Some(Failure::Timeout),
        _ => is_slow.then_some(Failure::Timeout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("error de conexi\u{f3}n")]
    struct Layer(#[source] io::Error);

    #[test]
    fn failures_are_classified_by_error_kind() {
        let kinds = [
            (io::ErrorKind::ConnectionRefused, Failure::Refused),
            (io::ErrorKind::NetworkUnreachable, Failure::NoRoute),
            (io::ErrorKind::HostUnreachable, Failure::NoRoute),
            (io::ErrorKind::TimedOut, Failure::Timeout),
            (io::ErrorKind::ConnectionReset, Failure::Other),
        ];
        for (kind, expected) in kinds {
            let error = Layer(io::Error::other(Layer(io::Error::new(kind, "abgelehnt"))));
            assert_eq!(Failure::classify(&error), expected, "{kind}");
            assert_eq!(Failure::classify(&ConnectorError::io(error.into())), expected, "{kind}");
        }
        let slow = ConnectorError::timeout(io::Error::other("zu langsam").into());
        assert_eq!(Failure::classify(&slow), Failure::Timeout);
    }
}
