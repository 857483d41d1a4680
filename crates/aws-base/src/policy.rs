//! IAM policies.

/// An IAM policy that is valid JSON. STS makes all other checks.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Policy(String);

/// The text is not valid JSON. The message comes from the parser, and shows no part of the text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPolicy(String);

impl Policy {
    /// # Errors
    /// See [`InvalidPolicy`].
    pub fn parse(text: &str) -> Result<Self, InvalidPolicy> {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(InvalidPolicy(error.to_string())),
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_policy_that_is_not_json() {
        assert!(Policy::parse(r#"{"Version": "2012-10-17"}"#).is_ok());
        for text in ["", "{", "[1e999]", r#"{"a": "\ud800"}"#, "{} {}"] {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }
}
