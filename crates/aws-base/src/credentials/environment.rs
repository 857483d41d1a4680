//! Keys in environment variables.

use aws_credential_types::Credentials;

use crate::{
    environment::Environment,
    error::Error,
    problem::{SettingProblem, SourceProblem},
    static_keys::session_token,
};

/// The names that hashicorp/aws takes, in its order.
const ID: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// The keys of the environment. `None` if neither variable is set.
///
/// # Errors
/// Half a pair, for which hashicorp/aws takes another source in silence; a variable that is not UTF-8.
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

/// The reason why the environment has no keys.
pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSet { variable: ID[0] };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn found(variables: &[(&str, &str)]) -> Result<Option<Credentials>, Error> {
        keys(&Environment::from_variables(variables))
    }

    #[test]
    fn a_pair_is_taken_with_its_token() {
        let [id, secret] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "sekrit")];
        let keys = |variables: &[_]| found(variables).expect("keys").expect("keys");
        assert_eq!(keys(&[id, secret]).session_token(), None);
        let keys = keys(&[id, secret, ("AWS_SESSION_TOKEN", "token")]);
        assert_eq!((keys.access_key_id(), keys.session_token()), ("AKID", Some("token")));
        let of_token = |token| found(&[id, secret, ("AWS_SESSION_TOKEN", token)]).expect("keys").expect("keys");
        assert_eq!(of_token(" token\t").session_token(), Some("token"));
        assert_eq!(of_token(" ").session_token(), None);
        assert!(found(&[("AWS_ACCESS_KEY", "AKID"), ("AWS_SECRET_KEY", "sekrit")]).expect("keys").is_some());
        assert!(found(&[("AWS_SESSION_TOKEN", "token")]).expect("no keys").is_none());
    }

    #[test]
    fn half_a_pair_is_an_error_that_names_the_other_half() {
        for (variable, missing) in [
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            ("AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
            ("AWS_SECRET_KEY", "AWS_ACCESS_KEY_ID"),
        ] {
            match found(&[(variable, "hunter2"), (missing, "")]) {
                Err(Error::InvalidSetting { origin: Origin::Variable(name), problem }) => {
                    assert_eq!(name, variable);
                    assert!(problem.to_string().starts_with(&format!("it is set, and {missing} is not")), "{problem}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
