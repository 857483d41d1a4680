//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile in them that counts.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use aws_types::os_shim_internal::Env;

use crate::{
    blocking,
    error::{Error, Origin},
    path::expanded,
    settings::Settings,
    shared_files::ini::{Section, Sections},
};

mod ini;

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";

/// What the files say together, and the name of the profile.
pub(crate) struct SharedFiles {
    /// Profiles by their bare names, and the sections of other kinds.
    sections: Sections,
    /// Profiles with half a pair of keys in the last file that has the profile.
    halved: Vec<String>,
    pub(crate) profile: String,
    /// What a person calls the files, and which of them are not there.
    pub(crate) names: Vec<String>,
}

/// Keys that a profile holds.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
}

impl SharedFiles {
    /// Reads the files. A profile that the settings or `AWS_PROFILE` name must exist; as in hashicorp/aws, that of
    /// `AWS_DEFAULT_PROFILE` need not, and neither need the default profile.
    pub(crate) fn load(settings: &Settings, env: &Env) -> Result<Self, Error> {
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
        let mut files = Self { sections: Sections::new(), halved: Vec::new(), profile, names: Vec::new() };
        for path in &paths.config {
            let sections = files.read(path)?;
            files.merge(config_sections(sections));
        }
        for path in &paths.credentials {
            let sections = files.read(path)?;
            files.merge(credentials_sections(sections));
        }
        match origin {
            Some(origin) if !files.has(&files.profile) => {
                Err(Error::NoProfile { profile: files.profile, origin, files: files.names })
            }
            Some(_) | None => Ok(files),
        }
    }

    /// The sections of a file. One that is not there, or cannot be read, has none, as in hashicorp/aws: the same
    /// configuration serves a workstation and a CI system.
    fn read(&mut self, path: &Path) -> Result<Sections, Error> {
        let wrong = |reason: String| Error::SharedFiles { reason: format!("{} {reason}", path.display()) };
        let (bytes, remark) = match blocking::bytes(path, blocking::MAX_FILE) {
            Ok(bytes) => (bytes, ""),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(wrong(format!("cannot be one: {error}")));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), " (which does not exist)"),
            Err(_) => (Vec::new(), " (which cannot be read)"),
        };
        let text = String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8 text".into()))?;
        self.names.push(format!("{}{remark}", path.display()));
        ini::parse(&text).map_err(|line| wrong(format!("has the head of a section without its end in line {line}")))
    }

    /// What comes later goes before, key by key; keys of AWS as a pair, with the session that belongs to them.
    fn merge(&mut self, later: Sections) {
        for (name, section) in later {
            let (id, secret) = (section.text(ID).is_some(), section.text(SECRET).is_some());
            self.halved.retain(|halved| *halved != name);
            if id != secret {
                self.halved.push(name.clone());
            }
            let merged = self.sections.entry(name).or_default();
            if id && secret {
                merged.remove(TOKEN);
                merged.update(&section, &[]);
            } else {
                merged.update(&section, &[ID, SECRET, TOKEN]);
            }
        }
    }

    /// Whether there is a profile of this name.
    pub(crate) fn has(&self, profile: &str) -> bool {
        self.sections.contains_key(profile)
    }

    /// A value of the profile that counts.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.value_of(&self.profile, key)
    }

    /// The first of these variables that is set, else the value of the profile that counts, with where it comes from.
    pub(crate) fn setting(&self, env: &Env, variables: &[&'static str], key: &str) -> Option<(String, Origin)> {
        let of_variable = |name: &&'static str| Some((variable(env, name)?, Origin::Variable(name)));
        let of_profile = || Some((self.value(key)?.to_owned(), Origin::Profile(self.profile.clone())));
        variables.iter().find_map(of_variable).or_else(of_profile)
    }

    /// A value of some profile.
    pub(crate) fn value_of(&self, profile: &str, key: &str) -> Option<&str> {
        self.sections.get(profile)?.text(key)
    }

    /// The keys of some profile.
    ///
    /// # Errors
    /// That there is half a pair.
    pub(crate) fn keys_of(&self, profile: &str) -> Result<Option<Keys<'_>>, Error> {
        if self.halved.iter().any(|halved| halved == profile) {
            let problem = format!("its credentials are half there: {ID} and {SECRET} must stand in the same file");
            return Err(Error::InvalidSetting { origin: Origin::Profile(profile.to_owned()), problem });
        }
        let value = |key| self.value_of(profile, key);
        Ok(value(ID).zip(value(SECRET)).map(|(id, secret)| Keys { id, secret, token: value(TOKEN) }))
    }

    /// A value of an `sso-session` section.
    pub(crate) fn session_value(&self, session: &str, key: &str) -> Option<&str> {
        self.sections.get(&format!("sso-session {session}"))?.text(key)
    }

    /// The URL of a service in the profile that counts: of its `services` section, else its `endpoint_url`.
    pub(crate) fn endpoint(&self, service: &str) -> Option<&str> {
        let section = self.value("services").and_then(|services| self.sections.get(&format!("services {services}")));
        section.and_then(|section| section.nested(service, "endpoint_url")).or_else(|| self.value("endpoint_url"))
    }
}

