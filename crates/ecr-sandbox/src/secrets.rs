//! Tokens that say nothing and are taken back by whoever gave them: random, and the same for as long as the sandbox runs.

use uuid::Uuid;

pub(crate) struct Secrets {
    metadata_token: String,
    access_token: String,
    refresh_token: String,
}

impl Secrets {
    pub(crate) fn random() -> Self {
        let after = |prefix: &str| format!("{prefix}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        Self { metadata_token: after("AQAE"), access_token: after("aoa"), refresh_token: after("aor") }
    }

    /// Of a session with the metadata service.
    pub(crate) fn metadata_token(&self) -> &str {
        &self.metadata_token
    }

    /// Of a login that was renewed.
    pub(crate) fn access_token(&self) -> &str {
        &self.access_token
    }

    /// To renew a login with.
    pub(crate) fn refresh_token(&self) -> &str {
        &self.refresh_token
    }

    pub(crate) fn all(&self) -> [String; 3] {
        [&self.metadata_token, &self.access_token, &self.refresh_token].map(Clone::clone)
    }
}
