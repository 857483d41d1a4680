//! The secrets that a configuration has used.

use std::sync::{Arc, PoisonError, RwLock};

use aws_credential_types::Credentials;

use crate::{redaction, secret::Secret, shown::Shown};

/// The secrets that one configuration has used so far. Words of another party are printed without them. Clones
/// share them.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<RwLock<Vec<Secret>>>);

impl Secrets {
    /// Adds secrets, before anybody gets to see them.
    pub fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if !known.contains(&secret) {
                known.push(secret);
            }
        }
    }

    /// Adds the secret parts of credentials.
    pub fn add_credentials(&self, credentials: &Credentials) {
        let parts = [Some(credentials.secret_access_key()), credentials.session_token()];
        self.add(parts.into_iter().flatten().map(Secret::from));
    }

    /// Our own words about a configuration, without the secrets that it repeats.
    pub fn hidden_in(&self, words: &str) -> Shown {
        redaction::hidden_in(words, &self.all())
    }

    /// Hides the secrets that a text repeats.
    pub(crate) fn hide(&self, text: &mut Shown) {
        let hidden = self.hidden_in(text.as_str());
        *text = if text.hides_value() { Shown::hidden(hidden.as_str()) } else { hidden };
    }

    /// The secrets so far.
    pub fn all(&self) -> Vec<Secret> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
