//! Credentials as the agents of ECS and EKS and EC2's metadata service write them.

use aws_credential_types::Credentials;
use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::{Map, Value as Json};

use crate::error::headline;

/// The credentials of a JSON document. `provider` is where they are said to come from.
///
/// # Errors
/// What it says instead, where it says anything: AWS's message, else its code.
pub(crate) fn read(document: &str, provider: &'static str) -> Result<Credentials, Option<String>> {
    let document: Map<String, Json> = serde_json::from_str(document).map_err(|_| None)?;
    // Errors are written in small letters by some.
    let text = |key: &str| {
        let (_, value) = document.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        value.as_str().map(ToOwned::to_owned)
    };
    let expiry = text("Expiration").and_then(|at| DateTime::from_str(&at, Format::DateTime).ok()?.try_into().ok());
    if let (Some(id), Some(secret)) = (text("AccessKeyId"), text("SecretAccessKey")) {
        return Ok(Credentials::new(id, secret, text("Token"), expiry, provider));
    }
    Err(text("Message").or_else(|| text("Code")).and_then(|text| headline(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Result<Credentials, Option<String>> {
        super::read(document, "test")
    }

    #[test]
    fn credentials_are_read_from_json_alone() {
        let text = r#"{"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"sekrit","Token":"t","Expiration":"2099-01-01T00:00:00Z"}"#;
        let found = read(text).expect("credentials");
        assert_eq!((found.access_key_id(), found.session_token(), found.expiry().is_some()), ("AKID", Some("t"), true));
        for text in ["", "<html>", "{}", "[]", r#"{"AccessKeyId":"AKID","SecretAccessKey":7}"#] {
            assert_eq!(read(text).expect_err(text), None);
        }
    }

    #[test]
    fn what_is_said_instead_is_repeated() {
        let refused = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role x."}"#;
        assert_eq!(read(refused).expect_err("refused"), Some("EC2 cannot assume the role x.".into()));
        let refused = r#"{"code":"ResourceNotFoundException","message":"no such\nrole"}"#;
        assert_eq!(read(refused).expect_err("refused"), Some("no such".into()));
    }
}
