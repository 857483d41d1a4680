//! TLS, with certificates from the sandbox's own certificate authority (CA).

use std::{io, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use tokio::net::TcpStream;
use tokio_rustls::{
    LazyConfigAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::Acceptor,
    },
    server::TlsStream,
};
use uuid::Uuid;

use crate::socket::Socket;

/// The certificate that a port presents in TLS handshakes. A port with TLS also serves plain HTTP.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Tls {
    /// A valid certificate for the host that the client names.
    Good,
    /// A certificate that expired at the end of 2019.
    Expired,
    /// A certificate for `another-host.test`.
    OfAnotherHost,
    /// The CA certificate itself, used as a server certificate. The certificate is for the hosts `localhost` and `127.0.0.1`.
    OfAuthority,
    /// The certificate of a subordinate CA, used as a server certificate. The sandbox's CA has signed this certificate for the
    /// host that the client names.
    OfSubordinate,
    /// No certificate: the port serves only plain HTTP. Within a tunnel, TLS still uses a valid certificate.
    None,
}

/// The sandbox's CA. Issues a certificate for each TLS connection.
pub(crate) struct Authority {
    pub(crate) pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn generate() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        // Each sandbox gives its CA a different name. A client that still trusts the CA of an earlier sandbox therefore reports
        // an unknown CA, and not a forged certificate.
        let name = format!("ecr-sandbox {}", &Uuid::new_v4().simple().to_string()[..8]);
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key)?;
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Ok(Self { pem, der, issuer: Issuer::new(params, key) })
    }

    /// Performs the TLS handshake with the client. The certificate is valid for the host that the client names. If the client
    /// does not name a host, the certificate is valid for `hosts`.
    pub(crate) async fn secure(
        &self,
        socket: Box<dyn Socket>,
        tls: Tls,
        hosts: Vec<String>,
    ) -> io::Result<Box<dyn Socket>> {
        let hello = LazyConfigAcceptor::new(Acceptor::default(), socket).await?;
        let hosts = match hello.client_hello().server_name() {
            _ if tls == Tls::OfAnotherHost => vec!["another-host.test".to_owned()],
            Some(name) => vec![name.to_owned()],
            None => hosts,
        };
        let config = self.config(&hosts, tls).map_err(io::Error::other)?;
        Ok(Box::new(hello.into_stream(Arc::new(config)).await?))
    }

    fn config(&self, hosts: &[String], tls: Tls) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
        let own = |certificate, key: &KeyPair| {
            let builder = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into());
            let builder = builder.with_safe_default_protocol_versions()?.with_no_client_auth();
            builder.with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        };
        if tls == Tls::OfAuthority {
            return Ok(own(self.der.clone(), self.issuer.key())?);
        }
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(hosts.to_vec())?;
        params.use_authority_key_identifier_extension = true;
        if tls == Tls::Expired {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        if tls == Tls::OfSubordinate {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        if let Some(host) = hosts.first() {
            params.distinguished_name.push(DnType::CommonName, host);
        }
        let leaf = params.signed_by(&key, &self.issuer)?;
        Ok(own(leaf.der().clone(), &key)?)
    }
}

impl Socket for TlsStream<Box<dyn Socket>> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0.tcp()
    }
}
