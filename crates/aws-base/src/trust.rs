//! Decides which server certificates are accepted.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
};

use crate::{blocking, error::Error, origin::Origin, path::expanded, problem::SettingProblem, sources::Sources};

use roots::{Roots, certificates};
use system::System;
use verifier::Verifier;

pub(crate) use roots::MissingRoots;

mod roots;
mod system;
mod verifier;

/// The extent to which the trusted certificates are read.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Extent {
    /// Only the certificates at the first path that has certificates. On Linux, this path is a file that usually contains all
    /// certificates. The other paths are directories with one file for each certificate. Reading these directories would take
    /// longer than all other steps that are needed to get a token.
    First,
    /// The certificates at every path.
    All,
}

/// The rule for accepting the certificate of a server.
#[derive(Clone, Debug)]
pub(crate) enum Trust {
    /// Accepts certificates that were issued by a CA that this system trusts.
    System(System),
    /// Accepts the certificates in a CA bundle, and certificates that were issued by a CA in the bundle.
    Bundle(Arc<Roots>),
    /// Accepts every certificate.
    Anyone,
}

impl Trust {
    /// Returns the rule from the settings, or else from the environment, or else from the profile. Reads the CA bundle if a CA
    /// bundle is configured.
    ///
    /// # Errors
    /// Returns an error if the bundle cannot be read, or contains no certificate.
    pub(crate) fn find(sources: &Sources) -> Result<Self, Error> {
        let Sources { settings, environment, files } = sources;
        if settings.insecure {
            return Ok(Self::Anyone);
        }
        // `Sources::find` cannot be used here, because it accepts only UTF-8, but a path can contain any bytes.
        let found: Option<(PathBuf, _)> = match (&settings.custom_ca_bundle, environment.path("AWS_CA_BUNDLE")) {
            (Some(path), _) => Some((path.clone(), Origin::Argument("custom_ca_bundle"))),
            (None, Some(path)) => Some((path, Origin::Variable("AWS_CA_BUNDLE"))),
            (None, None) => files.value("ca_bundle")?.map(|path| (path.into(), files.origin())),
        };
        let Some((path, origin)) = found else { return Ok(Self::System(System::find(environment))) };
        let path = expanded(&path, environment, &origin)?;
        let shown = || path.display().to_string().into();
        let problem = match blocking::bytes(&path, blocking::MAX_FILE) {
            Ok(pem) => match Roots::parse(certificates(&pem), Vec::new()) {
                Ok(roots) => return Ok(Self::Bundle(Arc::new(roots))),
                Err(_) => SettingProblem::BundleWithoutCertificate { path: shown() },
            },
            Err(error) => SettingProblem::BundleUnreadable { path: shown(), error: error.to_string() },
        };
        Err(problem.at(origin))
    }

    /// Returns the certificate paths that environment variables set, as text for an error. Example:
    /// ` (SSL_CERT_FILE names /etc/roots.pem)`. Returns an empty text if no variable is set.
    pub(crate) fn named_places(&self) -> String {
        let Self::System(system) = self else { return String::new() };
        system.named_places()
    }

    /// Returns the TLS configuration of a client, and the extent to which the trusted certificates were read. Reads the system's
    /// certificates only for [`Trust::System`].
    ///
    /// # Errors
    /// Returns an error if the root certificates are missing.
    pub(crate) fn tls(&self, extent: Extent) -> Result<(ClientConfig, Extent), MissingRoots> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = builder(&provider)?;
        let (verifier, extent) = match self {
            Self::System(system) => {
                let (roots, extent) = system.read(extent)?;
                (Verifier::new(Arc::new(roots), provider)?, extent)
            }
            Self::Bundle(roots) => (Verifier::new(Arc::clone(roots), provider)?, Extent::All),
            Self::Anyone => (Verifier::trusting_everyone(provider), Extent::All),
        };
        let config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok((config.with_no_client_auth(), extent))
    }

    /// Returns the TLS configuration of a client that connects without TLS. This configuration trusts no certificate, and does not
    /// need any file.
    pub(crate) fn none() -> Result<ClientConfig, MissingRoots> {
        let builder = builder(&Arc::new(aws_lc_rs::default_provider()))?;
        Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }
}

fn builder(provider: &Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, MissingRoots> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| MissingRoots::Library(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{environment::Environment, settings::Settings};

    fn found(settings: Settings, variables: &[(&str, &str)], profile: &str) -> Result<Trust, Error> {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        std::fs::write(&config, format!("[default]\n{profile}\n")).expect("written");
        let settings = Settings { shared_config_files: vec![config], ..settings };
        Trust::find(&Sources::load(&settings, &Environment::from_variables(variables)).expect("loaded"))
    }

    fn argument(path: &str) -> Settings {
        Settings { custom_ca_bundle: Some(path.into()), ..Settings::default() }
    }

    #[test]
    fn an_error_names_the_source_of_an_invalid_ca_bundle() {
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
            match found(settings, variables, profile) {
                Err(Error::InvalidSetting { origin, problem }) => {
                    assert_eq!(origin, expected);
                    assert!(problem.to_string().contains(".pem "), "{problem}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn insecure_does_not_read_the_ca_bundle() {
        let insecure = Settings { insecure: true, ..argument("/nonexistent.pem") };
        assert!(matches!(found(insecure, &[], ""), Ok(Trust::Anyone)));
        assert!(matches!(found(Settings::default(), &[], ""), Ok(Trust::System(_))));
    }
}
