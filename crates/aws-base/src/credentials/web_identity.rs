//! Roles for the holder of an identity token of EKS or of a CI system.

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

/// Many times what STS takes.
const MAX_TOKEN: u64 = 1 << 20;

/// A role, and the place of the token for it.
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
    /// The token. A file is read each time, since whoever writes it replaces it before the token expires.
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
        // STS would say only that it is not valid.
        match token.expose().trim() {
            "" => Err(unusable(SourceProblem::TokenEmpty)),
            text if text.contains(['\n', '\r']) => Err(unusable(SourceProblem::TokenLineBreak)),
            _ => Ok(token),
        }
    }
}

/// The role and the token of the settings, else of the environment.
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

/// The role and the token of the environment. `None` if it names no token.
pub(super) fn from_environment(environment: &Environment) -> Result<Option<WebIdentity>, Error> {
    let Some(file) = environment.path(TOKEN_FILE) else { return Ok(None) };
    let origin = Origin::Variable(TOKEN_FILE);
    let Some(arn) = environment.text(ROLE)? else {
        return Err(SettingProblem::WithoutVariable { missing: ROLE }.at(origin));
    };
    let role = Role { arn, session_name: environment.text(SESSION_NAME)?, ..Role::default() };
    Ok(Some(WebIdentity { role, token: IdentityToken::File(file), origin }))
}

/// The reason why the environment has no identity token.
pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSet { variable: TOKEN_FILE };

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        arn::Arn,
        bounded::WebIdentityToken,
        settings::{AssumeRoleWithWebIdentity, WebIdentityTokenSource as Place},
    };

    const ARN: &str = "arn:aws:iam::123456789012:role/x";

    fn block(token: Option<Place>, role: Option<&str>) -> Settings {
        let role_arn = role.map(|arn| Arn::parse(arn).expect("an ARN"));
        let block = AssumeRoleWithWebIdentity { role_arn, token, ..Default::default() };
        Settings { assume_role_with_web_identity: Some(block), ..Settings::default() }
    }

    fn own() -> Option<Place> {
        Some(Place::Token(WebIdentityToken::parse("token").expect("a token")))
    }

    fn identity(settings: &Settings, variables: &[(&str, &str)]) -> WebIdentity {
        from_settings(settings, &Environment::from_variables(variables)).expect("an identity").expect("an identity")
    }

    #[test]
    fn the_token_of_the_block_goes_before_the_environments() {
        let env = [(TOKEN, "environments"), (ROLE, ARN), ("HOME", "/home/me"), ("USERPROFILE", "/home/me")];
        let text = |token| match token {
            IdentityToken::Text(text) => text.expose().to_owned(),
            IdentityToken::File(file) => file.display().to_string(),
        };
        assert_eq!(text(identity(&block(own(), None), &env).token), "token");
        assert_eq!(text(identity(&block(None, None), &env).token), "environments");
        let file = identity(&block(Some(Place::File("~/token".into())), None), &env).token;
        assert!(matches!(&file, IdentityToken::File(file) if file == Path::new("/home/me/token")), "{file:?}");
        assert_eq!(text(identity(&block(None, None), &[(TOKEN_FILE, "/file"), (ROLE, ARN)]).token), "/file");
    }

    #[test]
    fn exactly_one_token_and_a_role_are_needed() {
        for (settings, variables, word) in [
            (block(None, Some(ARN)), &[(TOKEN, "a"), (TOKEN_FILE, "b")][..], "both"),
            (block(None, Some(ARN)), &[], TOKEN_FILE),
            (block(own(), None), &[], ROLE),
        ] {
            match from_settings(&settings, &Environment::from_variables(variables)) {
                Err(Error::InvalidSetting { origin: Origin::Argument(BLOCK), problem }) => {
                    assert!(problem.to_string().contains(word), "{problem}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(
            from_settings(&Settings::default(), &Environment::from_variables(&[(TOKEN, "a")]))
                .expect("nothing")
                .is_none()
        );
    }

    #[tokio::test]
    async fn a_file_without_a_token_is_not_sent() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("token");
        let read = async |content: &str| {
            std::fs::write(&file, content).expect("written");
            let identity = identity(&block(Some(Place::File(file.clone())), Some(ARN)), &[]);
            match identity.token().await {
                Ok(token) => Ok(token.expose().to_owned()),
                Err(Error::Credentials { reason, .. }) => Err(reason.to_string()),
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(read("hunter2\r\n").await, Ok("hunter2".to_owned()));
        assert_eq!(read(" \n").await, Err("the token is empty".to_owned()));
        let broken = Err("the token holds a line break, which no token has: remove it".to_owned());
        assert_eq!(read("hunter2\nhunter2\n").await, broken);
    }

    #[test]
    fn half_an_identity_in_the_environment_is_an_error() {
        let found = |variables: &[(&str, &str)]| from_environment(&Environment::from_variables(variables));
        assert!(matches!(found(&[]), Ok(None)));
        assert!(matches!(found(&[(TOKEN_FILE, "f")]), Err(Error::InvalidSetting { .. })));
        assert!(matches!(found(&[(TOKEN_FILE, "f"), (ROLE, "arn")]), Ok(Some(_))));
    }
}
