//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile in them that counts.

use std::{
    borrow::Cow,
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
};

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::{
    file::{EnvConfigFileKind, EnvConfigFiles},
    property::PropertiesKey,
};
use aws_types::os_shim_internal::{Env, Fs};
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    error::{Error, Origin, chain},
    path::expanded,
    settings::Settings,
};

/// The parsed files and the name of the profile.
pub(crate) struct SharedFiles {
    sections: ProfileSet,
    /// Of the credentials files alone.
    credentials: ProfileSet,
    pub(crate) profile: String,
    paths: Paths,
}

impl SharedFiles {
    /// Reads the files. A profile that the settings or `AWS_PROFILE` name must exist; as in hashicorp/aws, that of
    /// `AWS_DEFAULT_PROFILE` need not, and neither need the default profile.
    pub(crate) async fn load(settings: &Settings, env: &Env) -> Result<Self, Error> {
        let named = match (&settings.profile, variable(env, "AWS_PROFILE")) {
            (Some(name), _) => Some((name.clone(), Origin::Argument("profile"))),
            (None, Some(name)) => Some((name, Origin::Variable("AWS_PROFILE"))),
            (None, None) => None,
        };
        let (profile, origin) = match named {
            Some((name, origin)) => (name, Some(origin)),
            None => (variable(env, "AWS_DEFAULT_PROFILE").unwrap_or_else(|| "default".to_owned()), None),
        };
        let paths = Paths::of(settings, env);
        check_text(&paths)?;
        let sections = parsed(env, &paths.files(), &profile).await?;
        let credentials = parsed(env, &paths.credentials_files(), &profile).await?;
        let files = Self { sections, credentials, profile, paths };
        match origin {
            Some(origin) if !files.has(&files.profile) => {
                Err(Error::NoProfile { profile: files.profile.clone(), origin, files: files.names() })
            }
            Some(_) | None => Ok(files),
        }
    }

    /// What a person calls the files, and which of them are not there.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |file: &PathBuf| match (file.exists(), is_readable(file)) {
            (true, true) => file.display().to_string(),
            (true, false) => format!("{} (which cannot be read)", file.display()),
            (false, _) => format!("{} (which does not exist)", file.display()),
        };
        self.paths.config.iter().chain(&self.paths.credentials).map(name).collect()
    }

    /// Whether there is a profile of this name.
    pub(crate) fn has(&self, profile: &str) -> bool {
        self.sections.get_profile(profile).is_some()
    }

    /// A value of the profile that counts.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.value_of(&self.profile, key)
    }

    /// A value of some profile.
    pub(crate) fn value_of(&self, profile: &str, key: &str) -> Option<&str> {
        self.sections.get_profile(profile)?.get(key).filter(|value| !value.is_empty())
    }

    /// A value of some profile in the credentials files, whatever the config files say.
    pub(crate) fn credentials_value_of(&self, profile: &str, key: &str) -> Option<&str> {
        self.credentials.get_profile(profile)?.get(key).filter(|value| !value.is_empty())
    }

    /// A value of an `sso-session` section.
    pub(crate) fn session_value(&self, session: &str, key: &str) -> Option<&str> {
        self.sections.sso_session(session)?.get(key).filter(|value| !value.is_empty())
    }

    /// The URL of a service in the profile that counts: of its `services` section, else its `endpoint_url`.
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
}

/// Without what stands in the files.
impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFiles")
            .field("profile", &self.profile)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

async fn parsed(env: &Env, files: &EnvConfigFiles, profile: &str) -> Result<ProfileSet, Error> {
    let fs = Fs::real();
    // Without its logs: it warns of lines that it does not understand, and quotes them, keys included.
    let sections = profile::load(&fs, env, files, Some(Cow::Owned(profile.to_owned())));
    sections.with_subscriber(NoSubscriber::new()).await.map_err(|error| Error::SharedFiles { reason: chain(&error) })
}

/// A variable that is set and not empty.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
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
    /// and a CI system.
    fn files(&self) -> EnvConfigFiles {
        let config = self.config.iter().map(|file| (EnvConfigFileKind::Config, file));
        existing(config.chain(self.credentials.iter().map(|file| (EnvConfigFileKind::Credentials, file))))
    }

    fn credentials_files(&self) -> EnvConfigFiles {
        existing(self.credentials.iter().map(|file| (EnvConfigFileKind::Credentials, file)))
    }
}

/// What cannot be read is passed over like what is not there, as in hashicorp/aws.
fn is_readable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| if found.is_file() { File::open(file).is_ok() } else { !found.is_dir() })
}

/// The SDK takes a file that is not UTF-8 for an empty one, whose credentials would then be somebody else's.
fn check_text(paths: &Paths) -> Result<(), Error> {
    for file in paths.config.iter().chain(&paths.credentials).filter(|file| file.is_file()) {
        if let Ok(content) = fs::read(file)
            && std::str::from_utf8(&content).is_err()
        {
            return Err(Error::SharedFiles { reason: format!("{} is not UTF-8 text", file.display()) });
        }
    }
    Ok(())
}

fn existing<'a>(files: impl Iterator<Item = (EnvConfigFileKind, &'a PathBuf)>) -> EnvConfigFiles {
    // Never without any: the SDK panics on an empty list.
    let builder = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
    files
        .filter(|(_, file)| is_readable(file))
        .fold(builder, |builder, (kind, file)| builder.with_file(kind, file))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(profile: Option<&str>, directory: &tempfile::TempDir) -> Settings {
        let config = directory.path().join("config");
        let text = "[profile one]\nregion = eu-west-1\nsso_session = s\n[default]\nregion = us-east-2\n\
                    [sso-session s]\nsso_region = eu-west-3\n";
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
        assert_eq!(region(loaded(None, &both[1..]).await), None);
    }

    #[tokio::test]
    async fn a_named_profile_that_is_missing_is_an_error_that_lists_the_files() {
        for (profile, variables, expected) in [
            (Some("none"), &[][..], Origin::Argument("profile")),
            (None, &[("AWS_PROFILE", "none")], Origin::Variable("AWS_PROFILE")),
        ] {
            match loaded(profile, variables).await {
                Err(Error::NoProfile { profile, origin, files }) => {
                    assert_eq!((profile.as_str(), origin), ("none", expected));
                    assert!(
                        files[0].contains("/config") && files[1] == "/nonexistent/credentials (which does not exist)",
                        "{files:?}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn other_profiles_and_sessions_can_be_read() {
        let files = loaded(None, &[]).await.expect("loaded");
        assert_eq!(files.value_of("one", "region"), Some("eu-west-1"));
        assert_eq!(files.session_value("s", "sso_region"), Some("eu-west-3"));
        assert_eq!((files.value_of("two", "region"), files.session_value("t", "sso_region")), (None, None));
        assert!(files.has("one") && !files.has("two"));
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
    async fn what_is_no_text_is_an_error_and_a_directory_is_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        fs::write(&config, b"[default]\nregion = eu-west-1 # caf\xe9\n").expect("written");
        let load = async |path: &Path| {
            let settings = Settings { shared_config_files: vec![path.to_owned()], ..Settings::default() };
            SharedFiles::load(&settings, &Env::from_slice(&[])).await
        };
        match load(&config).await {
            Err(Error::SharedFiles { reason }) => assert!(reason.ends_with("config is not UTF-8 text"), "{reason}"),
            other => panic!("{other:?}"),
        }
        let files = load(directory.path()).await.expect("passed over");
        assert!(files.names()[0].ends_with("(which cannot be read)"), "{:?}", files.names());
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
