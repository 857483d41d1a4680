//! The secrets that a configuration contains or has used.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use aws_credential_types::Credentials;

use crate::{redaction, secret::Secret, shown::Shown};

/// The maximum number of secrets from requests and responses that are kept. Without a maximum, a process that runs for days
/// would keep the secrets of thousands of requests. Even requests for a hundred tokens with twenty roles involve only 360
/// secrets.
const MAX_RECENT: usize = 500;

/// The secrets in one configuration, and the secrets of its latest requests and responses. These secrets are hidden in text from
/// outside. Clones share the same secrets.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    configured: Vec<Secret>,
    /// The secrets of requests and responses. The latest secret is the last.
    recent: VecDeque<Secret>,
}

impl Secrets {
    /// Adds secrets of the settings, the environment or the shared files. These secrets are never removed.
    pub(crate) fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if !known.configured.contains(&secret) {
                known.configured.push(secret);
            }
        }
    }

    /// Adds secrets of a request before the request is sent, or of a response before the response is shown. Only the latest 500
    /// secrets are kept.
    pub fn add_recent(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if known.configured.contains(&secret) {
                continue;
            }
            known.recent.retain(|other| *other != secret);
            known.recent.push_back(secret);
            if known.recent.len() > MAX_RECENT {
                known.recent.pop_front();
            }
        }
    }

    /// Adds the secret parts of credentials that sign requests.
    pub fn add_credentials(&self, credentials: &Credentials) {
        self.add_recent(parts(credentials));
    }

    /// Returns a message of this program with the secrets hidden.
    pub fn hidden_in(&self, words: &str) -> Shown {
        redaction::hidden_in(words, &self.all())
    }

    /// Hides secrets in a text.
    pub(crate) fn hide(&self, text: &mut Shown) {
        let hidden = self.hidden_in(text.as_str());
        *text = if text.hides_value() { Shown::hidden(hidden.as_str()) } else { hidden };
    }

    /// Returns all secrets that are kept.
    pub fn all(&self) -> Vec<Secret> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.configured.iter().chain(&known.recent).cloned().collect()
    }
}

/// Returns the secret parts of credentials: the secret access key and the session token.
pub(crate) fn parts(credentials: &Credentials) -> impl Iterator<Item = Secret> {
    let parts = [Some(credentials.secret_access_key()), credentials.session_token()];
    parts.into_iter().flatten().map(Secret::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_configured_secrets_and_drops_those_of_old_requests() {
        let (secrets, of) = (Secrets::default(), |number: usize| Secret::from(format!("secret {number}")));
        secrets.add([of(0), of(0)]);
        // Every request uses secret 1, so this secret stays among the latest secrets.
        (2..2000).for_each(|number| secrets.add_recent([of(1), of(number)]));
        let all = secrets.all();
        assert_eq!(all.len(), 1 + MAX_RECENT);
        assert!(
            [0, 1, 1999, 2000 - MAX_RECENT + 1].into_iter().all(|number| all.contains(&of(number))),
            "{}",
            all.len()
        );
    }
}
