//! AWS access keys in environment variables.

use aws_credential_types::Credentials;

use crate::{
    environment::Environment,
    error::Error,
    problem::{SettingProblem, SourceProblem},
    static_keys::session_token,
};

/// The variables that hashicorp/aws reads, in their order of precedence.
const ID: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// Returns the access key in the environment, or `None` if neither its ID nor its secret is set.
///
/// # Errors
/// Only the ID or only the secret is set, or a variable is not UTF-8. If only one of them is set, hashicorp/aws uses another
/// source without a message.
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

/// The reason, as errors show it, if the environment does not have an access key.
pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSet { variable: ID[0] };
