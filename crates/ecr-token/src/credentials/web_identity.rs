//! Roles for the holder of an identity token, as EKS and CI systems hand them out.

use std::path::PathBuf;

use crate::{
    blocking,
    environment::Environment,
    error::{Error, Origin},
    path::expanded,
    secret::Secret,
    settings::{AssumeRoleWithWebIdentity, Settings},
    sts::Identity,
};

const BLOCK: &str = "assume_role_with_web_identity";
const TOKEN: &str = "TF_AWS_WEB_IDENTITY_TOKEN";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// Many times what STS takes.
const MAX_TOKEN: u64 = 1 << 20;

/// A role, and where the token for it is.
#[derive(Debug)]
pub(super) struct WebIdentity {
    pub(super) role_arn: String,
    pub(super) token: Token,
    pub(super) session: AssumeRoleWithWebIdentity,
    pub(super) origin: Origin,
}

#[derive(Debug)]
pub(super) enum Token {
    Text(Secret),
    File(PathBuf),
}

impl WebIdentity {
    /// With the token read: each time, since whoever writes the file replaces it before the token expires.
    pub(super) async fn read(self) -> Result<Identity, Error> {
        let token = match self.token {
            Token::Text(token) => token,
            Token::File(file) => {
                let failed = |error| Error::Credentials {
                    from: format!("web identity ({})", self.origin),
                    reason: format!("the token file {} cannot be read: {error}", file.display()),
                };
                let text = blocking::text(&file, MAX_TOKEN).await.map_err(failed)?;
                Secret::from(text.trim())
            }
        };
        if let Some(flaw) = flaw(&token) {
            let from = format!("web identity ({})", self.origin);
            return Err(Error::Credentials { from, reason: format!("the token {flaw}") });
        }
        Ok(Identity { role_arn: self.role_arn, token, session: self.session, origin: self.origin })
    }
}

/// Says why a text cannot be a token. STS would say only that it is not valid.
fn flaw(token: &Secret) -> Option<&'static str> {
    match token.expose().trim() {
        "" => Some("is empty"),
        text if text.contains(['\n', '\r']) => Some("holds a line break, which no token has: remove it"),
        _ => None,
    }
}

/// Of the settings; what they leave out comes from the environment.
pub(super) fn of_settings(settings: &Settings, env: &Environment) -> Result<Option<WebIdentity>, Error> {
    let Some(block) = &settings.assume_role_with_web_identity else { return Ok(None) };
    let origin = Origin::Argument(BLOCK);
    let invalid = |problem: &str| Error::InvalidSetting { origin: origin.clone(), problem: problem.to_owned() };
    let set = |text: &Option<Secret>| text.clone().filter(|text| !text.expose().is_empty());
    let file = block.web_identity_token_file.as_ref().filter(|file| !file.as_os_str().is_empty());
    let token = match (set(&block.web_identity_token), file) {
        (Some(_), Some(_)) => return Err(invalid("it has both `web_identity_token` and `web_identity_token_file`")),
        (Some(token), None) => Token::Text(token),
        (None, Some(file)) => Token::File(expanded(file, env, &origin)?),
        (None, None) => match (env.text(TOKEN)?, env.path(TOKEN_FILE)) {
            (Some(_), Some(_)) => return Err(invalid(&format!("both {TOKEN} and {TOKEN_FILE} are set"))),
            (Some(token), None) => Token::Text(token.into()),
            (None, Some(file)) => Token::File(file),
            (None, None) => {
                let problem = "it needs `web_identity_token` or `web_identity_token_file`, and neither";
                return Err(invalid(&format!("{problem} {TOKEN} nor {TOKEN_FILE} is set in their place")));
            }
        },
    };
    let role = match block.role_arn.clone().filter(|role| !role.is_empty()) {
        Some(role) => Some(role),
        None => env.text(ROLE)?,
    };
    let role_arn = role.ok_or_else(|| invalid(&format!("it needs `role_arn`, and {ROLE} is not set in its place")))?;
    Ok(Some(WebIdentity { role_arn, token, session: block.clone(), origin }))
}

