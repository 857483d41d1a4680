//! Roles to assume with an identity token, for example from EKS or a CI system.

use std::path::PathBuf;

use crate::{
    blocking,
    credential_source::CredentialSource,
    environment::Environment,
    error::Error,
    origin::Origin,
    path::expanded,
    problem::{SettingProblem, SourceProblem},
    secret::Secret,
    settings::{Settings, WebIdentityTokenSource},
    sts::Role,
};

const BLOCK: &str = "assume_role_with_web_identity";
const TOKEN: &str = "TF_AWS_WEB_IDENTITY_TOKEN";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// The maximum size of a token file, in bytes. The tokens that STS accepts are much smaller.
const MAX_TOKEN: u64 = 1 << 20;

/// A role to assume, the source of the identity token for this role, and the setting that configures the role and the token.
#[derive(Debug)]
pub(super) struct WebIdentity {
    pub(super) role: Role,
    pub(super) token: IdentityToken,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) enum IdentityToken {
    Text(Secret),
    File(PathBuf),
}

impl WebIdentity {
    /// Returns the token. If the token is in a file, reads the file each time, because another program replaces a token before the
    /// token expires.
    pub(super) async fn token(&self) -> Result<Secret, Error> {
        let unusable = |reason| {
            let from = CredentialSource::WebIdentity(Some(self.origin.clone()));
            Error::Credentials { from, reason }
        };
        let token = match &self.token {
            IdentityToken::Text(token) => token.clone(),
            IdentityToken::File(file) => match blocking::text(file, MAX_TOKEN).await {
                Ok(text) => Secret::from(text.trim()),
                Err(error) => {
                    let (path, error) = (file.display().to_string(), error.to_string());
                    return Err(unusable(SourceProblem::TokenUnreadable { path, error }));
                }
            },
        };
        // An empty token is an error here, because the error of STS would state only that the token is not valid.
        match token.expose().trim() {
            "" => Err(unusable(SourceProblem::TokenEmpty)),
            text if text.contains(['\n', '\r']) => Err(unusable(SourceProblem::TokenLineBreak)),
            _ => Ok(token),
        }
    }
}

/// Returns the role and the token of the block `assume_role_with_web_identity`, or `None` if the block is missing. If the block
/// does not set the role or the token, reads the missing value from the environment.
pub(super) fn from_settings(settings: &Settings, environment: &Environment) -> Result<Option<WebIdentity>, Error> {
    let Some(block) = &settings.assume_role_with_web_identity else { return Ok(None) };
    let origin = Origin::Argument(BLOCK);
    let invalid = |problem: SettingProblem| problem.at(origin.clone());
    let token = match &block.token {
        Some(WebIdentityTokenSource::Token(token)) => IdentityToken::Text(token.secret().clone()),
        Some(WebIdentityTokenSource::File(file)) => IdentityToken::File(expanded(file, environment, &origin)?),
        None => match (environment.text(TOKEN)?, environment.path(TOKEN_FILE)) {
            (Some(_), Some(_)) => {
                return Err(invalid(SettingProblem::BothVariables { one: TOKEN, other: TOKEN_FILE }));
            }
            (Some(token), None) => IdentityToken::Text(token.into()),
            (None, Some(file)) => IdentityToken::File(file),
            (None, None) => {
                return Err(invalid(SettingProblem::NoIdentityToken { variable: TOKEN, file: TOKEN_FILE }));
            }
        },
    };
    let arn = match &block.role_arn {
        Some(role) => Some(role.as_str().to_owned()),
        None => environment.text(ROLE)?,
    };
    let arn = arn.ok_or_else(|| invalid(SettingProblem::NoRole { variable: ROLE }))?;
    Ok(Some(WebIdentity { role: Role { arn, ..Role::from(block) }, token, origin }))
}

/// Returns the role and the token in the environment, or `None` if `AWS_WEB_IDENTITY_TOKEN_FILE` is not set.
pub(super) fn from_environment(environment: &Environment) -> Result<Option<WebIdentity>, Error> {
    let Some(file) = environment.path(TOKEN_FILE) else { return Ok(None) };
    let origin = Origin::Variable(TOKEN_FILE);
    let Some(arn) = environment.text(ROLE)? else {
        return Err(SettingProblem::WithoutVariable { missing: ROLE }.at(origin));
    };
    let role = Role { arn, session_name: environment.text(SESSION_NAME)?, ..Role::default() };
    Ok(Some(WebIdentity { role, token: IdentityToken::File(file), origin }))
}

/// The problem that errors report if the environment does not configure an identity token.
pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSet { variable: TOKEN_FILE };
