//! What can be configured.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use crate::{account, endpoint::shown_endpoint, secret::Secret};

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
    /// A role for the holder of an identity token. Replaces every other source of credentials but static keys.
    pub assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    /// Roles to assume in this order, the first with the credentials found and each other with those of the one before.
    pub assume_role: Vec<AssumeRole>,
    /// The Region to ask where the caller names none.
    pub region: Option<String>,
    /// Whether a Region that this version does not know is let through.
    pub skip_region_validation: bool,
    /// The Region of STS, where it is not `region`.
    pub sts_region: Option<String>,
    /// The accounts that the credentials may belong to; any where there is none.
    pub allowed_account_ids: Vec<String>,
    /// The accounts that the credentials may not belong to.
    pub forbidden_account_ids: Vec<String>,
    /// With `skip_requesting_account_id`: STS is not asked for the account of the credentials, whatever needs it.
    pub skip_credentials_validation: bool,
    /// See `skip_credentials_validation`.
    pub skip_requesting_account_id: bool,
    /// Where to ask instead of AWS.
    pub endpoints: Endpoints,
    /// Whether to ask FIPS endpoints; where this is false, the environment and the profile decide.
    pub use_fips_endpoint: bool,
    /// Whether to ask dual-stack endpoints; where this is false, the environment and the profile decide.
    pub use_dualstack_endpoint: bool,
    /// How often a call is tried at most, in all; more than 1000 is 1000. What is not there, a host or a proxy, is tried 3
    /// times at most.
    pub max_retries: Option<u32>,
    /// How calls are tried again: it makes no difference.
    pub retry_mode: Option<RetryMode>,
    /// How many tokens there are for retries: one costs 5, or 10 after a timeout, and they come back with calls that
    /// succeed. Unlimited where unset or 0.
    pub token_bucket_rate_limiter_capacity: Option<usize>,
    /// The URL of the proxy for `http` endpoints, and for `https` ones where no other is known; empty for none.
    pub http_proxy: Option<Secret>,
    /// The URL of the proxy for `https` endpoints; empty for none.
    pub https_proxy: Option<Secret>,
    /// What no proxy is used for, in the form of the variable `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// A file of PEM certificates to trust instead of the system's.
    pub custom_ca_bundle: Option<PathBuf>,
    /// Whether to trust whatever certificate a server shows.
    pub insecure: bool,
    /// The URL of EC2's instance metadata service. Hidden as it may hold a password until it has been looked at.
    pub ec2_metadata_service_endpoint: Option<Secret>,
    /// How to reach EC2's instance metadata service where its URL is not given.
    pub ec2_metadata_service_endpoint_mode: Option<EndpointMode>,
    /// Whether EC2's instance metadata service is left out (`true`) or asked (`false`), whatever the environment says.
    pub skip_metadata_api_check: Option<bool>,
    /// What to add to the `User-Agent` of requests to ECR and STS, such as `product/1.0 (comment)`.
    pub user_agent: Vec<String>,
}

impl Settings {
    /// Whether they want something of STS by themselves.
    pub(crate) fn needs_sts(&self) -> bool {
        !self.assume_role.is_empty() || self.assume_role_with_web_identity.is_some() || account::matters(self)
    }
}

/// URLs instead of AWS's own, for each service.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Endpoints {
    /// Amazon ECR.
    pub ecr: Option<String>,
    /// Amazon ECR Public.
    pub ecr_public: Option<String>,
    /// The portal of IAM Identity Center, where an SSO profile gets its credentials.
    pub sso: Option<String>,
    /// AWS STS, where a role is assumed to get credentials.
    pub sts: Option<String>,
}

/// A URL may hold a password until it has been looked at, and refused for that.
impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |url: &Option<String>| url.as_deref().map(shown_endpoint);
        f.debug_struct("Endpoints")
            .field("ecr", &shown(&self.ecr))
            .field("ecr_public", &shown(&self.ecr_public))
            .field("sso", &shown(&self.sso))
            .field("sts", &shown(&self.sts))
            .finish()
    }
}

/// A role to assume, with the parameters of
/// [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AssumeRole {
    /// The ARN of the role.
    pub role_arn: String,
    /// How long the session lasts; 15 minutes where unset.
    pub duration: Option<Duration>,
    /// What the role's owner asks third parties to say.
    pub external_id: Option<Secret>,
    /// A policy in JSON that narrows what the session may do.
    pub policy: Option<String>,
    /// The ARNs of managed policies that narrow what the session may do.
    pub policy_arns: Vec<String>,
    /// The name of the session.
    pub session_name: Option<String>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// The keys of those tags that later sessions inherit.
    pub transitive_tag_keys: Vec<String>,
}

/// A role for the holder of an identity token, with the parameters of
/// [AssumeRoleWithWebIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AssumeRoleWithWebIdentity {
    /// The ARN of the role; else of the variable `AWS_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// How long the session lasts; STS decides where unset: an hour.
    pub duration: Option<Duration>,
    /// A policy in JSON that narrows what the session may do.
    pub policy: Option<String>,
    /// The ARNs of managed policies that narrow what the session may do.
    pub policy_arns: Vec<String>,
    /// The name of the session; else of the variable `AWS_ROLE_SESSION_NAME`.
    pub session_name: Option<String>,
    /// The token. It or a file of it is needed; else from `TF_AWS_WEB_IDENTITY_TOKEN` or `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub web_identity_token: Option<Secret>,
    /// A file that holds the token.
    pub web_identity_token_file: Option<PathBuf>,
}

/// How calls are tried again: see the
/// [SDK's reference](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RetryMode {
    /// With growing waits between.
    Standard,
    /// Also slowing down first calls while AWS is throttling.
    Adaptive,
}

/// How to reach EC2's instance metadata service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EndpointMode {
    /// At its IPv4 address.
    IpV4,
    /// At its IPv6 address.
    IpV6,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let identity = AssumeRoleWithWebIdentity { web_identity_token: Some("hunter4".into()), ..Default::default() };
        let settings = Settings {
            access_key: Some("AKIDEXAMPLE".into()),
            secret_key: Some("hunter2".into()),
            token: Some("hunter3".into()),
            assume_role_with_web_identity: Some(identity),
            http_proxy: Some("http://me:hunter5@proxy".into()),
            https_proxy: Some("http://me:hunter6@proxy".into()),
            ..Settings::default()
        };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter") && shown.contains("AKIDEXAMPLE"), "{shown}");
    }
}
