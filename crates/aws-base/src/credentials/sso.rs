//! Credentials from IAM Identity Center (SSO). The AWS CLI stores the login that is needed to get these credentials.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_smithy_types::DateTime;
use tokio::time::sleep;

use super::{
    command::quoted,
    lock::Lock,
    sso_login::{SsoLogin, SsoLoginProblem},
};
use crate::{
    call::{Call, client},
    config::Config,
    credential_source::CredentialSource,
    error::{Error, Refusal},
    limit::Limit,
    malformed::Malformed,
    problem::{LoginProblem, SourceProblem},
    region::Region,
    secret::Secret,
    service::Service,
};

/// The longest time to wait for another process that is renewing the same login.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);
/// If AWS rejects the login, the login's file is read again after each of these delays. The file can change during these delays,
/// because the AWS CLI does not use the lock when a user logs in.
const REREAD_DELAYS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_millis(800)];

/// The SSO settings of a profile.
#[derive(Debug)]
pub(super) struct Sso {
    pub(super) profile: String,
    /// The name of an `sso-session` section, if the profile sets a section. Without a section, the login has the older format and
    /// cannot be renewed.
    pub(super) session: Option<String>,
    pub(super) start_url: String,
    pub(super) region: Region,
    pub(super) account_id: String,
    pub(super) role_name: String,
}

impl Sso {
    /// Uses the token of the login to get the credentials of the profile's role.
    pub(super) async fn credentials(&self, config: &Config, limit: Limit) -> Result<Credentials, Error> {
        let token = self.token(config, limit).await?;
        let refused = match self.ask(&token, config, limit).await {
            Err(error) if is_token_rejected(&error) => error,
            answer => return answer,
        };
        // Another process may have renewed the login meanwhile, or the user may have logged in.
        match self.login(config).await {
            Ok(login) if login.token().expose() != token.expose() => {
                let answer = self.ask(&login.token(), config, limit).await;
                answer.map_err(|error| if is_token_rejected(&error) { self.refused(&error) } else { error })
            }
            Ok(_) | Err(_) => Err(self.refused(&refused)),
        }
    }

