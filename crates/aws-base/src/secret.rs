//! Text that must not be printed.

use std::fmt;

/// A text that `Debug` does not show. [`expose`](Self::expose) returns the text, and makes each use of the text visible in the
/// code.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// Returns the text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Arn, AssumeRole, AssumeRoleWithWebIdentity, ExternalId, ProxySetting, ProxyUrl, Settings, StaticKeys,
        WebIdentityToken, WebIdentityTokenSource,
    };

    #[test]
    fn debug_hides_the_secret() {
        assert_eq!(format!("{:?}", Some(Secret::from("hunter2"))), "Some((secret))");
    }

    /// Puts a secret into each public type of this crate that can hold a secret, and checks the output of `Debug`.
    #[test]
    fn debug_of_every_public_type_hides_secrets() {
        let proxy = || Some(ProxySetting::Proxy(ProxyUrl::parse("http://me:hunter2@host").expect("a proxy")));
        let token = WebIdentityToken::parse("hunter2").expect("a token");
        let web_identity =
            AssumeRoleWithWebIdentity { token: Some(WebIdentityTokenSource::Token(token)), ..Default::default() };
        let arn = Arn::parse("arn:aws:iam::123456789012:role/x").expect("an ARN");
        let external_id = Some(ExternalId::parse("hunter2").expect("an external ID"));
        let settings = Settings {
            assume_role: vec![AssumeRole { external_id, ..AssumeRole::new(arn) }],
            static_keys: StaticKeys::parse(Some("AKIDEXAMPLE"), Some("hunter2"), Some("hunter2")).expect("keys"),
            assume_role_with_web_identity: Some(web_identity),
            http_proxy: proxy(),
            https_proxy: proxy(),
            ..Settings::default()
        };
        let session =
            crate::Session::new(settings.clone(), crate::Environment::from_variables(&[("AWS_SECRET_KEY", "hunter2")]));
        let all: [&dyn fmt::Debug; 2] = [&settings, &session];
        for value in all {
            let shown = format!("{value:?} {value:#?}");
            assert!(!shown.contains("hunter2") && shown.contains("AKIDEXAMPLE"), "{shown}");
        }
    }
}
