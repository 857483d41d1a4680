//! In what way no answer came.

use std::{error::Error as StdError, io};

use super::{chain, find, tls};
use crate::http_client::{NoConnection, ViaProxy};

/// In what way no answer came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// The certificate of the other side has ended, or does not count yet.
    CertificateExpired,
    /// The certificate of the other side is another host's.
    CertificateOfAnotherHost,
    /// The host has no address.
    Dns,
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
    /// The other side could not prove who it is, in another way than those that have their own name here.
    Tls,
    /// The certificate of the other side is of an issuer that is not trusted.
    UnknownIssuer,
}

impl Failure {
    /// Reads it off the causes of an error.
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Self {
        let text = chain(error);
        let refused = find::<io::Error>(error).map(io::Error::kind);
        // First: what a proxy refuses looks like a refusal of the host behind it.
        if find::<ViaProxy>(error).is_some_and(|way| way.connecting) {
            Self::Proxy
        } else if let Some(error) = find::<rustls::Error>(error) {
            tls::failure(error)
        } else if text.contains("failed to lookup address") {
            Self::Dns
        } else if refused == Some(io::ErrorKind::ConnectionRefused) || text.contains("Connection refused") {
            Self::Refused
        } else if find::<NoConnection>(error).is_some()
            || ["timeout", "timed out"].iter().any(|words| text.contains(words))
        {
            Self::Timeout
        } else {
            Self::Other
        }
    }
}
