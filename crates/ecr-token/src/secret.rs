//! Text that must not be printed.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use aws_credential_types::Credentials;

use crate::redaction;

/// A text that `Debug` does not show. Ask for it with [`expose`](Self::expose), where a reader can see that you do.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
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

/// The secrets that one configuration has used so far. Words of another party are printed without them. Clones
/// share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Arc<RwLock<Vec<Secret>>>);

impl Secrets {
    /// Adds secrets, before anybody gets to see them.
    pub(crate) fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if !known.contains(&secret) {
                known.push(secret);
            }
        }
    }

    /// Adds the secret parts of credentials.
    pub(crate) fn add_credentials(&self, credentials: &Credentials) {
        let parts = [Some(credentials.secret_access_key()), credentials.session_token()];
        self.add(parts.into_iter().flatten().map(Secret::from));
    }

    /// Our own words about a configuration, without the secrets that it repeats.
    pub(crate) fn hidden_in(&self, words: &str) -> String {
        redaction::hidden_in(words, &self.all())
    }

    /// The secrets so far.
    pub(crate) fn all(&self) -> Vec<Secret> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecr::types::AuthorizationData;
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::{AssumeRole, AssumeRoleWithWebIdentity, Client, Endpoints, Settings, Token};

    /// AWS:hunter2
    const ENCODED: &str = "QVdTOmh1bnRlcjI=";

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Some(Secret::from("hunter2"))), "Some((secret))");
    }

    /// Each public type of this crate that can hold a secret, with one.
    #[test]
    fn debug_of_no_public_type_shows_a_secret() {
        let secret = || Some(Secret::from("hunter2"));
        let url = || Some("http://me:hunter2@host".to_owned());
        let web_identity = AssumeRoleWithWebIdentity { web_identity_token: secret(), ..Default::default() };
        let endpoints = Endpoints { ecr: url(), ecr_public: url(), sso: url(), sts: url() };
        let role = AssumeRole { external_id: secret(), ..AssumeRole::default() };
        let settings = Settings {
            assume_role: vec![role.clone()],
            secret_key: secret(),
            token: secret(),
            assume_role_with_web_identity: Some(web_identity.clone()),
            endpoints: endpoints.clone(),
            http_proxy: url().map(Secret::from),
            https_proxy: url().map(Secret::from),
            ec2_metadata_service_endpoint: url().map(Secret::from),
            ..Settings::default()
        };
        let data = AuthorizationData::builder()
            .authorization_token(ENCODED)
            .expires_at(DateTime::from_secs(1))
            .proxy_endpoint("https://host")
            .build();
        let token = Token::decode(Some(&[data]), "eu-west-1").expect("a token");
        assert!(format!("{token:?}").contains("1970"), "{token:?}");
        let client = Client::new(settings.clone());
        let all: [&dyn fmt::Debug; 7] = [&secret(), &role, &web_identity, &endpoints, &settings, &token, &client];
        for value in all {
            let shown = format!("{value:?} {value:#?}");
            assert!(!shown.contains("hunter2") && !shown.contains(ENCODED), "{shown}");
        }
    }
}
