//! The client's side of AutoMTLS, the mutual TLS of go-plugin.

use std::sync::Arc;

use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, ProtocolVersion, RootCertStore,
    SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
    version::{TLS12, TLS13},
};

use crate::{error::Error, identity::Identity};

/// The certificate that a client presents, and the versions of TLS that the client offers.
#[derive(Clone, Debug)]
pub struct Credentials {
    identity: Option<Identity>,
    versions: Vec<ProtocolVersion>,
}

/// The TLS parameters that client and plugin negotiated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Negotiated {
    /// The version of TLS.
    pub version: Option<ProtocolVersion>,
    /// The application protocol. If it is not `h2`, grpc-go closes the connection.
    pub alpn: Option<String>,
}

impl Credentials {
    /// Creates the credentials of a client with this certificate.
    #[must_use]
    pub fn with(identity: &Identity) -> Self {
        Self { identity: Some(identity.clone()), ..Self::none() }
    }

    /// Creates the credentials of a client without a certificate.
    #[must_use]
    pub fn none() -> Self {
        Self { identity: None, versions: vec![ProtocolVersion::TLSv1_2, ProtocolVersion::TLSv1_3] }
    }

    /// Offers only this version of TLS. The default is 1.2 and 1.3.
    #[must_use]
    pub fn only(mut self, version: ProtocolVersion) -> Self {
        self.versions = vec![version];
        self
    }

    /// Returns the TLS configuration of go-plugin's client. The client presents its own certificate, and accepts only the server
    /// certificate `server`.
    pub(crate) fn config(&self, server: &[u8]) -> Result<ClientConfig, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions: Vec<_> =
            [&TLS12, &TLS13].into_iter().filter(|version| self.versions.contains(&version.version)).collect();
        let pinned = PinnedServer::new(CertificateDer::from(server.to_vec()), &provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(pinned));
        let mut config = match &self.identity {
            Some(identity) => builder.with_client_auth_cert(vec![identity.certificate()], identity.key())?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

/// A verifier that accepts only one server certificate. This certificate must also be valid for `localhost`.
#[derive(Debug)]
struct PinnedServer {
    certificate: CertificateDer<'static>,
    webpki: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl PinnedServer {
    fn new(certificate: CertificateDer<'static>, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone())?;
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|error| TlsError::General(error.to_string()))?;
        Ok(Self { certificate, webpki, provider: Arc::clone(provider) })
    }
}

impl ServerCertVerifier for PinnedServer {
    /// Verifies the server certificate. Most Go plugins present a CA as their server certificate. Go accepts such a certificate,
    /// but webpki rejects it. This verifier therefore ignores this error of webpki. The other checks of webpki (dates, purpose,
    /// name, signature) are the same as in Go.
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if *end_entity != self.certificate {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        match self.webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(TlsError::InvalidCertificate(CertificateError::Other(error)))
                if error.to_string().contains("CaUsedAsEndEntity") =>
            {
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.webpki.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.webpki.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