    /// Sends this token to AWS to get the credentials of the profile's role.
    async fn ask(&self, token: &Secret, config: &Config, limit: Limit) -> Result<Credentials, Error> {
        let call = Call::new(config, Service::Sso, "sso:GetRoleCredentials", &self.region, limit, None)?
            .hiding([token.clone()]);
        let request = client!(aws_sdk_sso, GetRoleCredentialsError, call)
            .get_role_credentials()
            .access_token(token.expose())
            .account_id(&self.account_id)
            .role_name(&self.role_name);
        let mut output = call.answer(request.send()).await?;
        let keys = output.role_credentials.take();
        let parts = keys.iter().flat_map(|keys| [keys.secret_access_key(), keys.session_token()]).flatten();
        config.secrets.add_recent(parts.map(Secret::from));
        let found = keys.and_then(|keys| {
            let expiry = DateTime::from_millis(keys.expiration).try_into().ok();
            Some(Credentials::new(keys.access_key_id?, keys.secret_access_key?, keys.session_token, expiry, "SSO"))
        });
        found.ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    /// Reads the login from its file.
    async fn login(&self, config: &Config) -> Result<SsoLogin, Error> {
        // The AWS CLI derives the name of the login's file from `name`.
        let name = self.session.as_deref().unwrap_or(&self.start_url);
        SsoLogin::read(name, &config.sources.environment).await.map_err(|problem| match problem {
            SsoLoginProblem::Home(error) => error,
            SsoLoginProblem::Missing => self.not_logged_in(LoginProblem::Missing),
            SsoLoginProblem::NoLogin(file) => {
                self.not_logged_in(LoginProblem::NotLogin { path: file.display().to_string() })
            }
            SsoLoginProblem::Unreadable(file, error) => {
                let (path, error) = (file.display().to_string(), error.to_string());
                let from = CredentialSource::Profile(self.profile.clone());
                Error::Credentials { from, reason: SourceProblem::LoginUnreadable { path, error } }
            }
        })
    }

    /// Returns the token of the login. Renews the login first, if necessary and possible. If several processes need the renewal,
    /// only one process renews the login.
    async fn token(&self, config: &Config, limit: Limit) -> Result<Secret, Error> {
        let login = self.login(config).await?;
        let now = SystemTime::now();
        let has_ended = login.has_ended(now);
        let unrenewable = |login: &SsoLogin| match has_ended {
            true => Err(self.not_logged_in(LoginProblem::ExpiredForGood)),
            false => Ok(login.token()),
        };
        if !login.ends_soon(now) {
            return Ok(login.token());
        }
        if login.grant().is_none() {
            return unrenewable(&login);
        }
        // A login that is valid for a few more minutes can be used without a renewal. For such a login, the renewal does not wait
        // for the lock, and makes only one attempt.
        let (patience, limit) = if has_ended { (LOCK_TIMEOUT, limit) } else { (Duration::ZERO, Limit::Count(1)) };
        let lock = match Lock::acquire(login.file(), patience).await {
            Lock::Busy if !has_ended => return Ok(login.token()),
            lock => lock,
        };
        // Reads the file again, because the process that held the lock may have renewed the login.
        let login = match self.login(config).await {
            Ok(login) => login,
            Err(_) if !has_ended => return Ok(login.token()),
            Err(error) => return Err(error),
        };
        if !login.ends_soon(SystemTime::now()) {
            return Ok(login.token());
        }
        let Some(grant) = login.grant() else { return unrenewable(&login) };
        let before = login.token();
        let error = match login.renewed(grant, &self.region, config, limit, lock).await {
            Ok(renewed) => return Ok(renewed.token()),
            Err(error) => error,
        };
        let is_refused = is_refused(&error);
        if let Some(token) = self.newer_token(config, is_refused && has_ended).await {
            return Ok(token);
        }
        match error {
            _ if !has_ended => Ok(before),
            error if is_refused => Err(self.refused(&error)),
            error => Err(error),
        }
    }

    /// Returns the token of the login in the file, if another process has meanwhile written a valid login without using the lock.
    /// If `is_worth_waiting` is true, reads the file several times, because AWS may already have sent a new token to the other
    /// process.
    async fn newer_token(&self, config: &Config, is_worth_waiting: bool) -> Option<Secret> {
        let waits = if is_worth_waiting { &REREAD_DELAYS[..] } else { &REREAD_DELAYS[..1] };
        for wait in waits {
            sleep(*wait).await;
            let login = self.login(config).await.ok();
            if let Some(login) = login.filter(|login| !login.has_ended(SystemTime::now())) {
                return Some(login.token());
            }
        }
        None
    }

    fn refused(&self, error: &Error) -> Error {
        self.not_logged_in(LoginProblem::Refused { words: error.to_string() })
    }

    fn not_logged_in(&self, reason: LoginProblem) -> Error {
        let command = match &self.session {
            Some(session) => format!("aws sso login --sso-session {}", quoted(session)),
            None => format!("aws sso login --profile {}", quoted(&self.profile)),
        };
        Error::Login { profile: self.profile.clone(), command, reason }
    }
}

/// Checks whether the error means that the AWS access portal has rejected the token. AWS can end a login before the expiry time in
/// the login's file.
fn is_token_rejected(error: &Error) -> bool {
    matches!(error, Error::Refused { refusal, .. } if refusal.status == 401 && refusal.code.is_some())
}

/// Checks whether the error means that AWS has rejected the login itself, not only this request:
/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>
fn is_refused(error: &Error) -> bool {
    let codes = [
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidClientException",
        "InvalidGrantException",
        "UnauthorizedClientException",
    ];
    let refusal: Option<&Refusal> = match error {
        Error::Refused { refusal, .. } => Some(refusal),
        _ => None,
    };
    refusal.and_then(|refusal| refusal.code.as_deref()).is_some_and(|code| codes.contains(&code))
}