/// Of the environment; else why there is none, in words.
pub(super) fn of_environment(env: &Environment) -> Result<Result<WebIdentity, String>, Error> {
    let Some(file) = env.path(TOKEN_FILE) else { return Ok(Err(format!("{TOKEN_FILE} is not set"))) };
    let origin = Origin::Variable(TOKEN_FILE);
    let Some(role_arn) = env.text(ROLE)? else {
        return Err(Error::InvalidSetting { origin, problem: format!("it is set, and {ROLE} is not") });
    };
    let session = AssumeRoleWithWebIdentity { session_name: env.text(SESSION_NAME)?, ..Default::default() };
    Ok(Ok(WebIdentity { role_arn, token: Token::File(file), session, origin }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn block(token: Option<&str>, file: Option<&str>, role: Option<&str>) -> Settings {
        let block = AssumeRoleWithWebIdentity {
            role_arn: role.map(ToOwned::to_owned),
            web_identity_token: token.map(Into::into),
            web_identity_token_file: file.map(Into::into),
            ..Default::default()
        };
        Settings { assume_role_with_web_identity: Some(block), ..Settings::default() }
    }

    #[test]
    fn the_token_of_the_block_goes_before_the_environments() {
        let env = [(TOKEN, "environments"), (ROLE, "arn:role"), ("HOME", "/home/me"), ("USERPROFILE", "/home/me")];
        let token = |settings: &Settings, variables: &[(&str, &str)]| {
            of_settings(settings, &Environment::given(variables)).expect("an identity").expect("an identity").token
        };
        let text = |found| match found {
            Token::Text(text) => text.expose().to_owned(),
            Token::File(file) => file.display().to_string(),
        };
        assert_eq!(text(token(&block(Some("own"), None, None), &env)), "own");
        assert_eq!(text(token(&block(None, None, None), &env)), "environments");
        let file = token(&block(None, Some("~/token"), None), &env);
        assert!(matches!(&file, Token::File(file) if file == Path::new("/home/me/token")), "{file:?}");
        let file = token(&block(None, None, None), &[(TOKEN_FILE, "/file"), (ROLE, "arn:role")]);
        assert_eq!(text(file), "/file");
    }

    #[test]
    fn exactly_one_token_and_a_role_are_needed() {
        for (settings, variables, word) in [
            (block(Some("a"), Some("b"), Some("arn")), &[][..], "both"),
            (block(None, None, Some("arn")), &[(TOKEN, "a"), (TOKEN_FILE, "b")], "both"),
            (block(None, None, Some("arn")), &[], TOKEN_FILE),
            (block(Some("a"), None, None), &[], ROLE),
        ] {
            match of_settings(&settings, &Environment::given(variables)) {
                Err(Error::InvalidSetting { origin: Origin::Argument(BLOCK), problem }) => {
                    assert!(problem.contains(word), "{problem}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(of_settings(&Settings::default(), &Environment::given(&[(TOKEN, "a")])).expect("nothing").is_none());
    }

    #[tokio::test]
    async fn what_is_no_token_is_not_sent() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("token");
        let read = async |content: &str| {
            std::fs::write(&file, content).expect("written");
            let settings = block(None, file.to_str(), Some("arn"));
            let identity = of_settings(&settings, &Environment::given(&[])).expect("an identity").expect("an identity");
            match identity.read().await {
                Ok(identity) => Ok(identity.token.expose().to_owned()),
                Err(Error::Credentials { reason, .. }) => Err(reason),
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
        let found = |variables: &[(&str, &str)]| of_environment(&Environment::given(variables));
        assert!(matches!(found(&[]), Ok(Err(_))));
        assert!(matches!(found(&[(TOKEN_FILE, "f")]), Err(Error::InvalidSetting { .. })));
        assert!(matches!(found(&[(TOKEN_FILE, "f"), (ROLE, "arn")]), Ok(Ok(_))));
    }
}
