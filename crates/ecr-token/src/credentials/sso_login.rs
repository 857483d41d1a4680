//! The login of SSO that the AWS CLI keeps in a file, and how it is renewed.
//!
//! The SDK's own provider reads and writes that file on the thread that answers interrupts, and takes everything that fails
//! while it renews for a login that has ended.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use aws_sdk_ssooidc::operation::create_token::CreateTokenError;
use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};
use tracing::{info, warn};

use crate::{
    attempts::Limit, blocking, call::Call, config::Config, environment::Environment, error::Error, secret::Secret,
    token::Malformed,
};

/// Many times what a login needs.
const MAX_FILE: u64 = 1 << 20;
/// How long before its end a login is renewed, as AWS's SDKs do it.
const SOON: Duration = Duration::from_secs(5 * 60);
/// The longest that a renewed login can be good for: more is a mistake of whoever answers.
const LONGEST: i32 = 365 * 24 * 60 * 60;

/// What the file says.
pub(super) struct Login {
    file: PathBuf,
    access_token: Secret,
    expires_at: SystemTime,
    fields: Map<String, Json>,
}

/// Why there is no login.
#[derive(Debug)]
pub(super) enum Problem {
    Missing,
    /// The home directory is not known.
    Home(Error),
    /// Something else stands in the file, or nothing that can be read.
    NoLogin(PathBuf),
    Unreadable(PathBuf, io::Error),
}

impl Login {
    /// The login under this name.
    pub(super) async fn read(name: &str, env: &Environment) -> Result<Self, Problem> {
        let digest: String = Sha1::digest(name).iter().map(|byte| format!("{byte:02x}")).collect();
        let home = env.home().map_err(Problem::Home)?.ok_or(Problem::Missing)?;
        let file = home.join(format!(".aws/sso/cache/{digest}.json"));
        let text = match blocking::text(&file, MAX_FILE).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Problem::Missing),
            Err(error) => return Err(Problem::Unreadable(file, error)),
        };
        let login = || {
            let fields: Map<String, Json> = serde_json::from_str(&text).ok()?;
            let access_token = field(&fields, "accessToken")?.into();
            let expires_at = time(field(&fields, "expiresAt")?)?;
            Some(Self { file: file.clone(), access_token, expires_at, fields })
        };
        login().ok_or(Problem::NoLogin(file))
    }

    pub(super) fn token(&self) -> Secret {
        self.access_token.clone()
    }

    pub(super) fn has_ended(&self, now: SystemTime) -> bool {
        self.expires_at <= now
    }

    pub(super) fn ends_soon(&self, now: SystemTime) -> bool {
        self.expires_at <= now + SOON
    }

    /// A login for as long again; `None` where this one cannot be renewed. `registrationExpiresAt` does not count, as in
    /// AWS's SDK for Go: AWS knows better when the registration of a client ends.
    pub(super) async fn renewed(
        &self,
        region: &str,
        config: &Config,
        limit: Limit,
        now: SystemTime,
    ) -> Option<Result<Self, Error>> {
        let text = |name| field(&self.fields, name).map(ToOwned::to_owned);
        let (id, secret, refresh) = (text("clientId")?, text("clientSecret")?, text("refreshToken")?);
        info!(region, "renewing the SSO login");
        Some(self.renew(region, config, limit, now, [id, secret, refresh]).await)
    }

    async fn renew(
        &self,
        region: &str,
        config: &Config,
        limit: Limit,
        now: SystemTime,
        [id, secret, refresh]: [String; 3],
    ) -> Result<Self, Error> {
        let secrets = [secret.as_str(), &refresh, self.access_token.expose()].map(Secret::from);
        let call = Call::new("sso-oidc:CreateToken", region, limit, &config.secrets)
            .at(config.endpoints.sso_oidc.as_ref())
            .hiding(secrets);
        let sdk = aws_sdk_ssooidc::config::Builder::from(&config.sso_oidc(region)?)
            .interceptor(config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<CreateTokenError>())
            .retry_partition(config.retries.partition.clone());
        let request = aws_sdk_ssooidc::Client::from_conf(sdk.build())
            .create_token()
            .grant_type("refresh_token")
            .client_id(id)
            .client_secret(secret)
            .refresh_token(refresh);
        let output = call.answer(request.send()).await?;
        let tokens = [output.access_token(), output.refresh_token(), output.id_token()];
        config.secrets.add(tokens.into_iter().flatten().map(Secret::from));
        let lifetime = Some(output.expires_in()).filter(|seconds| (1..=LONGEST).contains(seconds));
        let token = output.access_token().filter(|token| !token.is_empty());
        let (Some(token), Some(lifetime)) = (token, lifetime) else {
            return Err(call.malformed(&output, Malformed::NoCredentials));
        };
        let expires_at = now + Duration::from_secs(lifetime.unsigned_abs().into());
        let mut fields = self.fields.clone();
        let mut set = |name: &str, value: &str| {
            fields.retain(|other, _| !other.eq_ignore_ascii_case(name));
            fields.insert(name.to_owned(), value.into());
        };
        set("accessToken", token);
        let end = DateTime::from_secs(DateTime::from(expires_at).secs()).fmt(Format::DateTime);
        set("expiresAt", &end.unwrap_or_default());
        if let Some(refresh) = output.refresh_token() {
            set("refreshToken", refresh);
        }
        let renewed = Self { file: self.file.clone(), access_token: token.into(), expires_at, fields };
        renewed.keep().await;
        Ok(renewed)
    }

    /// For the AWS CLI and the next time. Where that fails, this time has what it needs.
    async fn keep(&self) {
        let (file, text) = (self.file.clone(), Json::Object(self.fields.clone()).to_string());
        let written = blocking::read(move || replace(&file, text.as_bytes())).await;
        let problem = match written {
            Some(Ok(())) => return,
            Some(Err(error)) => error.to_string(),
            None => "it takes too long".to_owned(),
        };
        let file = self.file.display().to_string();
        warn!(file, problem, "the renewed SSO login cannot be kept: the next command may need a new login");
    }
}

