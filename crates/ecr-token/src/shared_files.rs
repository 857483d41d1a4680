//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile in them that counts.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};

use crate::{
    error::{Error, Origin, chain},
    settings::Settings,
};

/// The `services` section that holds an endpoint from the settings.
const SECTION: &str = "ecr-token-settings";

/// The parsed files and the name of the profile.
#[derive(Debug)]
pub(crate) struct SharedFiles {
    sections: ProfileSet,
    pub(crate) files: EnvConfigFiles,
    pub(crate) profile: String,
}

impl SharedFiles {
    /// Reads the files. A profile that somebody names must exist; the default profile need not.
    pub(crate) async fn load(settings: &Settings, env: &Env) -> Result<Self, Error> {
        let (profile, origin) = match &settings.profile {
            Some(name) => (name.clone(), Some(Origin::Argument("profile"))),
            None => ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
                .into_iter()
                .find_map(|name| Some((variable(env, name)?, Some(Origin::Variable(name)))))
                .unwrap_or_else(|| ("default".to_owned(), None)),
        };
        let files = files(settings, env, String::new());
        let sections = profile::load(&Fs::real(), env, &files, Some(Cow::Owned(profile.clone())))
            .await
            .map_err(|error| Error::SharedFiles { reason: chain(&error) })?;
        if let (Some(origin), None) = (origin, sections.get_profile(&profile)) {
            return Err(Error::NoProfile { profile, origin, files: names(settings, env) });
        }
        let files = match &settings.endpoints.sts {
            Some(url) => self::files(settings, env, sts_endpoint(url, &profile)),
            None => files,
        };
        Ok(Self { sections, files, profile })
    }

    /// A value of the profile that counts.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.sections.get(key).filter(|value| !value.is_empty())
    }
}

/// A variable that is set and not empty.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

/// A file that the settings name and that does not exist is passed over, as hashicorp/aws does it: the same
/// configuration serves a workstation and a CI system. It is not made up for by the default file.
fn files(settings: &Settings, env: &Env, contents: String) -> EnvConfigFiles {
    // Never without any: the SDK panics on an empty list.
    let mut builder = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, contents)
        .include_default_config_file(settings.shared_config_files.is_empty())
        .include_default_credentials_file(settings.shared_credentials_files.is_empty());
    for file in settings.shared_config_files.iter().filter(|file| exists(file, env)) {
        builder = builder.with_file(EnvConfigFileKind::Config, file);
    }
    for file in settings.shared_credentials_files.iter().filter(|file| exists(file, env)) {
        builder = builder.with_file(EnvConfigFileKind::Credentials, file);
    }
    builder.build()
}

