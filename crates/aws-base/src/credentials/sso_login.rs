//! The SSO login that the AWS CLI stores in a file.  The credential provider of AWS's SDK is not used, for two reasons. The
//! SDK's credential provider reads and writes the file on the thread that handles interrupts. The provider also treats every
//! failed renewal as an expired login.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};
use tracing::warn;

use super::lock::Lock;
use crate::{blocking, environment::Environment, error::Error, secret::Secret};

/// The maximum size of a login's file, in bytes. A login is much smaller.
const MAX_FILE: u64 = 1 << 20;
/// A login is renewed if it expires within this time, as in AWS's SDKs.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);

/// The content of a login's file.
pub(super) struct SsoLogin {
    file: PathBuf,
    access_token: Secret,
    expires_at: SystemTime,
    fields: Map<String, Json>,
}

/// The values that a request to renew a login contains.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) refresh_token: Secret,
}

/// The reason why no login was found.
#[derive(Debug)]
pub(super) enum SsoLoginProblem {
    Missing,
    /// The home directory is not valid.
    Home(Error),
    /// The file does not contain a login.
    NoLogin(PathBuf),
    Unreadable(PathBuf, io::Error),
}

impl SsoLogin {
    /// Reads the login from its file. `name` is the name of the `sso-session` section or, without a section, the start URL.
    pub(super) async fn read(name: &str, environment: &Environment) -> Result<Self, SsoLoginProblem> {
        let digest: String = Sha1::digest(name).iter().map(|byte| format!("{byte:02x}")).collect();
        let home = environment.home().map_err(SsoLoginProblem::Home)?.ok_or(SsoLoginProblem::Missing)?;
        let file = home.join(format!(".aws/sso/cache/{digest}.json"));
        let text = match blocking::text(&file, MAX_FILE).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SsoLoginProblem::Missing),
            Err(error) => return Err(SsoLoginProblem::Unreadable(file, error)),
        };
        Self::parse(&file, &text).ok_or(SsoLoginProblem::NoLogin(file))
    }

    fn parse(file: &Path, text: &str) -> Option<Self> {
        let fields: Map<String, Json> = serde_json::from_str(text).ok()?;
        let access_token = field(&fields, "accessToken")?.into();
        let expires_at = time(field(&fields, "expiresAt")?)?;
        Some(Self { file: file.to_owned(), access_token, expires_at, fields })
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn token(&self) -> Secret {
        self.access_token.clone()
    }

    pub(super) fn has_ended(&self, now: SystemTime) -> bool {
        self.expires_at <= now
    }

    pub(super) fn ends_soon(&self, now: SystemTime) -> bool {
        self.expires_at <= now + RENEW_BEFORE
    }

    /// Returns the values that a request to renew the login contains, or `None` if a value is missing in the file. Ignores
    /// `registrationExpiresAt`, as AWS's SDK for Go does, because AWS itself checks whether the registration of the client has
    /// expired.
    pub(super) fn grant(&self) -> Option<Grant> {
        let text = |name| field(&self.fields, name);
        let (client_id, client_secret) = (text("clientId")?.to_owned(), text("clientSecret")?.into());
        Some(Grant { client_id, client_secret, refresh_token: text("refreshToken")?.into() })
    }

    /// Returns a copy of this login with the values of the renewed login. Keeps the old refresh token if `refresh_token` is
    /// `None`.
    pub(super) fn renewed_with(&self, access_token: &str, expires_at: SystemTime, refresh_token: Option<&str>) -> Self {
        let mut fields = self.fields.clone();
        let mut set = |name: &str, value: &str| {
            fields.retain(|other, _| !other.eq_ignore_ascii_case(name));
            fields.insert(name.to_owned(), value.into());
        };
        set("accessToken", access_token);
        let end = DateTime::from_secs(DateTime::from(expires_at).secs()).fmt(Format::DateTime);
        set("expiresAt", &end.unwrap_or_default());
        if let Some(refresh_token) = refresh_token {
            set("refreshToken", refresh_token);
        }
        Self { file: self.file.clone(), access_token: access_token.into(), expires_at, fields }
    }

    /// Writes the login to its file, so that the AWS CLI and the next run can use the login. Then releases the lock. If writing
    /// fails, only logs a warning, because this run already has the token.
    pub(super) async fn save(&self, lock: Lock) {
        let (file, text) = (self.file.clone(), Json::Object(self.fields.clone()).to_string());
        let written = blocking::read(move || {
            let written = replace(&file, text.as_bytes());
            drop(lock);
            written
        });
        let problem = match written.await {
            Some(Ok(())) => return,
            Some(Err(error)) => error.to_string(),
            None => "it takes too long".to_owned(),
        };
        let file = self.file.display().to_string();
        warn!(file, problem, "the renewed SSO login could not be written, and the next command may need a new login");
    }
}

