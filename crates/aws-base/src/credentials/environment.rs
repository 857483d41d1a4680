//! AWS access keys in environment variables.

use aws_credential_types::Credentials;

use crate::{
    environment::Environment,
    error::Error,
    problem::{SettingProblem, SourceProblem},
    static_keys::session_token,
};

/// The environment variables for the access key ID, in the order of precedence in hashicorp/aws.
const ID: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// Returns the access key in the environment, or `None` if neither an access key ID nor a secret access key is set.
///
/// # Errors
/// Returns an error if only the ID or only the secret is set, or if a variable is not UTF-8. If the ID or the secret is missing,
/// hashicorp/aws reports no error and uses another source of credentials.
pub(super) fn keys(environment: &Environment) -> Result<Option<Credentials>, Error> {
    let half = |origin, missing| Err(SettingProblem::HalfOfVariables { missing }.at(origin));
    match (environment.first(&ID)?, environment.first(&SECRET)?) {
        (Some((id, _)), Some((secret, _))) => {
            let token = environment.text(TOKEN)?.as_deref().and_then(session_token);
            Ok(Some(Credentials::new(id, secret, token, None, "environment variables")))
        }
        (Some((_, origin)), None) => half(origin, SECRET[0]),
        (None, Some((_, origin))) => half(origin, ID[0]),
        (None, None) => Ok(None),
    }
}

/// The problem that errors report if the environment does not contain an access key.
pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSet { variable: ID[0] };