fn exists(file: &Path, env: &Env) -> bool {
    match (file.strip_prefix("~"), variable(env, "HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest).exists(),
        _ => file.exists(),
    }
}

/// The SDK assumes the roles of a profile through clients of its own, which take their endpoint from the profile: this
/// is the way to tell them. It replaces a `services` key of the profile's, and AWS_ENDPOINT_URL_STS outranks it.
fn sts_endpoint(url: &str, profile: &str) -> String {
    format!("[profile {profile}]\nservices = {SECTION}\n[services {SECTION}]\nsts =\n  endpoint_url = {url}\n")
}

/// What a person calls the files, and which of them are not there.
fn names(settings: &Settings, env: &Env) -> Vec<String> {
    let of = |files: &[PathBuf], name: &str, default: &str| match files {
        [] => vec![PathBuf::from(variable(env, name).unwrap_or_else(|| default.to_owned()))],
        files => files.to_vec(),
    };
    of(&settings.shared_config_files, "AWS_CONFIG_FILE", "~/.aws/config")
        .into_iter()
        .chain(of(&settings.shared_credentials_files, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
        .map(|file| match exists(&file, env) {
            true => file.display().to_string(),
            false => format!("{} (which does not exist)", file.display()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn settings(profile: Option<&str>, directory: &tempfile::TempDir) -> Settings {
        let config = directory.path().join("config");
        fs::write(&config, "[profile one]\nregion = eu-west-1\n[default]\nregion = us-east-2\n").expect("written");
        Settings {
            profile: profile.map(ToOwned::to_owned),
            shared_config_files: vec![config],
            shared_credentials_files: vec!["/nonexistent/credentials".into()],
            ..Settings::default()
        }
    }

    async fn loaded(profile: Option<&str>, variables: &[(&str, &str)]) -> Result<SharedFiles, Error> {
        let directory = tempfile::tempdir().expect("a directory");
        SharedFiles::load(&settings(profile, &directory), &Env::from_slice(variables)).await
    }

    #[tokio::test]
    async fn the_argument_beats_the_variables() {
        let region = |files: Result<SharedFiles, Error>| files.expect("loaded").value("region").map(ToOwned::to_owned);
        let both = [("AWS_PROFILE", "none"), ("AWS_DEFAULT_PROFILE", "none")];
        assert_eq!(region(loaded(Some("one"), &both).await).as_deref(), Some("eu-west-1"));
        assert_eq!(region(loaded(None, &[("AWS_PROFILE", "one")]).await).as_deref(), Some("eu-west-1"));
        assert_eq!(region(loaded(None, &[("AWS_DEFAULT_PROFILE", "one")]).await).as_deref(), Some("eu-west-1"));
        assert_eq!(region(loaded(None, &[]).await).as_deref(), Some("us-east-2"));
    }

    #[tokio::test]
    async fn a_named_profile_that_is_missing_is_an_error_that_lists_the_files() {
        for (profile, variables, expected) in [
            (Some("none"), &[][..], Origin::Argument("profile")),
            (None, &[("AWS_PROFILE", "none")], Origin::Variable("AWS_PROFILE")),
            (None, &[("AWS_DEFAULT_PROFILE", "none")], Origin::Variable("AWS_DEFAULT_PROFILE")),
        ] {
            match loaded(profile, variables).await {
                Err(Error::NoProfile { profile, origin, files }) => {
                    assert_eq!((profile.as_str(), origin), ("none", expected));
                    assert!(
                        files[0].ends_with("/config") && files[1] == "/nonexistent/credentials (which does not exist)",
                        "{files:?}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn an_endpoint_of_sts_reaches_the_profile() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut settings = settings(Some("one"), &directory);
        settings.endpoints.sts = Some("http://127.0.0.1:1".into());
        let files = SharedFiles::load(&settings, &Env::from_slice(&[])).await.expect("loaded");
        let seen = profile::load(&Fs::real(), &Env::from_slice(&[]), &files.files, Some("one".into())).await;
        let seen = seen.expect("what the SDK sees");
        assert_eq!((seen.get("services"), seen.get("region")), (Some(SECTION), Some("eu-west-1")));

        settings.profile = Some("none".into());
        let missing = SharedFiles::load(&settings, &Env::from_slice(&[])).await;
        assert!(matches!(missing, Err(Error::NoProfile { .. })), "the endpoint does not make up a profile");
    }

    #[tokio::test]
    async fn files_that_do_not_exist_are_passed_over() {
        let settings = Settings {
            shared_config_files: vec!["/nonexistent/config".into()],
            shared_credentials_files: vec!["~/nonexistent/credentials".into()],
            ..Settings::default()
        };
        let files = SharedFiles::load(&settings, &Env::from_slice(&[("HOME", "/nonexistent")])).await.expect("loaded");
        assert_eq!(files.value("region"), None);
    }

    #[tokio::test]
    async fn malformed_files_are_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        fs::write(&config, "[profile\nregion").expect("written");
        let settings = Settings { shared_config_files: vec![config], ..Settings::default() };
        match SharedFiles::load(&settings, &Env::from_slice(&[])).await {
            Err(Error::SharedFiles { reason }) => assert!(reason.contains("config"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}
