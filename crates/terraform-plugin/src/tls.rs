//! Mutual TLS as in go-plugin. Terraform and the plugin each create a certificate for this one plugin process. Terraform accepts only the
//! plugin's certificate, and the plugin accepts only Terraform's certificate.

use std::{io, sync::Arc, time::Duration};

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256};
use tokio::time::timeout;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme,
        client::danger::HandshakeSignatureValid,
        crypto::{self, CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, PrivateKeyDer, UnixTime},
        server::danger::{ClientCertVerified, ClientCertVerifier},
        version::{TLS12, TLS13},
    },
};

use crate::listener::Stream;

/// The time limit for a TLS handshake. A client that sends nothing must not hold a connection forever.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The TLS settings of the plugin, with a certificate made for this process. The plugin accepts only one client certificate.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("cannot set up TLS: {0}")]
    Config(#[from] rustls::Error),
}

impl Tls {
    pub(crate) fn new(client: CertificateDer<'static>) -> Result<Self, TlsError> {
        // P-256 is the fastest curve for new keys, and Terraform accepts any curve.
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key)?.der().clone();

        // Set the crypto provider explicitly. The default crypto provider of the process can be one that the AWS SDK has installed.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(PinnedClient { certificate: client, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
        // From version 1.67 on, grpc-go rejects a server that does not select HTTP/2 through ALPN.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }

    /// Returns the certificate of the plugin. The client must accept only this certificate.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(crate) async fn accept(&self, stream: Box<dyn Stream>) -> io::Result<Box<dyn Stream>> {
        let stream = timeout(HANDSHAKE_TIMEOUT, self.acceptor.accept(stream)).await??;
        Ok(Box::new(stream))
    }
}

/// A verifier that accepts only one certificate, and compares each certificate with it byte for byte. The client must prove that it has the
/// key of the certificate.
///
/// The default verifier of rustls does not accept this certificate. The client certificate of go-plugin is a self-signed CA, which webpki
/// rejects as an end entity (`CaUsedAsEndEntity`). This verifier also does not need a certificate chain, because it accepts only one
/// certificate. rustls itself checks the signature over the handshake, which proves that the client has the key.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate && intermediates.is_empty() {
            return Ok(ClientCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use tokio_rustls::{
        TlsConnector,
        rustls::{
            ClientConfig, RootCertStore, SupportedProtocolVersion, client::ResolvesClientCert,
            crypto::aws_lc_rs::sign::any_supported_type, pki_types::ServerName, sign::CertifiedKey,
        },
    };

    use super::*;

    fn is_accepted(end_entity: &[u8], intermediates: &[CertificateDer<'_>]) -> bool {
        let pinned = PinnedClient {
            certificate: CertificateDer::from(b"pinned".to_vec()),
            provider: Arc::new(aws_lc_rs::default_provider()),
        };
        let end_entity = CertificateDer::from(end_entity.to_vec());
        pinned.verify_client_cert(&end_entity, intermediates, UnixTime::now()).is_ok()
    }

    #[test]
    fn only_the_pinned_certificate_is_accepted() {
        assert!(is_accepted(b"pinned", &[]));
        assert!(!is_accepted(b"another", &[]));
        assert!(!is_accepted(b"pinned", &[CertificateDer::from(b"pinned".to_vec())]));
    }

    #[test]
    fn a_client_certificate_is_mandatory_and_p521_can_be_verified() {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let pinned = PinnedClient { certificate: CertificateDer::from(Vec::new()), provider };
        assert!(pinned.client_auth_mandatory());
        assert!(pinned.supported_verify_schemes().contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }

    #[test]
    fn every_process_has_its_own_certificate() {
        let client = CertificateDer::from(Vec::new());
        let (one, other) = (Tls::new(client.clone()).expect("TLS"), Tls::new(client).expect("TLS"));
        assert_ne!(one.certificate(), other.certificate());
    }

    /// A client with a certificate, and with a key that may belong to another certificate.
    #[derive(Debug)]
    struct Client(Arc<CertifiedKey>);

    impl ResolvesClientCert for Client {
        fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }

        fn has_certs(&self) -> bool {
            true
        }
    }

    /// Returns whether the server serves a client that presents the pinned certificate and signs with `key`.
    async fn is_served(
        certificate: &CertificateDer<'static>,
        key: &KeyPair,
        version: &'static SupportedProtocolVersion,
    ) -> bool {
        let tls = Tls::new(certificate.clone()).expect("TLS");
        let key = any_supported_type(&PrivateKeyDer::Pkcs8(key.serialize_der().into())).expect("a key");
        let client = Client(Arc::new(CertifiedKey::new(vec![certificate.clone()], key)));
        let mut roots = RootCertStore::empty();
        roots.add(tls.certificate().clone()).expect("a certificate");
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]);
        let config = config.expect("a version").with_root_certificates(roots);
        let connector = TlsConnector::from(Arc::new(config.with_client_cert_resolver(Arc::new(client))));
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let host = ServerName::try_from("localhost").expect("a name");
        let (served, _) = tokio::join!(tls.accept(Box::new(ours)), connector.connect(host, theirs));
        served.is_ok()
    }

    /// The client certificate is in the environment of the process, and is therefore not secret. Only Terraform has the key.
    #[tokio::test]
    async fn rejects_a_client_without_the_key_of_the_pinned_certificate() {
        let (own, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        let certificate = params.self_signed(&own).expect("a certificate").der().clone();
        for version in [&TLS12, &TLS13] {
            assert!(is_served(&certificate, &own, version).await, "{version:?}");
            assert!(!is_served(&certificate, &other, version).await, "{version:?}");
        }
    }
}
