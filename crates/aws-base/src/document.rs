//! JSON documents with credentials, from `credential_process`, the agents of ECS and EKS, and EC2's metadata service.
//!
//! The case of keys is ignored. If a key is repeated, the last value that is not `null` is used, as in Go.

use std::{fmt, time::SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_types::{DateTime, date_time::Format};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value as Json;

use crate::{foreign::Foreign, secret::Secret};

/// The fields of a JSON object, in the order of the document.
#[derive(Default)]
pub(crate) struct Document(Vec<(String, Json)>);

/// The error for a field with a value that is not a string.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct NotText;

impl Document {
    /// Reads a JSON object at the beginning of a text, and ignores any text after the object. If the text does not begin with an
    /// object, the document has no fields.
    pub(crate) fn parse(text: &str) -> Self {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Self::deserialize(&mut deserializer).unwrap_or_default()
    }

    /// Returns the value of a field. Returns `None` if the field is missing or `null`.
    pub(crate) fn value(&self, key: &str) -> Option<&Json> {
        let named = self.0.iter().rev().filter(|(name, _)| name.eq_ignore_ascii_case(key));
        named.map(|(_, value)| value).find(|value| !value.is_null())
    }

    /// Returns the text of a field. Returns `None` if the field is missing or empty.
    ///
    /// # Errors
    /// Returns an error if the value is not a string.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&str>, NotText> {
        let text = self.value(key).map(|value| value.as_str().ok_or(NotText)).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Returns the credentials, if the document has an access key ID and a secret access key. Records `provider` as the source of
    /// the credentials.
    pub(crate) fn credentials(&self, provider: &'static str) -> Option<Credentials> {
        let text = |key| self.text(key).ok();
        let (id, secret, token) = (text("AccessKeyId")??, text("SecretAccessKey")??, text("Token")?);
        let expiry = text("Expiration")?.and_then(time);
        Some(Credentials::new(id, secret, token.map(ToOwned::to_owned), expiry, provider))
    }

    /// Returns the secrets in the document, even if the document has no complete credentials.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        ["SecretAccessKey", "Token", "SessionToken"]
            .iter()
            .filter_map(|key| self.text(key).ok()?)
            .map(Secret::from)
            .collect()
    }

    /// Returns the value of the field `Code`: an error code, or `Success`.
    pub(crate) fn code(&self) -> Option<&str> {
        self.text("Code").ok()?
    }

    /// Checks whether the code is missing or means success.
    pub(crate) fn succeeded(&self) -> bool {
        self.code().is_none_or(|code| code.eq_ignore_ascii_case("Success"))
    }

    /// Returns the error message. If the document has no error message, returns the error code instead.
    pub(crate) fn error_message(&self) -> Option<Foreign> {
        let message = self.text("Message").ok().flatten();
        message.or_else(|| self.code()).map(Foreign::from)
    }
}

/// Parses a time in the format of RFC 3339.
pub(crate) fn time(text: &str) -> Option<SystemTime> {
    DateTime::from_str(text, Format::DateTimeWithOffset).ok()?.try_into().ok()
}

/// Keeps the order of the fields in the document. [`serde_json::Map`] would not keep this order.
impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Document, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Document(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Option<Credentials> {
        Document::parse(document).credentials("test")
    }

    #[test]
    fn reads_credentials_only_from_valid_json() {
        let text = r#"{"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"sekrit","Token":"t","Expiration":"2099-01-01T00:00:00Z"} and more"#;
        let found = read(text).expect("credentials");
        assert_eq!((found.access_key_id(), found.session_token(), found.expiry().is_some()), ("AKID", Some("t"), true));
        for text in [
            "",
            "<html>",
            "{}",
            "[]",
            "null",
            r#"{"AccessKeyId":"AKID","SecretAccessKey":7}"#,
            r#"{"AccessKeyId":"AKID","SecretAccessKey":"sekrit","Token":7}"#,
            r#"{"AccessKeyId":"AKID","SecretAccessKey":"sekrit""#,
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_last_non_null_duplicate_key_wins_in_any_case() {
        let text = r#"{"SECRETACCESSKEY":"one","accesskeyid":"AKID","SecretAccessKey":"two","Token":"three","token":null,"secretaccesskey":"four"}"#;
        let found = read(text).expect("credentials");
        assert_eq!((found.secret_access_key(), found.session_token()), ("four", Some("three")));
    }

    #[test]
    fn the_code_replaces_an_empty_message() {
        assert_eq!(Document::parse(r#"{"code":"x","message":""}"#).error_message(), Some("x".into()));
    }
}
