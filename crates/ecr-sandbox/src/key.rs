//! Access keys, and the accounts that they belong to.

use std::fmt;

/// Whether the text is the id of an AWS account, which has 12 digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An access key of the IAM user `sandbox` in an account.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Key {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
    /// The id of the account, 12 digits.
    pub account: String,
    /// The session token, if the key is temporary.
    pub session_token: Option<String>,
}

impl Key {
    /// Returns a key in the account of [`Key::default`].
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), ..Self::default() }
    }

    /// Changes the account of this key.
    #[must_use]
    pub fn of_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Converts this key to a temporary key with this session token.
    #[must_use]
    pub fn of_session(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(token.into());
        self
    }
}

/// The example key of AWS's documentation, in the account 123456789012.
impl Default for Key {
    fn default() -> Self {
        Self {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            account: "123456789012".to_owned(),
            session_token: None,
        }
    }
}

/// Omits the secrets, because the key may be a real key of a person.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("account", &self.account).finish_non_exhaustive()
    }
}