/// All of it or nothing, and for nobody else. Where it is a link, what it leads to.
pub(super) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let file = &file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let directory = file.parent().unwrap_or_else(|| Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(directory)?;
    io::Write::write_all(&mut new, content)?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

/// Names are written in other cases by some.
fn field<'a>(fields: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    let (_, value) = fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    value.as_str().filter(|text| !text.is_empty())
}

/// Older versions of the AWS CLI write `2020-01-01T00:00:00UTC`.
fn time(text: &str) -> Option<SystemTime> {
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |time| format!("{time}Z"));
    DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(content: &str) -> Result<Login, Problem> {
        let home = tempfile::tempdir().expect("a directory");
        let cache = home.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).expect("a directory");
        // SHA-1 of `corp`
        std::fs::write(cache.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json"), content).expect("a file");
        let path = home.path().to_str().expect("UTF-8");
        Login::read("corp", &Environment::given(&[("HOME", path), ("USERPROFILE", path)])).await
    }

    #[tokio::test]
    async fn a_login_is_read_from_where_the_cli_keeps_it() {
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
    async fn what_is_no_login_is_told_from_what_is_not_there() {
        for content in
            ["", "hunter2", "[]", "{}", r#"{"accessToken":"hunter2"}"#, r#"{"accessToken":"hunter2","expiresAt":"x"}"#]
        {
            let problem = read(content).await.map(drop).expect_err("no login");
            assert!(matches!(problem, Problem::NoLogin(_)), "{content}: {problem:?}");
        }
        let nowhere = Environment::given(&[("HOME", "/nonexistent"), ("USERPROFILE", "/nonexistent")]);
        assert!(matches!(Login::read("corp", &nowhere).await, Err(Problem::Missing)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_as_a_whole_and_for_its_owner() {
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
