//! The client certificate that Terraform makes for one plugin process.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512, SerialNumber,
};
use tokio_rustls::rustls::{
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use crate::error::Error;

/// The lifetime of the certificate, as in go-plugin: about thirty years.
const LIFETIME: Duration = Duration::from_secs(262_980 * 60 * 60);

/// A new self-signed certificate with its key, in the form that go-plugin uses.
pub struct Identity {
    pem: String,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Generates a certificate with a P-521 key, for the subject `O=HashiCorp, CN=localhost`. The certificate is a CA, and is
    /// valid for clients and servers.
    ///
    /// # Errors
    /// Returns [`Error::Certificate`] if the cryptography fails.
    pub fn generate() -> Result<Self, Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
        let certificate = params()?.self_signed(&key)?;
        Ok(Self { pem: certificate.pem(), certificate: certificate.der().clone(), key: key.into() })
    }

    /// Returns the certificate in PEM form, for `PLUGIN_CLIENT_CERT`.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        self.key.clone_key()
    }
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self { pem: self.pem.clone(), certificate: self.certificate(), key: self.key() }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("pem", &self.pem).field("key", &"…").finish()
    }
}

fn params() -> Result<CertificateParams, Error> {
    let now = SystemTime::now();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "HashiCorp");
    subject.push(DnType::CommonName, "localhost");

    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    params.distinguished_name = subject;
    params.serial_number = Some(serial_number()?);
    params.not_before = (now - Duration::from_secs(30)).into();
    params.not_after = (now + LIFETIME).into();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::KeyAgreement,
        KeyUsagePurpose::KeyCertSign,
    ];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn serial_number() -> Result<SerialNumber, Error> {
    let mut bytes = [0; 16];
    let random = aws_lc_rs::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    Ok(SerialNumber::from_slice(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_gets_its_own_certificate() {
        let first = Identity::generate().expect("a certificate");
        let second = Identity::generate().expect("a certificate");
        assert_ne!(first.pem(), second.pem());
        assert!(first.pem().starts_with("-----BEGIN CERTIFICATE-----"));
    }

    #[test]
    fn debug_hides_the_key() {
        let identity = Identity::generate().expect("a certificate");
        assert!(format!("{identity:?}").contains("key: \"…\""));
    }
}
