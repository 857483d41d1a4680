//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile in them that counts.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::{
    file::{EnvConfigFileKind, EnvConfigFiles},
    property::PropertiesKey,
};
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
        let paths = Paths::of(settings, env);
        let sections = profile::load(&Fs::real(), env, &paths.files(None), Some(Cow::Owned(profile.clone())))
            .await
            .map_err(|error| Error::SharedFiles { reason: chain(&error) })?;
        if let (Some(origin), None) = (origin, sections.get_profile(&profile)) {
            return Err(Error::NoProfile { profile, origin, files: paths.names() });
        }
        let sts = settings.endpoints.sts.as_deref().map(|url| sts_endpoint(url, &profile));
        Ok(Self { sections, files: paths.files(sts), profile })
    }

    /// The URL of a service in the profile: of its `services` section, else its `endpoint_url`.
    pub(crate) fn endpoint(&self, service: &str) -> Option<&str> {
        let section = self.value("services").and_then(|services| {
            let key = PropertiesKey::builder()
                .section_key("services")
                .section_name(services)
                .property_name(service)
                .sub_property_name("endpoint_url")
                .build()
                .ok()?;
            self.sections.other_sections().get(&key).map(String::as_str)
        });
        section.filter(|url| !url.is_empty()).or_else(|| self.value("endpoint_url"))
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

/// The SDK assumes the roles of a profile through clients of its own, which take their endpoint from the profile: this
/// is the way to tell them. It replaces a `services` key of the profile's; AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL
/// outrank it.
fn sts_endpoint(url: &str, profile: &str) -> String {
    format!("[profile {profile}]\nservices = {SECTION}\n[services {SECTION}]\nsts =\n  endpoint_url = {url}\n")
}

/// Where the files are: what the settings name, else what the environment names, else in the home directory.
#[derive(Debug)]
struct Paths {
    config: Vec<PathBuf>,
    credentials: Vec<PathBuf>,
}

impl Paths {
    fn of(settings: &Settings, env: &Env) -> Self {
        let of = |named: &[PathBuf], name: &str, default: &str| match named {
            [] => vec![expanded(&variable(env, name).unwrap_or_else(|| default.to_owned()), env)],
            named => named.iter().map(|file| expanded(&file.to_string_lossy(), env)).collect(),
        };
        Self {
            config: of(&settings.shared_config_files, "AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: of(&settings.shared_credentials_files, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        }
    }

    /// For the SDK, in its order: what comes later goes before, so credentials files do.
    ///
    /// A file that does not exist is passed over, as hashicorp/aws does it: the same configuration serves a workstation
    /// and a CI system. `contents` are one more config file.
    fn files(&self, contents: Option<String>) -> EnvConfigFiles {
        let mut builder = EnvConfigFiles::builder();
        for file in self.config.iter().filter(|file| file.exists()) {
            builder = builder.with_file(EnvConfigFileKind::Config, file);
        }
        // Never without any: the SDK panics on an empty list.
        builder = builder.with_contents(EnvConfigFileKind::Config, contents.unwrap_or_default());
        for file in self.credentials.iter().filter(|file| file.exists()) {
            builder = builder.with_file(EnvConfigFileKind::Credentials, file);
        }
        builder.build()
    }

    /// What a person calls them, and which of them are not there.
    fn names(&self) -> Vec<String> {
        let name = |file: &PathBuf| match file.exists() {
            true => file.display().to_string(),
            false => format!("{} (which does not exist)", file.display()),
        };
        self.config.iter().chain(&self.credentials).map(name).collect()
    }
}

/// With `$VAR` and `${VAR}` replaced, and then `~` at the beginning, as hashicorp/aws does it.
fn expanded(path: &str, env: &Env) -> PathBuf {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        text += before;
        let (name, after) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(braced) => braced,
            None => {
                let end = after.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
                after.split_at(end.unwrap_or(after.len()))
            }
        };
        text += &variable(env, name).unwrap_or_default();
        rest = after;
    }
    text += rest;
    let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    match (Path::new(&text).strip_prefix("~"), variable(env, home)) {
        (Ok(below), Some(home)) => Path::new(&home).join(below),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn settings(profile: Option<&str>, directory: &tempfile::TempDir) -> Settings {
        let config = directory.path().join("config");
        let text = "[profile one]\nregion = eu-west-1\nservices = own\n[default]\nregion = us-east-2\n";
        fs::write(&config, text).expect("written");
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

    #[test]
    fn paths_are_expanded() {
        let env = Env::from_slice(&[("HOME", "/home/me"), ("DIR", "/dir")]);
        for (path, expected) in [
            ("~/.aws/ci", "/home/me/.aws/ci"),
            ("$HOME/.aws/ci", "/home/me/.aws/ci"),
            ("${DIR}s/$DIR/x", "/dirs//dir/x"),
            ("$UNSET/x", "/x"),
            ("a~b$", "a~b"),
            ("/plain", "/plain"),
        ] {
            assert_eq!(expanded(path, &env), Path::new(expected), "{path}");
        }
    }

    #[tokio::test]
    async fn credentials_files_go_before_config_files() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = |name: &str, text: &str| {
            fs::write(directory.path().join(name), text).expect("written");
            directory.path().join(name)
        };
        let config = file("config", "[profile p]\naws_access_key_id = AKIDCONFIG\n");
        let credentials = file("credentials", "[p]\naws_access_key_id = AKIDCREDENTIALS\n");
        let credentials = [("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().expect("UTF-8"))];
        let settings = Settings { profile: Some("p".into()), shared_config_files: vec![config], ..Settings::default() };
        let files = SharedFiles::load(&settings, &Env::from_slice(&credentials)).await.expect("loaded");
        assert_eq!(files.value("aws_access_key_id"), Some("AKIDCREDENTIALS"));
    }

    #[tokio::test]
    async fn the_profile_may_name_endpoints() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        let text =
            "[profile p]\nservices = s\nendpoint_url = http://all\n[services s]\necr =\n  endpoint_url = http://ecr\n";
        fs::write(&config, text).expect("written");
        let settings = Settings { profile: Some("p".into()), shared_config_files: vec![config], ..Settings::default() };
        let files = SharedFiles::load(&settings, &Env::from_slice(&[])).await.expect("loaded");
        assert_eq!((files.endpoint("ecr"), files.endpoint("sts")), (Some("http://ecr"), Some("http://all")));
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
