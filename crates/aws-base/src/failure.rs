//! Requests that got no answer.

use std::{error::Error as StdError, io};

use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::transport_error::{NoAddress, NoConnection, TooSlow, ViaProxy};

use chain::causes;
pub(crate) use chain::{chain, find};

mod chain;
mod tls;

/// The reason why no answer came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// The certificate of the other side has ended, or does not count yet.
    CertificateExpired,
    /// The certificate of the other side is another host's.
    CertificateOfAnotherHost,
    /// The host has no address.
    Dns,
    /// No network leads to the host.
    NoRoute,
    /// The other side does not speak TLS.
    NoTls,
    /// Something else.
    Other,
    /// The proxy did not let the request through, or is not there.
    Proxy,
    /// Nothing listens there.
    Refused,
    /// Too slow.
    Timeout,
    /// The other side could not prove its identity, for a reason without a variant of its own.
    Tls,
    /// The other side has a version, cipher suites or keys that are too weak for the TLS library.
    TlsTooWeak,
    /// The certificate of the other side is of an issuer that is not trusted.
    UnknownIssuer,
}

impl Failure {
    /// Reads it off the types of an error and its causes. Texts differ from system to system.
    pub(crate) fn classify(error: &(dyn StdError + 'static)) -> Self {
        // First: what a proxy refuses looks like a refusal of the host behind it.
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

/// The failure that one error of a chain stands for, if it does.
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
    fn failures_are_known_in_any_language() {
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
