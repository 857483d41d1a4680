//! Random tokens that stay the same while the sandbox runs.

use uuid::Uuid;

pub(crate) struct Secrets {
    /// The token of a session with the metadata service.
    pub(crate) metadata_token: String,
    /// The access token of a renewed login in IAM Identity Center.
    pub(crate) access_token: String,
    /// The refresh token of a login in IAM Identity Center.
    pub(crate) refresh_token: String,
    /// The bearer token of ECR Public's clients that have not logged in.
    pub(crate) anonymous_token: String,
}

impl Secrets {
    pub(crate) fn random() -> Self {
        let after = |prefix: &str| format!("{prefix}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        Self {
            metadata_token: after("AQAE"),
            access_token: after("aoa"),
            refresh_token: after("aor"),
            anonymous_token: after("eyJ"),
        }
    }

    pub(crate) fn all(&self) -> [String; 4] {
        [&self.metadata_token, &self.access_token, &self.refresh_token, &self.anonymous_token].map(Clone::clone)
    }
}
