//! Flaws of certificates.

use std::sync::Arc;

use rustls::{CertificateError, Error, OtherError};

/// A flaw of a certificate for which rustls has no words, or the wrong ones.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum CertificateFlaw {
    /// Its issuer is not trusted, and a place of certificates that somebody named gave none.
    #[error("its certificate is of an issuer that is not trusted here, and {0}")]
    UnknownIssuer(String),
    /// An RSA key that rustls does not use, with its length in bits.
    #[error(
        "an RSA key of {0} bits stands behind its certificate, and RSA keys of fewer than 2,048 bits are not accepted"
    )]
    SmallKey(usize),
}

impl From<CertificateFlaw> for Error {
    fn from(flaw: CertificateFlaw) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(flaw))))
    }
}
