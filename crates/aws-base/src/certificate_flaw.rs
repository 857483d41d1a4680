//! Flaws of certificates.

use std::sync::Arc;

use rustls::{CertificateError, Error, OtherError};

/// A flaw of a certificate that rustls does not describe, or describes incorrectly.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum CertificateFlaw {
    /// The issuer is not trusted, and a configured place of certificates had none.
    #[error("the issuer of its certificate is not trusted here, and {0}")]
    UnknownIssuer(String),
    /// The certificate has an RSA key that rustls does not accept. The field is its length in bits.
    #[error("its certificate has an RSA key of {0} bits, and RSA keys of fewer than 2,048 bits are not accepted")]
    SmallKey(usize),
}

impl From<CertificateFlaw> for Error {
    fn from(flaw: CertificateFlaw) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(flaw))))
    }
}
