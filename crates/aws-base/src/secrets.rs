//! The secrets that a configuration has used.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use aws_credential_types::Credentials;

use crate::{redaction, secret::Secret, shown::Shown};

/// The secrets of requests and answers that are kept. A process that serves for days makes thousands of requests. A hundred
/// tokens by twenty roles bring 360.
const MOST_RECENT: usize = 500;

/// The secrets of one configuration: its own, and those of its last requests. Words of another party are printed without them. Clones
/// share them.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    configured: Vec<Secret>,
    /// The last one at the end.
    recent: VecDeque<Secret>,
}

impl Secrets {
    /// Adds secrets of the settings, the environment or the shared files. They are kept.
    pub(crate) fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if !known.configured.contains(&secret) {
                known.configured.push(secret);
            }
        }
    }

    /// Adds secrets of a request before it is sent, or of an answer before it is read by others. The last 500 are kept.
    pub fn add_recent(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            known.recent.retain(|other| *other != secret);
            known.recent.push_back(secret);
            if known.recent.len() > MOST_RECENT {
                known.recent.pop_front();
            }
        }
    }

    /// Adds the secret parts of credentials that requests are signed with.
    pub fn add_credentials(&self, credentials: &Credentials) {
        let parts = [Some(credentials.secret_access_key()), credentials.session_token()];
        self.add_recent(parts.into_iter().flatten().map(Secret::from));
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

    /// The secrets that are kept.
    pub fn all(&self) -> Vec<Secret> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.configured.iter().chain(&known.recent).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_the_configuration_are_kept_and_those_of_old_requests_are_not() {
        let (secrets, of) = (Secrets::default(), |number: usize| Secret::from(format!("secret {number}")));
        secrets.add([of(0), of(0)]);
        // The second one is used by every request.
        (2..2000).for_each(|number| secrets.add_recent([of(1), of(number)]));
        let all = secrets.all();
        assert_eq!(all.len(), 1 + MOST_RECENT);
        assert!(
            [0, 1, 1999, 2000 - MOST_RECENT + 1].into_iter().all(|number| all.contains(&of(number))),
            "{}",
            all.len()
        );
    }
}
