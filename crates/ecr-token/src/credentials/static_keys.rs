//! Keys that the settings name.

use std::fmt;

use aws_credential_types::Credentials;

use super::environment::session_token;
use crate::{
    error::{Error, Origin},
    settings::Settings,
};

/// Says whether static keys are half there.
///
/// # Errors
/// [`Error::IncompleteKeys`].
pub fn check_static_keys(settings: &Settings) -> Result<(), Error> {
    of_settings(settings).map(drop)
}

/// Any one of the three makes them the only credentials, so that half a pair is an error and not a fall-back to others.
pub(super) fn of_settings(settings: &Settings) -> Result<Option<Credentials>, Error> {
    match (&settings.access_key, &settings.secret_key, &settings.token) {
        (None, None, None) => Ok(None),
        (None, Some(_), _) => Err(Error::IncompleteKeys { set: "secret_key", missing: "access_key" }),
        (None, None, Some(_)) => Err(Error::IncompleteKeys { set: "token", missing: "access_key" }),
        (Some(_), None, _) => Err(Error::IncompleteKeys { set: "access_key", missing: "secret_key" }),
        (Some(id), Some(secret), token) => {
            let token = token.as_ref().and_then(|token| session_token(token.expose()));
            let keys = Credentials::new(id, secret.expose(), token, None, "settings");
            match flaw(&keys) {
                None => Ok(Some(keys)),
                Some(Flaw { part, problem }) => {
                    let name = [("access key id", "access_key"), ("secret access key", "secret_key")];
                    let name = name.into_iter().find(|(name, _)| *name == part).map_or("token", |(_, name)| name);
                    let problem = format!("the {part} {problem}");
                    Err(Error::InvalidSetting { origin: Origin::Argument(name), problem })
                }
            }
        }
    }
}

/// What is wrong with keys that no request could be signed with.
pub(super) struct Flaw {
    /// What AWS calls that part of them.
    pub(super) part: &'static str,
    problem: &'static str,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.part, self.problem)
    }
}

/// The SDK panics on an id, and fails without saying why on a session token, that no header can hold. A line break comes
/// with a file that was read whole.
pub(super) fn flaw(keys: &Credentials) -> Option<Flaw> {
    let parts = [
        ("access key id", keys.access_key_id()),
        ("secret access key", keys.secret_access_key()),
        ("session token", keys.session_token().unwrap_or("none")),
    ];
    parts.into_iter().find_map(|(part, text)| {
        let problem = if text.is_empty() {
            "is empty"
        } else if text.contains(['\n', '\r']) {
            "holds a line break"
        } else if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        } else {
            "holds a character that is in no key of AWS, such as a blank"
        };
        Some(Flaw { part, problem })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_cannot_sign_are_blamed_on_their_argument_and_not_shown() {
        let blamed = |id: &str, secret: &str, token: &str| {
            let settings = Settings {
                access_key: Some(id.into()),
                secret_key: Some(secret.into()),
                token: Some(token.into()),
                ..Settings::default()
            };
            match of_settings(&settings) {
                Ok(_) => None,
                Err(Error::InvalidSetting { origin: Origin::Argument(name), problem }) => {
                    assert!(!problem.contains("hunter2"), "{problem}");
                    Some(name)
                }
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(blamed("AKID", "se/kr+it=", "tok/en"), None);
        assert_eq!(blamed("hunter2\n", "sekrit", "token"), Some("access_key"));
        assert_eq!(blamed("AKID", "hunter2\r\n", "token"), Some("secret_key"));
        assert_eq!(blamed("AKID", "sekrit", "hunter2 ä"), Some("token"));
    }

    #[test]
    fn half_a_pair_of_keys_is_an_error() {
        let missing = |id: Option<&str>, secret: Option<&str>, token: Option<&str>| {
            let settings = Settings {
                access_key: id.map(ToOwned::to_owned),
                secret_key: secret.map(Into::into),
                token: token.map(Into::into),
                ..Settings::default()
            };
            match of_settings(&settings) {
                Ok(credentials) => Ok(credentials.is_some()),
                Err(Error::IncompleteKeys { missing, .. }) => Err(missing),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(missing(None, None, None), Ok(false));
        assert_eq!(missing(Some("id"), Some("secret"), None), Ok(true));
        assert_eq!(missing(Some("id"), None, None), Err("secret_key"));
        assert_eq!(missing(None, Some("secret"), None), Err("access_key"));
        assert_eq!(missing(None, None, Some("token")), Err("access_key"));
    }
}
