//! Credentials by way of IAM Identity Center (SSO), for whoever has logged in with the AWS CLI.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_smithy_types::DateTime;

use super::{
    command::quoted,
    sso_login::{Login, Problem},
};
use crate::{
    attempts::Limit,
    call::Call,
    config::Config,
    environment::Environment,
    error::{Error, Refusal},
    secret::Secret,
    token::Malformed,
};

/// What a profile says about it.
#[derive(Debug)]
pub(super) struct Sso {
    pub(super) profile: String,
    /// The name of an `sso-session` section; without one, the token is of the older kind and cannot be renewed.
    pub(super) session: Option<String>,
    pub(super) start_url: String,
    pub(super) region: String,
    pub(super) account_id: String,
    pub(super) role_name: String,
}

impl Sso {
    /// `from` is what errors call the profile.
    pub(super) async fn credentials(
        &self,
        from: &str,
        env: &Environment,
        config: &Config,
        limit: Limit,
    ) -> Result<Credentials, Error> {
        let token = self.token(from, env, config, limit).await?;
        let call = Call::new("sso:GetRoleCredentials", &self.region, limit, &config.secrets)
            .at(config.endpoints.sso.as_ref())
            .hiding([token.clone()]);
        let sdk = aws_sdk_sso::config::Builder::from(&config.sso(&self.region)?)
            .interceptor(config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<GetRoleCredentialsError>())
            .retry_partition(config.retries.partition.clone());
        let request = aws_sdk_sso::Client::from_conf(sdk.build())
            .get_role_credentials()
            .access_token(token.expose())
            .account_id(&self.account_id)
            .role_name(&self.role_name);
        let mut output = call.answer(request.send()).await.map_err(|error| match error {
            // The portal does not take the token: it has ended there before the file says so.
            Error::Refused { ref refusal, .. } if refusal.status == 401 && refusal.code.is_some() => {
                self.not_logged_in(error.to_string())
            }
            other => other,
        })?;
        let keys = output.role_credentials.take();
        let parts = keys.iter().flat_map(|keys| [keys.secret_access_key(), keys.session_token()]).flatten();
        config.secrets.add(parts.map(Secret::from));
        let found = keys.and_then(|keys| {
            let expiry = DateTime::from_millis(keys.expiration).try_into().ok();
            Some(Credentials::new(keys.access_key_id?, keys.secret_access_key?, keys.session_token, expiry, "SSO"))
        });
        found.ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    /// The token of the login, renewed where that is needed and can be done.
    async fn token(&self, from: &str, env: &Environment, config: &Config, limit: Limit) -> Result<Secret, Error> {
        // By which the AWS CLI names the file of the token.
        let name = self.session.as_deref().unwrap_or(&self.start_url);
        let login = Login::read(name, env).await.map_err(|problem| match problem {
            Problem::Home(error) => error,
            Problem::Missing => self.not_logged_in("nobody has logged in here, or not since a logout".to_owned()),
            Problem::NoLogin(file) => self.not_logged_in(format!("what stands in {} is not a login", file.display())),
            Problem::Unreadable(file, error) => {
                let reason = format!("the login in {} cannot be read: {error}", file.display());
                Error::Credentials { from: from.to_owned(), reason }
            }
        })?;
        let now = SystemTime::now();
        if !login.ends_soon(now) {
            return Ok(login.token());
        }
        // What is good for a few more minutes is not worth waiting for.
        let limit = if login.has_ended(now) { limit } else { Limit::Count(1) };
        match login.renewed(&self.region, config, limit, now).await {
            Some(Ok(renewed)) => Ok(renewed.token()),
            Some(Err(_)) | None if !login.has_ended(now) => Ok(login.token()),
            Some(Err(error)) if is_refused(&error) => Err(self.not_logged_in(error.to_string())),
            Some(Err(error)) => Err(error),
            None => Err(self.not_logged_in("the login has expired, and cannot be renewed".to_owned())),
        }
    }

    fn not_logged_in(&self, reason: String) -> Error {
        let command = match &self.session {
            Some(session) => format!("aws sso login --sso-session {}", quoted(session)),
            None => format!("aws sso login --profile {}", quoted(&self.profile)),
        };
        Error::Login { profile: self.profile.clone(), command, reason }
    }
}

/// Whether AWS does not take the login any more, and not something else is wrong.
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
