//! Texts with a minimum and a maximum length.

use crate::secret::Secret;

/// A text of `MIN` to `MAX` bytes. As in hashicorp/aws, the limits are in bytes and not in characters. The text may be a secret.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Bounded<const MIN: usize, const MAX: usize>(Secret);

/// The name of the session of an assumed role.
pub type SessionName = Bounded<2, 64>;
/// The source identity: the person who uses the session of an assumed role.
pub type SourceIdentity = Bounded<2, 64>;
/// The external ID that a role's trust policy requires.
pub type ExternalId = Bounded<2, 1224>;
/// The token of an identity provider, if the configuration contains the token itself and not the path of a token file.
pub type WebIdentityToken = Bounded<4, 20_000>;

/// The error for a text that is too short or too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("in the range ({min} - {max}), got {bytes} bytes")]
#[expect(clippy::exhaustive_structs, reason = "a length and its bounds")]
pub struct InvalidLength {
    /// The minimum number of bytes.
    pub min: usize,
    /// The maximum number of bytes.
    pub max: usize,
    /// The number of bytes in the text.
    pub bytes: usize,
}

impl<const MIN: usize, const MAX: usize> Bounded<MIN, MAX> {
    /// # Errors
    /// See [`InvalidLength`].
    pub fn parse(text: &str) -> Result<Self, InvalidLength> {
        match text.len() {
            bytes if (MIN..=MAX).contains(&bytes) => Ok(Self(text.into())),
            bytes => Err(InvalidLength { min: MIN, max: MAX, bytes }),
        }
    }

    /// Returns the text.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_length_limits_are_inclusive() {
        for (bytes, is_valid) in [(0, false), (1, false), (2, true), (64, true), (65, false)] {
            assert_eq!(SessionName::parse(&"x".repeat(bytes)).is_ok(), is_valid, "{bytes}");
        }
        let problem = SessionName::parse("x").expect_err("too short").to_string();
        assert_eq!(problem, "in the range (2 - 64), got 1 bytes");
    }
}
