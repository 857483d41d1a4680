//! The shared files, `~/.aws/config` and `~/.aws/credentials`, and the profile in use.
//!
//! The rules are the same as in `LoadSharedConfigProfile` of aws-sdk-go-v2, and therefore the same as in hashicorp/aws. The
//! identity rule in `ARCHITECTURE.md` takes precedence over these rules.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use crate::{
    blocking,
    environment::Environment,
    error::Error,
    origin::Origin,
    problem::{SettingProblem, SharedFilesProblem},
    secret::Secret,
    settings::Settings,
    shared_files::{
        ini::{Content, Line, Section, Sections},
        kind::{CONFIG, CREDENTIALS, Kind},
    },
};

mod ini;
mod kind;

pub(crate) use kind::paths;

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";

/// The keys that are overridden if a later file contains the same section. The access keys are overridden too: see [`merge`].
/// As in AWS's SDK for Go, no other keys are overridden: neither `endpoint_url`, nor `services`, nor `sdk_ua_app_id`.
const MERGED: [&str; 24] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "external_id",
    "mfa_serial",
    "role_session_name",
    "region",
    "credential_process",
    "web_identity_token_file",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_v1_disabled",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "retry_mode",
    "ca_bundle",
    "duration_seconds",
    "max_attempts",
    "sso_session",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_start_url",
    "login_session",
];

/// The content of all files together, and the profile in use.
pub(crate) struct SharedFiles {
    /// The sections, by name. The names of profiles do not contain the prefix `profile`.
    sections: Sections,
    pub(crate) profile: Profile,
    /// The names of the files for error messages, with remarks on missing or damaged files.
    pub(crate) names: Vec<String>,
    /// Files in the settings that do not exist.
    pub(crate) missing: Vec<(PathBuf, Origin)>,
    /// Files in the home directory that exist but cannot be read, each with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
    /// Set if `HOME` is not an absolute path, so that the files in the home directory cannot be found.
    no_home: Option<(Origin, SettingProblem)>,
}

/// The profile in use.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// The setting that names the profile, if any. `AWS_DEFAULT_PROFILE` does not count as such a setting.
    pub(crate) named_by: Option<Origin>,
}

impl Profile {
    /// Returns the profile of the settings, else of the environment, else the default profile. As in hashicorp/aws, neither the
    /// default profile nor a profile from `AWS_DEFAULT_PROFILE` has to exist.
    fn find(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let named = match &settings.profile {
            Some(name) => Some((name.clone(), Origin::Argument("profile"))),
            None => environment.first(&["AWS_PROFILE"])?,
        };
        if let Some((name, origin)) = named {
            return Ok(Self { name, named_by: Some(origin) });
        }
        let name = environment.text("AWS_DEFAULT_PROFILE")?.unwrap_or_else(|| "default".to_owned());
        Ok(Self { name, named_by: None })
    }
}

/// The access keys in a profile.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
}

impl SharedFiles {
    /// Reads the files. If the settings or `AWS_PROFILE` name a profile, this profile must exist. As in hashicorp/aws, neither
    /// the default profile nor a profile from `AWS_DEFAULT_PROFILE` has to exist.
    ///
    /// # Errors
    /// Returns an error if such a profile is missing, or if a file is UTF-16 text. Also returns an error if a file from the
    /// settings or the environment cannot be read.
    pub(crate) fn load(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let mut files = Self {
            sections: Sections::new(),
            profile: Profile::find(settings, environment)?,
            names: Vec::new(),
            missing: Vec::new(),
            unreadable: Vec::new(),
            no_home: None,
        };
        let (config, credentials) =
            (files.all_of(&CONFIG, settings, environment)?, files.all_of(&CREDENTIALS, settings, environment)?);
        files.sections = of_config(config);
        merge(&mut files.sections, credentials.into_iter().filter(|(name, _)| !name.starts_with(PROFILE)).collect());
        if files.profile.named_by.is_none() || files.has(&files.profile.name)? {
            return Ok(files);
        }
        files.check_home()?;
        let (Profile { name: profile, named_by }, files) = (files.profile, files.names);
        Err(Error::NoProfile { profile: profile.into(), origin: named_by.unwrap_or(Origin::Caller), files })
    }

    /// Returns the merged sections of all files of one kind: all config files or all credentials files.
    fn all_of(&mut self, kind: &Kind, settings: &Settings, environment: &Environment) -> Result<Sections, Error> {
        let mut sections = Sections::new();
        match kind.named(settings, environment)? {
            Some(paths) => {
                for (path, origin) in paths {
                    merge(&mut sections, self.read(&path, Some(origin))?);
                }
            }
            None => match environment.home() {
                Ok(Some(home)) => sections = self.read(&home.join(kind.default), None)?,
                Ok(None) => self.names.push(format!("~/{} ({})", kind.default, Environment::without_home())),
                Err(Error::InvalidSetting { origin, problem }) => self.no_home = Some((origin, problem)),
                Err(other) => return Err(other),
            },
        }
        Ok(sections)
    }