/// Replaces a file atomically, even if the power fails. Only the current user can read the new file. If the file is a symbolic
/// link, replaces the target of the link.
pub(super) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let file = &file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let directory = file.parent().unwrap_or_else(|| Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(directory)?;
    io::Write::write_all(&mut new, content)?;
    match new.as_file().sync_all() {
        // Some file systems do not support `sync_all`.
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            return Err(error);
        }
        Ok(()) | Err(_) => {}
    }
    new.persist(file).map(drop).map_err(|error| error.error)
}

/// Returns the text of a field. Ignores the case of the field's name, because some programs write `AccessToken` instead of
/// `accessToken`.
fn field<'a>(fields: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    let (_, value) = fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    value.as_str().filter(|text| !text.is_empty())
}

/// Parses a time. Older versions of the AWS CLI write `2020-01-01T00:00:00UTC`.
fn time(text: &str) -> Option<SystemTime> {
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |time| format!("{time}Z"));
    DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(content: &str) -> Result<SsoLogin, SsoLoginProblem> {
        let home = tempfile::tempdir().expect("a directory");
        let cache = home.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).expect("a directory");
        // The name of the file is the SHA-1 hash of `corp`.
        std::fs::write(cache.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json"), content).expect("a file");
        let path = home.path().to_str().expect("UTF-8");
        SsoLogin::read("corp", &Environment::from_variables(&[("HOME", path), ("USERPROFILE", path)])).await
    }

    #[tokio::test]
    async fn reads_a_login_cached_by_the_aws_cli() {
        let at = |time: &str| time.parse::<u64>().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        for end in ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00UTC", "2020-01-01T01:00:00+01:00"] {
            let login = read(&format!(r#"{{"accessToken":"hunter2","expiresAt":"{end}"}}"#)).await;
            let login = login.expect("a login");
            assert_eq!((login.token().expose(), Ok(login.expires_at)), ("hunter2", at("1577836800")));
            let before = |seconds| login.expires_at - Duration::from_secs(seconds);
            assert!(login.ends_soon(before(300)) && !login.ends_soon(before(301)));
            assert!(login.has_ended(before(0)) && !login.has_ended(before(1)));
        }
    }

    #[tokio::test]
    async fn rejects_a_cache_file_without_a_login() {
        for content in
            ["", "hunter2", "[]", "{}", r#"{"accessToken":"hunter2"}"#, r#"{"accessToken":"hunter2","expiresAt":"x"}"#]
        {
            let problem = read(content).await.map(drop).expect_err("no login");
            assert!(matches!(problem, SsoLoginProblem::NoLogin(_)), "{content}: {problem:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn replaces_a_file_atomically_with_owner_only_access() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("login.json");
        std::fs::write(&file, "old and long").expect("written");
        replace(&file, b"new").expect("replaced");
        assert_eq!(std::fs::read_to_string(&file).expect("readable"), "new");
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).expect("readable").count(), 1);

        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        replace(&link, b"newer").expect("replaced");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).expect("readable"), "newer");
    }
}
