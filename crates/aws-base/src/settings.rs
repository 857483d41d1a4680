//! The settings of a configuration.

use std::{
    collections::BTreeMap,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
};

use crate::{
    account_id::AccountId,
    arn::Arn,
    bounded::{ExternalId, SessionName, SourceIdentity, WebIdentityToken},
    endpoint_url::EndpointUrl,
    policy::Policy,
    proxy_url::ProxyUrl,
    region::Region,
    service::Service,
    session_duration::SessionDuration,
    static_keys::StaticKeys,
};

/// An AWS configuration as a person writes it, parsed. The environment and the shared files have the settings that it leaves out.
///
/// Names and meaning are those of the `provider "aws"` block.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "whoever makes one decides about every setting")]
pub struct Settings {
    /// Static keys: `access_key`, `secret_key` and `token`. They replace every other source of credentials.
    pub static_keys: Option<StaticKeys>,
    /// The profile of the shared files. Named here, it goes before keys and web identity of the environment.
    pub profile: Option<String>,
    /// Files in the place of `~/.aws/config`, in order.
    pub shared_config_files: Vec<PathBuf>,
    /// Files in the place of `~/.aws/credentials`, in order.
    pub shared_credentials_files: Vec<PathBuf>,
    /// A role for the holder of an identity token. Replaces every other source of credentials but static keys.
    pub assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    /// Roles to assume in this order, the first with the credentials found and each other with those of the one before.
    pub assume_role: Vec<AssumeRole>,
    /// The Region to ask where the caller names none.
    pub region: Option<Region>,
    /// Whether a Region that this version does not know is accepted.
    pub skip_region_validation: bool,
    /// The Region of STS, if it is not `region`.
    pub sts_region: Option<Region>,
    /// The accounts that the credentials may belong to: `allowed_account_ids` or `forbidden_account_ids`.
    pub allowed_accounts: AllowedAccounts,
    /// With `skip_requesting_account_id`: STS is not asked for the account of the credentials, whatever needs it.
    pub skip_credentials_validation: bool,
    /// See `skip_credentials_validation`.
    pub skip_requesting_account_id: bool,
    /// URLs to ask in the place of AWS's own.
    pub endpoints: BTreeMap<Service, EndpointUrl>,
    /// Whether to ask FIPS endpoints; where this is false, the environment and the profile decide.
    pub use_fips_endpoint: bool,
    /// Whether to ask dual-stack endpoints; where this is false, the environment and the profile decide.
    pub use_dualstack_endpoint: bool,
    /// The most attempts of a call, in all; more than 1000 is 1000. A host or a proxy that is not there is tried 3 times at most.
    pub max_retries: Option<NonZeroU32>,
    /// The mode of retries: it makes no difference.
    pub retry_mode: Option<RetryMode>,
    /// The number of tokens for retries: one costs 5, or 10 after a timeout, and they come back with calls that succeed. Unlimited
    /// by default.
    pub token_bucket_rate_limiter_capacity: Option<NonZeroUsize>,
    /// The proxy for `http` endpoints, and for `https` ones where no other is known.
    pub http_proxy: Option<ProxySetting>,
    /// The proxy for `https` endpoints.
    pub https_proxy: Option<ProxySetting>,
    /// The hosts that are asked without a proxy, in the form of the variable `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// A file of PEM certificates to trust in the place of the system's.
    pub custom_ca_bundle: Option<PathBuf>,
    /// Whether to trust every certificate.
    pub insecure: bool,
    /// The URL of EC2's instance metadata service.
    pub ec2_metadata_service_endpoint: Option<EndpointUrl>,
    /// The address family of EC2's instance metadata service where its URL is not given.
    pub ec2_metadata_service_endpoint_mode: Option<EndpointMode>,
    /// Whether EC2's instance metadata service is left out (`true`) or asked (`false`), whatever the environment says.
    pub skip_metadata_api_check: Option<bool>,
    /// Products to add to the `User-Agent` of requests to ECR and STS, such as `product/1.0 (comment)`.
    pub user_agent: Vec<String>,
}

/// The accounts that the credentials may belong to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum AllowedAccounts {
    /// Every account.
    #[default]
    Any,
    /// Every account but these.
    AllBut(Vec<AccountId>),
    /// These accounts.
    Only(Vec<AccountId>),
}

/// A proxy, or none.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a proxy, or no proxy at all")]
pub enum ProxySetting {
    /// No proxy, whatever the environment says.
    Direct,
    /// This proxy.
    Proxy(ProxyUrl),
}

/// A role to assume, with the parameters of
/// [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever makes one decides about every setting")]
pub struct AssumeRole {
    /// The ARN of the role.
    pub role_arn: Arn,
    /// The length of the session; 15 minutes by default.
    pub duration: Option<SessionDuration>,
    /// The external ID that the role's owner wants.
    pub external_id: Option<ExternalId>,
    /// A policy that narrows the permissions of the session.
    pub policy: Option<Policy>,
    /// Managed policies that narrow the permissions of the session.
    pub policy_arns: Vec<Arn>,
    /// The name of the session.
    pub session_name: Option<SessionName>,
    /// The identity of the person behind the session.
    pub source_identity: Option<SourceIdentity>,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
    /// The keys of those tags that later sessions inherit.
    pub transitive_tag_keys: Vec<String>,
}

impl AssumeRole {
    /// A role, with nothing else set.
    pub fn new(role_arn: Arn) -> Self {
        Self {
            role_arn,
            duration: None,
            external_id: None,
            policy: None,
            policy_arns: Vec::new(),
            session_name: None,
            source_identity: None,
            tags: BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
        }
    }
}

/// A role for the holder of an identity token, with the parameters of
/// [AssumeRoleWithWebIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever makes one decides about every setting")]
pub struct AssumeRoleWithWebIdentity {
    /// The ARN of the role; else of the variable `AWS_ROLE_ARN`.
    pub role_arn: Option<Arn>,
    /// The length of the session; by default STS decides: an hour.
    pub duration: Option<SessionDuration>,
    /// A policy that narrows the permissions of the session.
    pub policy: Option<Policy>,
    /// Managed policies that narrow the permissions of the session.
    pub policy_arns: Vec<Arn>,
    /// The name of the session.
    pub session_name: Option<SessionName>,
    /// The token; else of the variables `TF_AWS_WEB_IDENTITY_TOKEN` or `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub token: Option<WebIdentityTokenSource>,
}

/// The place of an identity token.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WebIdentityTokenSource {
    /// A file that holds the token.
    File(PathBuf),
    /// The token itself.
    Token(WebIdentityToken),
}

/// The mode of retries: see the
/// [SDK's reference](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RetryMode {
    /// With growing waits between.
    Standard,
    /// Also slowing down first calls while AWS is throttling.
    Adaptive,
}

/// The address family of EC2's instance metadata service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EndpointMode {
    /// Its IPv4 address.
    IpV4,
    /// Its IPv6 address.
    IpV6,
}

impl RetryMode {
    /// Reads `standard` or `adaptive`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "standard" => Some(Self::Standard),
            "adaptive" => Some(Self::Adaptive),
            _ => None,
        }
    }
}

impl EndpointMode {
    /// Reads `IPv4` or `IPv6`, in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "ipv4" => Some(Self::IpV4),
            "ipv6" => Some(Self::IpV6),
            _ => None,
        }
    }
}
