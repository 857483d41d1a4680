//! A role for the holder of an identity token, as EKS and CI systems hand them out through the environment.

use std::path::PathBuf;

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, Result as Provided, error::CredentialsError, future},
};
use aws_types::{SdkConfig, os_shim_internal::Env};

use crate::{error::chain, shared_files::variable};

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// Assumes the role of `AWS_ROLE_ARN`. The SDK's own provider cannot be told where STS is.
#[derive(Debug)]
pub(super) struct WebIdentity {
    token_file: Option<PathBuf>,
    role: Option<String>,
    session_name: String,
    sts: aws_sdk_sts::Client,
}

impl WebIdentity {
    pub(super) fn new(env: &Env, sts: &SdkConfig) -> Self {
        Self {
            token_file: variable(env, TOKEN_FILE).map(PathBuf::from),
            role: variable(env, ROLE),
            session_name: variable(env, SESSION_NAME).unwrap_or_else(|| "terraform-provider-ecr".to_owned()),
            sts: aws_sdk_sts::Client::new(sts),
        }
    }

    async fn assume(&self) -> Provided {
        let file = self.token_file.as_ref();
        let file = file.ok_or_else(|| CredentialsError::not_loaded(format!("{TOKEN_FILE} is not set")))?;
        let role = self.role.as_ref();
        let role = role
            .ok_or_else(|| CredentialsError::invalid_configuration(format!("{TOKEN_FILE} is set and {ROLE} is not")))?;
        // Read each time: whoever writes the file replaces the token before it expires.
        let token = tokio::fs::read_to_string(file).await.map_err(|error| {
            CredentialsError::provider_error(format!("{} ({TOKEN_FILE}) cannot be read: {error}", file.display()))
        })?;
        let request = self.sts.assume_role_with_web_identity().role_arn(role).role_session_name(&self.session_name);
        let answer = request.web_identity_token(token.trim()).send().await.map_err(|error| {
            CredentialsError::provider_error(format!(
                "sts:AssumeRoleWithWebIdentity of {role} ({ROLE}) failed: {}",
                chain(&error)
            ))
        })?;
        let credentials = answer.credentials.ok_or_else(|| {
            CredentialsError::provider_error("sts:AssumeRoleWithWebIdentity answered without credentials")
        })?;
        let expires = credentials.expiration.try_into().ok();
        let (id, secret) = (credentials.access_key_id, credentials.secret_access_key);
        Ok(Credentials::new(id, secret, Some(credentials.session_token), expires, "web identity"))
    }
}

impl ProvideCredentials for WebIdentity {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}
