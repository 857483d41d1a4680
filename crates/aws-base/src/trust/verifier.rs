//! Checks the certificate of a server as rustls does. Also accepts a server certificate that is itself a trusted certificate, as
//! hashicorp/aws does.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use webpki::EndEntityCert;

use super::roots::{MissingRoots, Roots};
use crate::certificate_flaw::CertificateFlaw;

/// Checks the certificate of a server, and checks whether the server has the private key of the certificate.
#[derive(Debug)]
pub(super) struct Verifier {
    provider: Arc<CryptoProvider>,
    trust: Option<Trusted>,
}

impl Verifier {
    /// Creates a verifier that accepts the certificates in `roots`, and certificates that were issued by a CA in `roots`.
    ///
    /// # Errors
    /// Returns an error if rustls cannot use the roots.
    pub(super) fn new(roots: Arc<Roots>, provider: Arc<CryptoProvider>) -> Result<Self, MissingRoots> {
        Ok(Self { trust: Some(Trusted::new(roots, &provider)?), provider })
    }

    /// Creates a verifier that accepts every certificate.
    pub(super) fn trusting_everyone(provider: Arc<CryptoProvider>) -> Self {
        Self { provider, trust: None }
    }
}

/// The trusted certificates, and the rustls verifier that uses these certificates.
#[derive(Debug)]
struct Trusted {
    usual: Arc<WebPkiServerVerifier>,
    roots: Arc<Roots>,
}

impl Trusted {
    fn new(roots: Arc<Roots>, provider: &Arc<CryptoProvider>) -> Result<Self, MissingRoots> {
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots.store), Arc::clone(provider));
        let usual = usual.build().map_err(|error| MissingRoots::Library(error.to_string()))?;
        Ok(Self { usual, roots })
    }

    fn check(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.usual.verify_server_cert(certificate, intermediates, host, ocsp_response, now) {
            Err(error) if self.is_trusted_itself(certificate, &error) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, host)?;
                Ok(ServerCertVerified::assertion())
            }
            result => result.map_err(|error| self.explained(error, certificate, intermediates)),
        }
    }

    /// Checks whether the certificate is itself a trusted certificate, so that the certificate does not need a trusted issuer. Go
    /// also accepts such a certificate, as a chain of only one certificate. Returns `false` if `error` means that the certificate
    /// is not valid for another reason, such as its expiry.
    fn is_trusted_itself(&self, certificate: &CertificateDer<'_>, error: &Error) -> bool {
        comes_after_validity(error) && self.roots.certificates.iter().any(|trusted| trusted == certificate)
    }

    /// Returns a more precise error if possible, or else `error` itself.
    fn explained(&self, error: Error, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Error {
        match &error {
            // rustls also returns this error for a signature by an RSA key that is too short.
            Error::InvalidCertificate(CertificateError::BadSignature) => {
                self.small_key(leaf, intermediates).map_or(error, |bits| CertificateFlaw::SmallKey(bits).into())
            }
            Error::InvalidCertificate(CertificateError::UnknownIssuer) if !self.roots.problems.is_empty() => {
                CertificateFlaw::UnknownIssuer(self.roots.problems.join(", and ")).into()
            }
            _ => error,
        }
    }

    /// Finds an RSA key that is too short and that could have signed one of these certificates. Returns the length of the key
    /// in bits.
    fn small_key(&self, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Option<usize> {
        let chain: Vec<_> = [leaf].into_iter().chain(intermediates).collect();
        let chain: Vec<_> = chain.iter().filter_map(|certificate| EndEntityCert::try_from(*certificate).ok()).collect();
        let is_issuer = |subject: &[u8]| chain.iter().any(|certificate| certificate.issuer() == subject);
        let roots = self.roots.store.roots.iter().filter(|root| is_issuer(&root.subject));
        let of_roots = roots.filter_map(|root| rsa_bits(&root.subject_public_key_info));
        let others = chain.iter().filter(|certificate| is_issuer(certificate.subject()));
        let of_others = others.filter_map(|certificate| rsa_bits(value(&certificate.subject_public_key_info())?.0));
        of_roots.chain(of_others).find(|bits| *bits < SMALLEST)
    }
}

/// The minimum length, in bits, of an RSA key that rustls accepts.
const SMALLEST: usize = 2048;

/// Checks whether this error shows that the certificate is valid at the current time. webpki returns such an error only after
/// it has checked the validity period.
fn comes_after_validity(error: &Error) -> bool {
    use CertificateError as Certificate;
    let Error::InvalidCertificate(error) = error else { return false };
    match error {
        Certificate::UnknownIssuer
        | Certificate::BadSignature
        | Certificate::UnsupportedSignatureAlgorithmContext { .. }
        | Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => true,
        Certificate::Other(OtherError(error)) => {
            matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

/// Returns the length of an RSA key in bits, or `None` if the key is not an RSA key. `info` is the content of a
/// `SubjectPublicKeyInfo` ([RFC 3279](https://www.rfc-editor.org/rfc/rfc3279#section-2.3.1)).
fn rsa_bits(info: &[u8]) -> Option<usize> {
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let (algorithm, rest) = value(info)?;
    if value(algorithm)?.0 != RSA {
        return None;
    }
    // The first byte of a bit string is the number of unused bits, which is zero for a key.
    let key = value(value(rest)?.0.get(1..)?)?.0;
    let modulus = value(key)?.0;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    Some((modulus.len() - zeros) * 8 - first.leading_zeros() as usize)
}

/// Returns the content of the first DER element, and the bytes after the element.
fn value(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (short, rest) = (*der.get(1)?, der.get(2..)?);
    if short < 0x80 {
        return rest.split_at_checked(short.into());
    }
    let (length, rest) = rest.split_at_checked((short & 0x7f).into())?;
    let length = length.iter().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add((*byte).into()))?;
    rest.split_at_checked(length)
}

/// Returns a more precise error for a handshake signature that is not valid, if possible. The server creates this signature with
/// the private key of its certificate. If this key is too short, the returned error is about the length of the key.
fn of_own_key(error: Error, certificate: &CertificateDer<'_>) -> Error {
    let bits = || {
        let certificate = EndEntityCert::try_from(certificate).ok()?;
        rsa_bits(value(&certificate.subject_public_key_info())?.0).filter(|bits| *bits < SMALLEST)
    };
    match &error {
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            bits().map_or(error, |bits| CertificateFlaw::SmallKey(bits).into())
        }
        _ => error,
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.trust {
            Some(trusted) => trusted.check(certificate, intermediates, host, ocsp_response, now),
            None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
            .map_err(|error| of_own_key(error, certificate))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
            .map_err(|error| of_own_key(error, certificate))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
pub(super) mod tests;
