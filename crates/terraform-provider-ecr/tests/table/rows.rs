//! The rows of the table, by theme.

mod accounts;
mod answers;
mod busy;
mod calls;
mod colors;
mod endpoints;
mod environment;
mod files;
mod foreign;
mod homes;
mod hosts;
mod logins;
mod machine;
mod network;
mod own_roles;
mod profiles;
mod proxies;
mod proxy_errors;
mod refusals;
mod regions;
mod registries;
mod repeats;
mod role_errors;
mod roles;
mod settings;
mod shared_files;
mod sources;
mod sso;
mod successes;
mod tls;
mod trust;
mod web_identity;
mod written;

use serde_json::{Value as Json, json};
use test_support::row::Row;

/// The ARN of a role to assume.
const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

/// A session policy that allows everything.
const POLICY: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Returns an `assume_role` block with all arguments except `policy_arns`, which the sandbox refuses.
fn every_argument_of_a_role() -> Json {
    json!({
        "role_arn": ROLE,
        "duration": "1h30m",
        "external_id": "an-id",
        "policy": POLICY,
        "session_name": "named",
        "source_identity": "somebody",
        "tags": {"Team": "blue"},
        "transitive_tag_keys": ["Team"],
    })
}

/// Returns the request to assume the role of [`every_argument_of_a_role`].
fn asked_with_every_argument() -> String {
    format!(
        "sts AssumeRole deploy (5400s, ExternalId=an-id, Policy={POLICY}, SourceIdentity=somebody, Tags.1.Key=Team, \
         Tags.1.Value=blue, TransitiveTagKeys.1=Team, session=named) by AKIDENV"
    )
}

/// A profile `ci` with a role. The role is assumed with the keys of the profile `base`.
const ROLE_OF_PROFILE: &str = "
[profile ci]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base

[profile base]
aws_access_key_id = AKIDBASE
aws_secret_access_key = hunter2
";

/// The reason why this provider does not call STS while the Region is unknown.
const NO_REGION: &str = "a signature without a Region is refused by STS";

/// Returns all rows, by theme.
pub(crate) fn all() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("environment", environment::rows()),
        ("shared_files", shared_files::rows()),
        ("homes", homes::rows()),
        ("written", written::rows()),
        ("profiles", profiles::rows()),
        ("sso", sso::rows()),
        ("machine", machine::rows()),
        ("roles", roles::rows()),
        ("own_roles", own_roles::rows()),
        ("web_identity", web_identity::rows()),
        ("regions", regions::rows()),
        ("endpoints", endpoints::rows()),
        ("hosts", hosts::rows()),
        ("proxies", proxies::rows()),
        ("trust", trust::rows()),
        ("accounts", accounts::rows()),
        ("calls", calls::rows()),
        ("network", network::rows()),
        ("tls", tls::rows()),
        ("proxy_errors", proxy_errors::rows()),
        ("answers", answers::rows()),
        ("refusals", refusals::rows()),
        ("repeats", repeats::rows()),
        ("busy", busy::rows()),
        ("role_errors", role_errors::rows()),
        ("sources", sources::rows()),
        ("logins", logins::rows()),
        ("files", files::rows()),
        ("settings", settings::rows()),
        ("registries", registries::rows()),
        ("successes", successes::rows()),
        ("foreign", foreign::rows()),
        ("colors", colors::rows()),
    ]
}
