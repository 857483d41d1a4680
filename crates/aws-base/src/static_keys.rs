//! Static access keys, and the check for keys that cannot sign requests.

use aws_credential_types::Credentials;

/// A static access key with its secret, and an optional session token.
#[derive(Clone, Debug)]
pub struct StaticKeys(Credentials);

/// The reason why static keys cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidStaticKeys {
    /// One argument is set, but a second argument that it requires is missing. Other sources of credentials are not used, because
    /// they could contain the credentials of a different identity.
    #[error("static credentials are incomplete: {set} is set and {missing} is not")]
    Incomplete {
        /// The argument that is set.
        set: &'static str,
        /// The argument that is not set.
        missing: &'static str,
    },
    /// The value of an argument cannot be used to sign requests.
    #[error("{flaw}")]
    Unusable {
        /// The name of the argument.
        argument: &'static str,
        /// The problem with the value.
        flaw: KeyFlaw,
    },
}

/// The reason why keys cannot sign requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the {part} {problem}")]
pub struct KeyFlaw {
    /// AWS's name for the invalid part of the keys, such as `secret access key`.
    part: &'static str,
    problem: &'static str,
}

const PARTS: [(&str, &str); 3] =
    [("access key id", "access_key"), ("secret access key", "secret_key"), ("session token", "token")];

impl StaticKeys {
    /// Returns the keys, if any of the three arguments is set.
    ///
    /// # Errors
    /// See [`InvalidStaticKeys`].
    pub fn parse(
        access_key: Option<&str>,
        secret_key: Option<&str>,
        token: Option<&str>,
    ) -> Result<Option<Self>, InvalidStaticKeys> {
        let incomplete = |set, missing| Err(InvalidStaticKeys::Incomplete { set, missing });
        let (id, secret) = match (access_key, secret_key, token) {
            (None, None, None) => return Ok(None),
            (None, Some(_), _) => return incomplete("secret_key", "access_key"),
            (None, None, Some(_)) => return incomplete("token", "access_key"),
            (Some(_), None, _) => return incomplete("access_key", "secret_key"),
            (Some(id), Some(secret), _) => (id, secret),
        };
        let keys = Credentials::new(id, secret, token.and_then(session_token), None, "settings");
        match flaw(&keys) {
            None => Ok(Some(Self(keys))),
            Some(flaw) => {
                let argument = PARTS.iter().find(|(part, _)| *part == flaw.part).map_or("token", |(_, name)| name);
                Err(InvalidStaticKeys::Unusable { argument, flaw })
            }
        }
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.0
    }
}

/// Returns a session token without the blanks around it. Returns `None` if nothing is left. Go also removes these blanks, when it
/// writes the token into a header.
pub(crate) fn session_token(text: &str) -> Option<String> {
    Some(text.trim_matches([' ', '\t']).to_owned()).filter(|token| !token.is_empty())
}

/// Returns the reason why keys cannot be sent in a header. Returns `None` if the keys can be sent. If an access key ID cannot
/// be sent, the SDK panics. If a session token cannot be sent, the SDK fails without naming a reason. A line break in a key
/// often comes from a file that was read as a whole.
pub(crate) fn flaw(keys: &Credentials) -> Option<KeyFlaw> {
    let texts = [keys.access_key_id(), keys.secret_access_key(), keys.session_token().unwrap_or("none")];
    PARTS.iter().zip(texts).find_map(|((part, _), text)| {
        let problem = if text.is_empty() {
            "is empty"
        } else if text.contains(['\n', '\r']) {
            "contains a line break"
        } else if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        } else {
            "contains a character that AWS keys do not have, such as a space"
        };
        Some(KeyFlaw { part, problem })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_argument_of_invalid_keys_and_hides_them() {
        for (id, secret, token, blamed) in [
            ("hunter2\n", "sekrit", "token", "access_key"),
            ("AKID", "hunter2\r\n", "token", "secret_key"),
            ("AKID", "sekrit", "hunter2 ä", "token"),
        ] {
            let invalid = StaticKeys::parse(Some(id), Some(secret), Some(token)).expect_err(blamed);
            assert!(
                matches!(invalid, InvalidStaticKeys::Unusable { argument, .. } if argument == blamed),
                "{invalid:?}"
            );
            assert!(!format!("{invalid} {invalid:?}").contains("hunter2"), "{invalid:?}");
        }
    }

    #[test]
    fn rejects_an_incomplete_pair_of_keys() {
        let missing = |id, secret, token| match StaticKeys::parse(id, secret, token) {
            Ok(keys) => Ok(keys.is_some()),
            Err(InvalidStaticKeys::Incomplete { missing, .. }) => Err(missing),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(missing(None, None, None), Ok(false));
        assert_eq!(missing(Some("id"), Some("se/kr+it="), Some("tok/en")), Ok(true));
        assert_eq!(missing(Some("id"), None, None), Err("secret_key"));
        assert_eq!(missing(None, Some("secret"), None), Err("access_key"));
        assert_eq!(missing(None, None, Some("token")), Err("access_key"));
    }
}
