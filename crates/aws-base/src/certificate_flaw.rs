//! Flaws of certificates.

use std::sync::Arc;

use rustls::{CertificateError, Error, OtherError};

/// A problem with a certificate. rustls reports no error, or an incorrect error, for such a problem.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum CertificateFlaw {
    /// The issuer is not trusted, and some configured certificates could not be used. The field is the problem with these
    /// certificates.
    #[error("the issuer of its certificate is not trusted here, and {0}")]
    UnknownIssuer(String),
    /// The certificate has an RSA key that rustls does not accept. The field is the length of the key in bits.
    #[error("its certificate has an RSA key of {0} bits, and RSA keys of fewer than 2,048 bits are not accepted")]
    SmallKey(usize),
}

impl From<CertificateFlaw> for Error {
    fn from(flaw: CertificateFlaw) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(flaw))))
    }
}