/// Without what stands in the files.
impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFiles")
            .field("profile", &self.profile)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

/// Of a config file, profiles are all but `default` called so; `[profile default]` stands for `[default]`.
fn config_sections(sections: Sections) -> Sections {
    let prefixed = sections.contains_key("profile default");
    let named = |(name, section): (String, Section)| match name.split_once(' ') {
        Some(("profile", profile)) => Some((profile.to_owned(), section)),
        Some(("sso-session" | "services", _)) => Some((name, section)),
        None if name == "default" && !prefixed => Some((name, section)),
        _ => None,
    };
    sections.into_iter().filter_map(named).collect()
}

/// Of a credentials file, profiles are never called so.
fn credentials_sections(sections: Sections) -> Sections {
    sections.into_iter().filter(|(name, _)| !name.starts_with("profile ")).collect()
}

/// A variable that is set and not empty.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

/// Where the shared files are, as they are found by [`SharedFiles::load`].
pub(crate) fn paths(settings: &Settings, env: &Env) -> Vec<PathBuf> {
    let Paths { config, credentials } = Paths::of(settings, env);
    config.into_iter().chain(credentials).collect()
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
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        SharedFiles::load(&settings(profile, &directory), &Env::from_slice(variables))
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
                        files[0].contains("config") && files[1] == "/nonexistent/credentials (which does not exist)",
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
        let config = file("config", "[profile p]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = s\n");
        let credentials = file("credentials", "[p]\naws_access_key_id = AKIDCREDENTIALS\naws_secret_access_key = s\n");
        let credentials = [("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().expect("UTF-8"))];
        let settings = Settings { profile: Some("p".into()), shared_config_files: vec![config], ..Settings::default() };
        let files = SharedFiles::load(&settings, &Env::from_slice(&credentials)).expect("loaded");
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
        let files = SharedFiles::load(&settings, &Env::from_slice(&[])).expect("loaded");
        assert_eq!((files.endpoint("ecr"), files.endpoint("sts")), (Some("http://ecr"), Some("http://all")));
    }

    #[tokio::test]
    async fn files_that_do_not_exist_are_passed_over() {
        let settings = Settings {
            shared_config_files: vec!["/nonexistent/config".into()],
            shared_credentials_files: vec!["~/nonexistent/credentials".into()],
            ..Settings::default()
        };
        let files = SharedFiles::load(&settings, &Env::from_slice(&[("HOME", "/nonexistent")])).expect("loaded");
        assert_eq!(files.value("region"), None);
    }

    #[tokio::test]
    async fn what_is_no_text_is_an_error_and_a_directory_is_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        fs::write(&config, b"[default]\nregion = eu-west-1 # caf\xe9\n").expect("written");
        let load = async |path: &Path| {
            let settings = Settings { shared_config_files: vec![path.to_owned()], ..Settings::default() };
            SharedFiles::load(&settings, &Env::from_slice(&[]))
        };
        match load(&config).await {
            Err(Error::SharedFiles { reason }) => assert!(reason.ends_with("config is not UTF-8 text"), "{reason}"),
            other => panic!("{other:?}"),
        }
        let files = load(directory.path()).await.expect("passed over");
        assert!(files.names[0].ends_with("(which cannot be read)"), "{:?}", files.names);
    }

    #[tokio::test]
    async fn malformed_files_are_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        fs::write(&config, "[default]\n[profile\nregion").expect("written");
        let settings = Settings { shared_config_files: vec![config], ..Settings::default() };
        match SharedFiles::load(&settings, &Env::from_slice(&[])) {
            Err(Error::SharedFiles { reason }) => {
                assert!(reason.contains("config has the head of a section"), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    }
}
