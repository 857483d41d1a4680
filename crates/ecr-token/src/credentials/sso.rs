//! Credentials by way of IAM Identity Center (SSO), for whoever has logged in with the AWS CLI.

use std::time::SystemTime;

use aws_config::{Region, sso::SsoTokenProvider};
use aws_credential_types::{Credentials, provider::token::ProvideToken};
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_smithy_types::DateTime;

use super::within;
use crate::{
    attempts::Limit,
    call::Call,
    config::Config,
    error::{Error, chain},
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
    pub(super) async fn credentials(&self, from: &str, config: &Config, limit: Limit) -> Result<Credentials, Error> {
        let provider = SsoTokenProvider::builder()
            .configure(&config.sso_oidc(&self.region)?)
            .region(Region::new(self.region.clone()))
            // By which the AWS CLI names the file of the token.
            .session_name(self.session.as_deref().unwrap_or(&self.start_url))
            .start_url(&self.start_url)
            .build()
            .await;
        let token = async { provider.provide_token().await.map_err(|error| self.login(chain(&error))) };
        let token = within(from, token).await?;
        // Where it could not be renewed, the SDK hands out the old one.
        if token.expiration().is_some_and(|end| end <= SystemTime::now()) {
            return Err(self.login("the login has expired and could not be renewed".to_owned()));
        }
        let call = Call::new("sso:GetRoleCredentials", &self.region, limit);
        let sdk = aws_sdk_sso::config::Builder::from(&config.sso(&self.region)?)
            .interceptor(config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<GetRoleCredentialsError>())
            .retry_partition(config.retries.partition.clone());
        let request = aws_sdk_sso::Client::from_conf(sdk.build())
            .get_role_credentials()
            .access_token(token.token())
            .account_id(&self.account_id)
            .role_name(&self.role_name);
        let mut output = request.send().await.map_err(|error| match call.failed(&error) {
            // The portal does not take the token: it has ended there before the file says so.
            Error::Refused { refusal, .. } if refusal.status == 401 => self.login(refusal.to_string()),
            other => other,
        })?;
        let found = output.role_credentials.take().and_then(|keys| {
            let expiry = DateTime::from_millis(keys.expiration).try_into().ok();
            Some(Credentials::new(keys.access_key_id?, keys.secret_access_key?, keys.session_token, expiry, "SSO"))
        });
        found.ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    fn login(&self, reason: String) -> Error {
        let command = match &self.session {
            Some(session) => format!("aws sso login --sso-session {session}"),
            None => format!("aws sso login --profile {}", self.profile),
        };
        Error::Login { profile: self.profile.clone(), command, reason }
    }
}
