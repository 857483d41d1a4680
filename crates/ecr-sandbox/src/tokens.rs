//! The issued tokens.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use uuid::Uuid;

use crate::principal::Principal;

/// The user name in every token.
const USER: &str = "AWS";

/// The time for which an expired token is kept.
const RETENTION: Duration = Duration::from_secs(60 * 60);

/// The issued tokens by their passwords. The tokens are kept only in memory.
pub(crate) struct Tokens {
    lifetime: Duration,
    issued: Mutex<HashMap<String, Issued>>,
}

/// The scope, the principal and the expiration time of an issued token.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    /// The Region of the token. `None` for a token of ECR Public.
    pub(crate) region: Option<String>,
    /// The accounts whose registries the token was requested for.
    pub(crate) accounts: Vec<String>,
    /// The principal that requested the token. The token has the permissions of this principal:
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry-auth-token>
    pub(crate) principal: Principal,
    pub(crate) expires_at: SystemTime,
}

/// A token in the form that the APIs return.
#[derive(Clone)]
pub(crate) struct Token {
    /// Base64 of the user and the password.
    pub(crate) encoded: String,
    /// The expiration time in seconds since 1970, with milliseconds as decimals, as in ECR's responses.
    pub(crate) expires_at: f64,
}

impl Tokens {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { lifetime, issued: Mutex::default() }
    }

    /// Issues a token for a principal. The token is valid for the registries of these accounts in the Region.
    pub(crate) fn issue(&self, principal: Principal, region: Option<String>, accounts: Vec<String>) -> Token {
        let expires_at = SystemTime::now() + self.lifetime;
        let since = expires_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let random: String = (0..16).map(|_| Uuid::new_v4().simple().to_string()).collect();
        // ECR's own passwords are also base64 of a JSON object, and therefore also begin with `eyJ`.
        let content = json!({"payload": random, "version": "2", "type": "DATA_KEY", "expiration": since.as_secs()});
        let password = BASE64_STANDARD.encode(content.to_string());
        let encoded = encoded(&password);
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        // An expired token is kept for a time, so that its client gets the error for expired tokens. Expired tokens are not
        // removed on each call, because this would take longer with each additional token.
        if issued.len().is_power_of_two() {
            issued.retain(|_, token| token.expires_at + RETENTION > SystemTime::now());
        }
        issued.insert(password, Issued { region, accounts, principal, expires_at });
        Token { encoded, expires_at: (since.as_millis() as f64) / 1000.0 }
    }

    /// Returns each password, and the token that encodes the password.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.keys().flat_map(|password| [password.clone(), encoded(password)]).collect()
    }

    /// Returns the token whose user name and password are in an `Authorization` header of this scheme.
    pub(crate) fn find(&self, scheme: &str, header: &str) -> Option<Issued> {
        let (written, encoded) = header.split_once(' ')?;
        let bytes = BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| written.eq_ignore_ascii_case(scheme))?;
        let credentials = String::from_utf8(bytes).ok()?;
        let (_, password) = credentials.split_once(':').filter(|(user, _)| *user == USER)?;
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).get(password).cloned()
    }
}

fn encoded(password: &str) -> String {
    BASE64_STANDARD.encode(format!("{USER}:{password}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal() -> Principal {
        Principal::of_role("aws", "123456789012", "deploy", "ci")
    }

    #[test]
    fn a_token_is_found_only_by_its_header() {
        let tokens = Tokens::new(Duration::from_secs(60));
        let token = tokens.issue(principal(), Some("eu-west-1".to_owned()), vec!["123456789012".to_owned()]);
        let decoded = String::from_utf8(BASE64_STANDARD.decode(&token.encoded).expect("base64")).expect("text");
        assert!(decoded.starts_with("AWS:eyJ"), "{decoded}");
        let found = tokens.find("basic", &format!("Basic {}", token.encoded)).expect("issued");
        assert_eq!(found.region.as_deref(), Some("eu-west-1"));
        let other_user = BASE64_STANDARD.encode(decoded.replace("AWS:", "aws:"));
        for wrong in [
            &*format!("Bearer {}", token.encoded),
            "Basic QVdTOmV5Sg==",
            "Basic %",
            "Basic",
            &format!("Basic {other_user}"),
        ] {
            assert!(tokens.find("basic", wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn tokens_are_unique_and_expire() {
        let tokens = Tokens::new(Duration::from_secs(60));
        let (one, other) = (tokens.issue(principal(), None, Vec::new()), tokens.issue(principal(), None, Vec::new()));
        assert_ne!(one.encoded, other.encoded);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
        assert!((50.0..=60.0).contains(&(one.expires_at - now)), "{}", one.expires_at - now);
    }
}