    /// Returns the sections of a file. As in hashicorp/aws, a file that does not exist has no sections. The same configuration
    /// is then valid on a workstation and on a CI system. An unreadable file in the home directory is also treated as a file
    /// without sections. Such a file can belong to another user, for example after `sudo`.
    fn read(&mut self, path: &Path, named_by: Option<Origin>) -> Result<Sections, Error> {
        use io::ErrorKind::{FileTooLarge, IsADirectory, NotADirectory, NotFound};
        let shown = path.display();
        let bytes = match (blocking::bytes(path, blocking::MAX_FILE), named_by) {
            (Ok(bytes), _) => bytes,
            (Err(error), named_by) if [NotFound, NotADirectory].contains(&error.kind()) => {
                self.names.push(format!("{shown} (which does not exist)"));
                self.missing.extend(named_by.map(|origin| (path.to_owned(), origin)));
                return Ok(Sections::new());
            }
            (Err(error), None) if ![FileTooLarge, IsADirectory].contains(&error.kind()) => {
                self.names.push(format!("{shown} (which cannot be read)"));
                self.unreadable.push((path.to_owned(), error.to_string()));
                return Ok(Sections::new());
            }
            (Err(error), origin) => {
                let (path, error) = (shown.to_string(), error.to_string());
                let problem = match origin {
                    Some(origin) => SharedFilesProblem::UnreadableByName { path, origin, error },
                    None => SharedFilesProblem::Unreadable { path, error },
                };
                return Err(Error::SharedFiles { problem });
            }
        };
        if is_utf16(&bytes) {
            return Err(Error::SharedFiles { problem: SharedFilesProblem::Utf16 { path: shown.to_string() } });
        }
        let Content { sections, broken_head } = ini::parse(&bytes, &shown.to_string());
        let remark = broken_head.map(|line| format!(" (with an invalid section header in line {line})"));
        self.names.push(format!("{shown}{}", remark.unwrap_or_default()));
        Ok(sections)
    }

    /// Returns the secrets in all profiles.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let texts = self.sections.values().flat_map(|section| [SECRET, TOKEN].map(|key| section.text(key)));
        texts.filter_map(|text| text.ok()?).map(Secret::from)
    }

    /// Checks that no file was skipped because the path of the home directory is not absolute.
    pub(crate) fn check_home(&self) -> Result<(), Error> {
        let Some((origin, problem)) = self.no_home.clone() else { return Ok(()) };
        Err(problem.at(origin))
    }

    /// Checks that every key in a profile belongs to this profile.
    ///
    /// # Errors
    /// Returns an error if a line in the profile looks like a section header but is not valid. The keys below such a line could
    /// belong to another profile.
    pub(crate) fn check_heads(&self, profile: &str) -> Result<(), Error> {
        self.check_heads_of("", profile, profile)
    }

    /// Checks that every key in the `sso-session` section of a profile belongs to this section.
    pub(crate) fn check_heads_of_session(&self, profile: &str, session: &str) -> Result<(), Error> {
        self.check_heads_of(SSO_SESSION, session.trim(), profile)
    }

    fn check_heads_of(&self, kind: &str, name: &str, profile: &str) -> Result<(), Error> {
        let place = self.section(kind, name)?.and_then(|section| section.broken_head.as_ref());
        let Some(place) = place.map(ToString::to_string) else { return Ok(()) };
        Err(SettingProblem::BrokenHead { place }.at(Origin::Profile(profile.to_owned())))
    }

    /// Checks whether a profile of this name exists.
    pub(crate) fn has(&self, profile: &str) -> Result<bool, Error> {
        Ok(self.section("", profile)?.is_some())
    }

    /// Returns the section of this kind with this name. If no section has exactly this name, returns a section with the name in
    /// quotes. The AWS CLI requires quotes around a name with blanks. In AWS's SDK for Go, the quotes are a part of the name.
    fn section(&self, kind: &str, name: &str) -> Result<Option<&Section>, Error> {
        if let Some(section) = self.sections.get(&format!("{kind}{name}")) {
            return Ok(Some(section));
        }
        let quoted = ['"', '\''].map(|mark| format!("{kind}{mark}{name}{mark}"));
        match quoted.each_ref().map(|name| self.sections.get(name)) {
            [Some(_), Some(_)] => {
                let [one, other] = quoted;
                Err(SettingProblem::AmbiguousSection { one, other }.at(Origin::Profile(name.to_owned())))
            }
            [one, other] => Ok(one.or(other)),
        }
    }

    /// Returns the value of a key in the profile in use.
    pub(crate) fn value(&self, key: &str) -> Result<Option<&str>, Error> {
        self.value_of(&self.profile.name, key)
    }

    /// Returns the profile in use as the origin of a value.
    pub(crate) fn origin(&self) -> Origin {
        Origin::Profile(self.profile.name.clone())
    }

    /// Returns the value of a key in the given profile.
    pub(crate) fn value_of(&self, profile: &str, key: &str) -> Result<Option<&str>, Error> {
        let section = self.section("", profile)?;
        section.map_or(Ok(None), |section| section.text(key)).map_err(|place| not_utf8(profile, place))
    }

    /// Returns the access keys of the given profile.
    ///
    /// # Errors
    /// Returns an error if only one of the access key ID and the secret access key is set. In this case, AWS's SDK for Go
    /// searches for other credentials.
    pub(crate) fn keys_of(&self, profile: &str) -> Result<Option<Keys<'_>>, Error> {
        let halved = self.section("", profile)?.is_some_and(|section| section.halved);
        let [id, secret, token] = [ID, SECRET, TOKEN].map(|key| self.value_of(profile, key));
        match (id?, secret?) {
            (Some(id), Some(secret)) if !halved => Ok(Some(Keys { id, secret, token: token? })),
            (None, None) if !halved => Ok(None),
            _ => Err(SettingProblem::HalfOfKeys.at(Origin::Profile(profile.to_owned()))),
        }
    }

    /// Checks whether an `sso-session` section of this name exists.
    pub(crate) fn has_session(&self, session: &str) -> Result<bool, Error> {
        Ok(self.section(SSO_SESSION, session.trim())?.is_some())
    }

    /// Returns the value of a key in an `sso-session` section.
    pub(crate) fn session_value(&self, session: &str, key: &str) -> Result<Option<&str>, Error> {
        let section = self.section(SSO_SESSION, session.trim())?;
        section.map_or(Ok(None), |section| section.text(key)).map_err(|place| not_utf8(&self.profile.name, place))
    }

    /// Returns the endpoint of a service in the profile in use: from the `services` section that the profile names, else from the
    /// profile's `endpoint_url`.
    pub(crate) fn endpoint(&self, service: &str) -> Result<Option<&str>, Error> {
        if let Some(services) = self.value("services")?
            && let Some(section) = self.section(SERVICES, services)?
            && let Some(url) =
                section.nested(service, "endpoint_url").map_err(|place| not_utf8(&self.profile.name, place))?
        {
            return Ok(Some(url));
        }
        self.value("endpoint_url")
    }
}

