//! What can be configured.

use std::path::PathBuf;

use crate::secret::Secret;

/// An AWS configuration as a person writes it; what is left out comes from the environment and the shared files.
///
/// Names and meaning are those of the `provider "aws"` block.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The id of a static access key. It, `secret_key` and `token` together replace every other source of credentials.
    pub access_key: Option<String>,
    /// The secret of a static access key.
    pub secret_key: Option<Secret>,
    /// The session token of temporary static keys.
    pub token: Option<Secret>,
    /// The profile of the shared files. Named here, it goes before keys and web identity of the environment.
    pub profile: Option<String>,
    /// Instead of `~/.aws/config`, in order.
    pub shared_config_files: Vec<PathBuf>,
    /// Instead of `~/.aws/credentials`, in order.
    pub shared_credentials_files: Vec<PathBuf>,
    /// The Region to ask where the caller names none.
    pub region: Option<String>,
    /// Whether a Region that this version does not know is let through.
    pub skip_region_validation: bool,
    /// Where to ask instead of AWS.
    pub endpoints: Endpoints,
}

/// URLs instead of AWS's own, for each service.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Endpoints {
    /// Amazon ECR.
    pub ecr: Option<String>,
    /// AWS STS, where a role is assumed to get credentials.
    pub sts: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let settings = Settings {
            access_key: Some("AKIDEXAMPLE".into()),
            secret_key: Some("hunter2".into()),
            token: Some("hunter3".into()),
            ..Settings::default()
        };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter") && shown.contains("AKIDEXAMPLE"), "{shown}");
    }
}
