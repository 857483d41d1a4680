//! The certificates that are trusted.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::{
    blocking,
    environment::Environment,
    error::{Error, Origin},
    path::expanded,
    settings::Settings,
    shared_files::SharedFiles,
};

pub(crate) use system::System;
pub(crate) use verifier::Flaw;
use verifier::Verifier;

mod system;
mod verifier;

/// The rule by which the certificate of a server is accepted.
#[derive(Clone, Debug)]
pub(crate) enum Trust {
    /// An authority that this system trusts.
    System(System),
    /// One of these certificates.
    Bundle(Arc<Roots>),
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

/// Certificates that are trusted, at least one.
#[derive(Debug)]
pub(crate) struct Roots {
    store: Arc<RootCertStore>,
    /// The same in full.
    certificates: Vec<CertificateDer<'static>>,
    /// The places that somebody named and that gave none, each with the reason.
    problems: Vec<String>,
}

/// There is nothing to check certificates against.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoRoots {
    #[error(
        "this system has no root certificates: install them (ca-certificates), or set `custom_ca_bundle` or AWS_CA_BUNDLE"
    )]
    System,
    #[error("there are no root certificates: {}", .0.join(", and "))]
    Named(Vec<String>),
    #[error("the TLS library cannot be set up: {0}")]
    Library(String),
}

impl Roots {
    /// Those of these certificates that can be read.
    ///
    /// # Errors
    /// None can.
    fn of(certificates: Vec<CertificateDer<'static>>, problems: Vec<String>) -> Result<Self, NoRoots> {
        let mut store = RootCertStore::empty();
        let (added, ignored) = store
            .add_parsable_certificates(certificates.iter().map(|certificate| CertificateDer::from(&**certificate)));
        tracing::debug!(added, ignored, ?problems, "read root certificates");
        match added {
            0 if problems.is_empty() => Err(NoRoots::System),
            0 => Err(NoRoots::Named(problems)),
            _ => Ok(Self { store: Arc::new(store), certificates, problems }),
        }
    }
}

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
        let Some((path, origin)) = found else { return Ok(Self::System(System::find(env))) };
        let path = expanded(&path, env, &origin)?;
        let invalid = |problem| {
            let problem = format!("the bundle of certificates {} {problem}", path.display());
            Error::InvalidSetting { origin: origin.clone(), problem }
        };
        let pem = blocking::bytes(&path, blocking::MAX_FILE);
        let pem = pem.map_err(|error| invalid(format!("cannot be read: {error}")))?;
        let roots = Roots::of(certificates(&pem), Vec::new());
        roots.map(|roots| Self::Bundle(Arc::new(roots))).map_err(|_| invalid(NO_PEM.to_owned()))
    }

    /// The least that has to be read to know most servers by.
    pub(crate) fn extent(&self) -> Extent {
        match self {
            Self::System(system) if system.has_file() => Extent::Bundle,
            _ => Extent::All,
        }
    }

    /// The places of certificates that somebody named, as in ` (SSL_CERT_FILE names /etc/roots.pem)`; empty without any.
    pub(crate) fn named_places(&self) -> String {
        let Self::System(system) = self else { return String::new() };
        let places = system.named_places();
        if places.is_empty() { places } else { format!(" ({places})") }
    }

    /// For the client's side of a connection. Reads the system's certificates where those count: only for connections that
    /// need it.
    pub(crate) fn tls(&self, extent: Extent) -> Result<ClientConfig, NoRoots> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = builder(&provider)?;
        let verifier = match self {
            Self::System(system) => Verifier::of(Arc::new(system.read(extent)?), provider),
            Self::Bundle(roots) => Verifier::of(Arc::clone(roots), provider),
            Self::Anyone => Ok(Verifier::of_anyone(provider)),
        };
        let verifier = Arc::new(verifier.map_err(|error| NoRoots::Library(error.to_string()))?);
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }

    /// For connections without TLS: certificates of nobody, read from nowhere.
    pub(crate) fn none() -> Result<ClientConfig, NoRoots> {
        let builder = builder(&Arc::new(aws_lc_rs::default_provider()))?;
        Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }
}

fn builder(provider: &Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, NoRoots> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| NoRoots::Library(error.to_string()))
}

/// Said of a file.
const NO_PEM: &str = "holds no certificate in PEM form";

/// The certificates in a file, without those that are damaged. One that is cut off ends where the next block begins, as in
/// Go's `encoding/pem`.
fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let is_start = |at: &usize| {
        pem[*at..].starts_with(BEGIN) && at.checked_sub(1).is_none_or(|before| matches!(pem[before], b'\n' | b'\r'))
    };
    let starts: Vec<_> = (0..pem.len()).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([pem.len()]);
    let block = |(start, end): (&usize, usize)| CertificateDer::from_pem_slice(&pem[*start..end]).ok();
    starts.iter().zip(ends).filter_map(block).collect()
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
