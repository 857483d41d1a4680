//! Keys in environment variables.

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, Result as Provided, error::CredentialsError, future},
};
use aws_types::os_shim_internal::Env;

use crate::shared_files::variable;

/// The names that hashicorp/aws takes, in its order.
const ID: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// The keys of the environment. The SDK's own provider does not say which variable is missing.
#[derive(Debug)]
pub(super) struct EnvironmentKeys(Env);

impl EnvironmentKeys {
    pub(super) fn new(env: &Env) -> Self {
        Self(env.clone())
    }

    fn keys(&self) -> Provided {
        let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| variable(&self.0, name));
        let missing = |name, set| CredentialsError::not_loaded(format!("{name} is not set{set}"));
        match (first(ID), first(SECRET)) {
            (Some(id), Some(secret)) => {
                Ok(Credentials::new(id, secret, variable(&self.0, TOKEN), None, "environment variables"))
            }
            (Some(_), None) => Err(missing(SECRET[0], ", and AWS_ACCESS_KEY_ID is")),
            (None, Some(_)) => Err(missing(ID[0], ", and AWS_SECRET_ACCESS_KEY is")),
            (None, None) => Err(missing(ID[0], "")),
        }
    }
}

impl ProvideCredentials for EnvironmentKeys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(self.keys())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;

    fn keys(variables: &[(&str, &str)]) -> Result<Credentials, String> {
        let error = |error: CredentialsError| std::error::Error::source(&error).map(chain).unwrap_or_default();
        EnvironmentKeys::new(&Env::from_slice(variables)).keys().map_err(error)
    }

    #[test]
    fn a_pair_is_taken_with_its_token() {
        let [id, secret] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "sekrit")];
        assert_eq!(keys(&[id, secret]).expect("keys").session_token(), None);
        let found = keys(&[id, secret, ("AWS_SESSION_TOKEN", "token")]).expect("keys");
        assert_eq!((found.access_key_id(), found.session_token()), ("AKID", Some("token")));
        assert!(keys(&[("AWS_ACCESS_KEY", "AKID"), ("AWS_SECRET_KEY", "sekrit")]).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(keys(&[]).expect_err("none"), "AWS_ACCESS_KEY_ID is not set");
        let half = keys(&[("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "")]).expect_err("half");
        assert_eq!(half, "AWS_SECRET_ACCESS_KEY is not set, and AWS_ACCESS_KEY_ID is");
    }
}
