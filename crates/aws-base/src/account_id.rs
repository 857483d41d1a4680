//! The IDs of AWS accounts.

use std::fmt;

use crate::shown::Shown;

/// The ID of an AWS account: 12 digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AccountId(String);

/// The reason why a text is not the ID of an AWS account. The message shows the text, or `(hidden)` if the text may be a secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAccountId {
    /// The text is a number with fewer than 12 digits. Terraform drops leading zeros of an account ID that is written without
    /// quotes.
    #[error(
        "{0:?} is not an AWS account ID, which has 12 digits. Write the ID in quotes, because a number loses its leading \
         zeros"
    )]
    ShortNumber(Shown),
    /// The text is not a number, or has more than 12 digits.
    #[error("{0:?} is not an AWS account ID, which has 12 digits")]
    Text(Shown),
}

impl InvalidAccountId {
    /// Checks whether the message hides the text.
    pub fn hides_value(&self) -> bool {
        let (Self::ShortNumber(text) | Self::Text(text)) = self;
        text.hides_value()
    }
}

impl AccountId {
    /// # Errors
    /// See [`InvalidAccountId`].
    pub fn parse(text: &str) -> Result<Self, InvalidAccountId> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.len() {
            12 if is_number => Ok(Self(text.to_owned())),
            ..12 if is_number => Err(InvalidAccountId::ShortNumber(Shown::value(text))),
            _ => Err(InvalidAccountId::Text(Shown::value(text))),
        }
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_has_12_digits() {
        assert_eq!(AccountId::parse("012345678901").map(|id| id.to_string()).as_deref(), Ok("012345678901"));
        for (text, has_advice) in [("12345678901", true), ("", true), ("1234567890123", false), ("12345678901a", false)]
        {
            let problem = AccountId::parse(text).expect_err(text).to_string();
            assert_eq!(problem.contains("in quotes"), has_advice, "{problem}");
        }
        let secret = AccountId::parse("hunter2/hunter2+hunter2").expect_err("a secret");
        assert!(secret.hides_value() && !secret.to_string().contains("hunter2"), "{secret}");
        assert!(!AccountId::parse("12345678901").expect_err("too short").hides_value());
    }
}
