//! The table, by theme.

mod accounts;
mod calls;
mod endpoints;
mod environment;
mod files;
mod hosts;
mod machine;
mod profiles;
mod proxies;
mod regions;
mod roles;
mod sso;
mod trust;
mod web_identity;

use crate::row::Row;

/// A role in the provider block.
const ROLE: &str = r#"assume_role { role_arn = "arn:aws:iam::123456789012:role/deploy" }"#;

/// A profile `ci` with a role that the keys of another profile assume.
const ROLE_OF_PROFILE: &str = "
[profile ci]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base

[profile base]
aws_access_key_id = AKIDBASE
aws_secret_access_key = hunter2
";

/// What comes after either.
const DEPLOY: &str = "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1";

/// Why STS is not asked as long as no Region is known.
const NO_REGION: &str = "a signature without a Region is refused by STS";

/// Every row, under its theme.
pub(crate) fn all() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("environment", environment::rows()),
        ("files", files::rows()),
        ("profiles", profiles::rows()),
        ("sso", sso::rows()),
        ("machine", machine::rows()),
        ("roles", roles::rows()),
        ("web_identity", web_identity::rows()),
        ("regions", regions::rows()),
        ("endpoints", endpoints::rows()),
        ("hosts", hosts::rows()),
        ("proxies", proxies::rows()),
        ("trust", trust::rows()),
        ("accounts", accounts::rows()),
        ("calls", calls::rows()),
    ]
}
