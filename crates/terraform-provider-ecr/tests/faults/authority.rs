//! A private CA, and servers with certificates of it.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

pub(crate) struct Authority {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What there is to say about the certificate of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaf {
    Expired,
    Good,
    /// Of `ecr.test`, and no server is called so.
    Misnamed,
}

impl Authority {
    pub(crate) fn generate(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { pem: certificate.pem(), issuer: Issuer::new(params, key) }
    }

    /// What a server needs to show such a certificate.
    pub(crate) fn acceptor(&self, leaf: Leaf) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let name = if matches!(leaf, Leaf::Misnamed) { "ecr.test" } else { "127.0.0.1" };
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        if matches!(leaf, Leaf::Expired) {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let leaf = params.signed_by(&key, &self.issuer).expect("a certificate");
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("the versions of the library")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a key that fits");
        Arc::new(config).into()
    }
}
