//! A listener that speaks TLS with a certificate of a private CA.

use std::{io, net::SocketAddr, sync::Arc};

use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
    server::TlsStream,
};

/// The certificate of a CA, and what a server with a certificate of that CA needs.
pub(crate) struct Authority {
    pub(crate) pem: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// For `127.0.0.1`, `0.0.0.0` and `ecr.test`.
    pub(crate) fn generate() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(rcgen::DnType::CommonName, "a private CA");
        let certificate = params.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(params, key);

        let key = KeyPair::generate().expect("a key");
        let names = ["127.0.0.1", "0.0.0.0", "ecr.test"].map(str::to_owned);
        let params = CertificateParams::new(names).expect("names");
        let leaf = params.signed_by(&key, &issuer).expect("a certificate");
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("the versions of the library")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a key that fits");
        Self { pem: certificate.pem(), config: Arc::new(config) }
    }

    /// Speaks TLS with whoever connects.
    pub(crate) fn listener(&self, listener: TcpListener) -> TlsListener {
        TlsListener { listener, acceptor: Arc::clone(&self.config).into() }
    }
}

/// Connections whose handshake went well.
pub(crate) struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            // A client that does not trust the CA goes away, and the next one comes.
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            let Ok(stream) = self.acceptor.accept(stream).await else { continue };
            return (stream, address);
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
