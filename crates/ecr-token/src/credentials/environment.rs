//! Keys in environment variables.

use aws_credential_types::Credentials;
use aws_types::os_shim_internal::Env;

use crate::shared_files::variable;

/// The names that hashicorp/aws takes, in its order.
const ID: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// The keys of the environment. The SDK's own provider does not say which variable is missing.
///
/// # Errors
/// Why there are none, in words.
pub(super) fn keys(env: &Env) -> Result<Credentials, String> {
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| variable(env, name));
    match (first(ID), first(SECRET)) {
        (Some(id), Some(secret)) => {
            Ok(Credentials::new(id, secret, variable(env, TOKEN), None, "environment variables"))
        }
        (Some(_), None) => Err(format!("{} is not set, and AWS_ACCESS_KEY_ID is", SECRET[0])),
        (None, Some(_)) => Err(format!("{} is not set, and AWS_SECRET_ACCESS_KEY is", ID[0])),
        (None, None) => Err(format!("{} is not set", ID[0])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Result<Credentials, String> {
        keys(&Env::from_slice(variables))
    }

    #[test]
    fn a_pair_is_taken_with_its_token() {
        let [id, secret] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "sekrit")];
        assert_eq!(found(&[id, secret]).expect("keys").session_token(), None);
        let keys = found(&[id, secret, ("AWS_SESSION_TOKEN", "token")]).expect("keys");
        assert_eq!((keys.access_key_id(), keys.session_token()), ("AKID", Some("token")));
        assert!(found(&[("AWS_ACCESS_KEY", "AKID"), ("AWS_SECRET_KEY", "sekrit")]).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(found(&[]).expect_err("none"), "AWS_ACCESS_KEY_ID is not set");
        let half = found(&[("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "")]).expect_err("half");
        assert_eq!(half, "AWS_SECRET_ACCESS_KEY is not set, and AWS_ACCESS_KEY_ID is");
    }
}