/// Omits the content of the files, because the content can contain secrets.
impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFiles")
            .field("profile", &self.profile)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

fn not_utf8(profile: &str, place: &Line) -> Error {
    SettingProblem::ValueNotUtf8 { place: place.to_string() }.at(Origin::Profile(profile.to_owned()))
}

/// Checks whether the file is UTF-16 text, which some text editors and PowerShell write. Such a file begins with a byte order
/// mark, or with an ASCII character that has a zero byte before or after it.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..])
}

/// Merges the sections of a later file into `sections`, key by key. The values of the later file override the earlier values of
/// the keys in [`MERGED`]. The access key ID and the secret access key are overridden only as a pair. In this case, the earlier
/// session token is removed, because it belongs to the earlier keys. AWS's SDK for Go would send this token.
fn merge(sections: &mut Sections, later: Sections) {
    for (name, mut section) in later {
        section.halved = section.has(ID) != section.has(SECRET);
        let Some(merged) = sections.get_mut(&name) else {
            sections.insert(name, section);
            continue;
        };
        merged.halved = section.halved;
        merged.broken_head = merged.broken_head.take().or_else(|| section.broken_head.clone());
        if section.has(ID) && section.has(SECRET) {
            merged.remove(TOKEN);
            [ID, SECRET, TOKEN].iter().for_each(|key| merged.take(key, &section));
        }
        MERGED.iter().for_each(|key| merged.take(key, &section));
    }
}

const PROFILE: &str = "profile ";
const SSO_SESSION: &str = "sso-session ";
const SERVICES: &str = "services ";

/// Returns those sections of a config file that are used, and removes the prefix from the names of profiles. All profiles
/// except the default profile are called `profile NAME`. `[profile default]` overrides `[default]`.
fn of_config(sections: Sections) -> Sections {
    let (profiles, others): (Sections, Sections) =
        sections.into_iter().partition(|(name, _)| name.starts_with(PROFILE));
    let is_kept = |name: &str| {
        name.starts_with(SSO_SESSION) || name.starts_with(SERVICES) || name.eq_ignore_ascii_case("default")
    };
    let mut kept: Sections = others.into_iter().filter(|(name, _)| is_kept(name)).collect();
    kept.extend(profiles.into_iter().map(|(name, section)| (name[PROFILE.len()..].to_owned(), section)));
    kept
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) mod vectors;
