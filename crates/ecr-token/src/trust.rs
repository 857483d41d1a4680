//! Whose certificates count.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

use crate::{
    blocking,
    environment::Environment,
    error::{Error, Origin},
    path::expanded,
    settings::Settings,
    shared_files::SharedFiles,
};

/// What makes a server's certificate a good one.
#[derive(Clone, Debug)]
pub(crate) enum Trust {
    /// An authority that this system trusts; with the file that has most of them, where there is one.
    System(Option<PathBuf>),
    /// One of these authorities.
    Bundle(Arc<RootCertStore>),
    /// Nothing: any certificate will do.
    Anyone,
}

/// How much of what a system trusts is read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Extent {
    /// One file, if it has any: half a millisecond.
    Bundle,
    /// The directories as well, which have a file for each authority: three milliseconds more, of each process that asks AWS.
    All,
}

/// There is nothing to check certificates against.
#[derive(Debug, thiserror::Error)]
#[error(
    "this system has no root certificates: install them (ca-certificates), or set `custom_ca_bundle` or AWS_CA_BUNDLE"
)]
pub(crate) struct NoRoots;

impl Trust {
    /// Of the settings, else of the environment, else of the profile. Reads the bundle where there is one.
    pub(crate) fn find(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Self, Error> {
        if settings.insecure {
            return Ok(Self::Anyone);
        }
        let argument = settings.custom_ca_bundle.as_ref().filter(|path| !path.as_os_str().is_empty());
        let found: Option<(PathBuf, _)> = match (argument, env.path("AWS_CA_BUNDLE")) {
            (Some(path), _) => Some((path.clone(), Origin::Argument("custom_ca_bundle"))),
            (None, Some(path)) => Some((path, Origin::Variable("AWS_CA_BUNDLE"))),
            (None, None) => {
                let path = files.value("ca_bundle")?;
                path.map(|path| (path.into(), Origin::Profile(files.profile.clone())))
            }
        };
        let Some((path, origin)) = found else { return Ok(Self::System(bundle_of_system(env))) };
        let path = expanded(&path, env, &origin)?;
        match bundle(&path) {
            Ok(roots) => Ok(Self::Bundle(Arc::new(roots))),
            Err(problem) => {
                let problem = format!("the bundle of certificates {} {problem}", path.display());
                Err(Error::InvalidSetting { origin, problem })
            }
        }
    }

    /// The least that has to be read to know most servers by.
    pub(crate) fn extent(&self) -> Extent {
        if matches!(self, Self::System(Some(_))) { Extent::Bundle } else { Extent::All }
    }

    /// For the client's side of a connection. Reads the system's certificates where those count: only for connections that
    /// need it.
    pub(crate) fn tls(&self, extent: Extent) -> Result<ClientConfig, NoRoots> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|_| NoRoots)?;
        let builder = match self {
            Self::System(bundle) => builder.with_root_certificates(system(bundle.as_deref(), extent)?),
            Self::Bundle(roots) => builder.with_root_certificates(Arc::clone(roots)),
            Self::Anyone => builder.dangerous().with_custom_certificate_verifier(Arc::new(Unverified(provider))),
        };
        Ok(builder.with_no_client_auth())
    }

    /// For connections without TLS: certificates of nobody, read from nowhere.
    pub(crate) fn none() -> Result<ClientConfig, NoRoots> {
        Self::Bundle(Arc::new(RootCertStore::empty())).tls(Extent::All)
    }
}

fn system(bundle: Option<&Path>, extent: Extent) -> Result<RootCertStore, NoRoots> {
    if let (Some(bundle), Extent::Bundle) = (bundle, extent) {
        let found = rustls_native_certs::load_certs_from_paths(Some(bundle), None);
        if let Ok(roots) = store(found.certs, extent) {
            return Ok(roots);
        }
    }
    store(rustls_native_certs::load_native_certs().certs, Extent::All)
}

fn store(certificates: Vec<CertificateDer<'static>>, extent: Extent) -> Result<RootCertStore, NoRoots> {
    let mut roots = RootCertStore::empty();
    let (added, ignored) = roots.add_parsable_certificates(certificates);
    tracing::debug!(?extent, added, ignored, "read the system's root certificates");
    if added == 0 { Err(NoRoots) } else { Ok(roots) }
}

/// The file that rustls-native-certs reads before the directories.
#[cfg(all(unix, not(target_os = "macos")))]
fn bundle_of_system(env: &Environment) -> Option<PathBuf> {
    match (env.path("SSL_CERT_FILE"), env.is_set("SSL_CERT_DIR")) {
        (Some(file), _) => Some(file),
        (None, false) => openssl_probe::probe().cert_file,
        // Directories count, and no file.
        (None, true) => None,
    }
}

/// Elsewhere they are in a store.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn bundle_of_system(_: &Env) -> Option<PathBuf> {
    None
}

fn bundle(path: &Path) -> Result<RootCertStore, String> {
    let pem = blocking::bytes(path, blocking::MAX_FILE).map_err(|error| format!("cannot be read: {error}"))?;
    roots(&pem).ok_or_else(|| "holds no certificate in PEM form".to_owned())
}

/// As Go takes a bundle: what is no certificate is passed over, as long as one is.
fn roots(pem: &[u8]) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).filter_map(Result::ok));
    (added > 0).then_some(roots)
}

/// Checks that the server holds the key of its certificate, and nothing about the certificate.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(settings: Settings, variables: &[(&str, &str)], profile: &str) -> Result<Trust, Error> {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        std::fs::write(&config, format!("[default]\n{profile}\n")).expect("written");
        let settings = Settings { shared_config_files: vec![config], ..settings };
        let env = Environment::given(variables);
        Trust::find(&settings, &env, &SharedFiles::load(&settings, &env).expect("loaded"))
    }

    fn argument(path: &str) -> Settings {
        Settings { custom_ca_bundle: Some(path.into()), ..Settings::default() }
    }

    #[tokio::test]
    async fn a_bundle_that_is_none_is_blamed_on_where_it_comes_from() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("ca.pem");
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n")
            .expect("written");
        let name = file.to_str().expect("UTF-8");
        let profile = format!("ca_bundle = {name}");
        for (settings, variables, profile, expected) in [
            (argument(name), &[][..], "", Origin::Argument("custom_ca_bundle")),
            (argument("~/x.pem"), &[("AWS_CA_BUNDLE", name)], "", Origin::Argument("custom_ca_bundle")),
            (Settings::default(), &[("AWS_CA_BUNDLE", name)], &profile, Origin::Variable("AWS_CA_BUNDLE")),
            (Settings::default(), &[("AWS_CA_BUNDLE", "/nonexistent.pem")], "", Origin::Variable("AWS_CA_BUNDLE")),
            (Settings::default(), &[], &profile, Origin::Profile("default".into())),
        ] {
            match found(settings, variables, profile).await {
                Err(Error::InvalidSetting { origin, problem }) => {
                    assert_eq!(origin, expected);
                    assert!(problem.contains(".pem "), "{problem}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn insecure_needs_no_certificates() {
        let insecure = Settings { insecure: true, ..argument("/nonexistent.pem") };
        assert!(matches!(found(insecure, &[], "").await, Ok(Trust::Anyone)));
        assert!(matches!(found(Settings::default(), &[], "").await, Ok(Trust::System(_))));
    }
}
