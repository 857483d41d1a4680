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

/// An AWS configuration as a person writes it, parsed. The environment and the shared files provide the settings that are left
/// out.
///
/// The names and the meaning are the same as in the `provider "aws"` block.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the code that makes one decides about every setting")]
pub struct Settings {
    /// Static keys: `access_key`, `secret_key` and `token`. They replace every other source of credentials.
    pub static_keys: Option<StaticKeys>,
    /// The profile of the shared files. A profile that is set here goes before keys and web identity of the environment.
    pub profile: Option<String>,
    /// Files to read in place of `~/.aws/config`, in order.
    pub shared_config_files: Vec<PathBuf>,
    /// Files to read in place of `~/.aws/credentials`, in order.
    pub shared_credentials_files: Vec<PathBuf>,
    /// A role to assume with an identity token. Replaces every other source of credentials except static keys.
    pub assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    /// Roles to assume in this order. The first is assumed with the credentials found, and each later one with those of the role
    /// before it.
    pub assume_role: Vec<AssumeRole>,
    /// The Region, unless the caller passes one.
    pub region: Option<Region>,
    /// Whether a Region that this version does not know is accepted.
    pub skip_region_validation: bool,
    /// The Region of STS, if it is not `region`.
    pub sts_region: Option<Region>,
    /// The accounts that the credentials may belong to: `allowed_account_ids` or `forbidden_account_ids`.
    pub allowed_accounts: AllowedAccounts,
    /// If `skip_requesting_account_id` is set too, STS is never asked for the account of the credentials.
    pub skip_credentials_validation: bool,
    /// See `skip_credentials_validation`.
    pub skip_requesting_account_id: bool,
    /// URLs that replace AWS's own endpoints.
    pub endpoints: BTreeMap<Service, EndpointUrl>,
    /// Whether to use FIPS endpoints. If `false`, the environment and the profile decide.
    pub use_fips_endpoint: bool,
    /// Whether to use dual-stack endpoints. If `false`, the environment and the profile decide.
    pub use_dualstack_endpoint: bool,
    /// The maximum number of attempts of a call. A number above 1000 counts as 1000. An unreachable host or proxy is tried at
    /// most 3 times.
    pub max_retries: Option<NonZeroU32>,
    /// The retry mode, which has no effect.
    pub retry_mode: Option<RetryMode>,
    /// The number of tokens for retries, unlimited by default. A retry costs 5 tokens, or 10 after a timeout. Calls that succeed
    /// give tokens back.
    pub token_bucket_rate_limiter_capacity: Option<NonZeroUsize>,
    /// The proxy for `http` endpoints, and also for `https` endpoints if no other proxy is known.
    pub http_proxy: Option<ProxySetting>,
    /// The proxy for `https` endpoints.
    pub https_proxy: Option<ProxySetting>,
    /// The hosts to reach without a proxy, in the form of the variable `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// A file of PEM certificates to trust in place of the system's certificates.
    pub custom_ca_bundle: Option<PathBuf>,
    /// Whether to trust every certificate.
    pub insecure: bool,
    /// The URL of EC2's instance metadata service.
    pub ec2_metadata_service_endpoint: Option<EndpointUrl>,
    /// The address family of EC2's instance metadata service, if its URL is not set.
    pub ec2_metadata_service_endpoint_mode: Option<EndpointMode>,
    /// Whether to skip EC2's instance metadata service (`true`) or to use it (`false`), regardless of the environment.
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
    /// Every account except these.
    AllBut(Vec<AccountId>),
    /// These accounts.
    Only(Vec<AccountId>),
}

/// A proxy, or a direct connection.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a proxy, or no proxy at all")]
pub enum ProxySetting {
    /// No proxy, regardless of the environment.
    Direct,
    /// This proxy.
    Proxy(ProxyUrl),
}

/// A role to assume, with the parameters of
/// [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the code that makes one decides about every setting")]
pub struct AssumeRole {
    /// The ARN of the role.
    pub role_arn: Arn,
    /// The duration of the session, by default 15 minutes.
    pub duration: Option<SessionDuration>,
    /// The external ID that the role's trust policy requires.
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
    /// The keys of the tags that later sessions inherit.
    pub transitive_tag_keys: Vec<String>,
}

impl AssumeRole {
    /// Creates a role with nothing else set.
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

/// A role to assume with an identity token, with the parameters of
/// [AssumeRoleWithWebIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the code that makes one decides about every setting")]
pub struct AssumeRoleWithWebIdentity {
    /// The ARN of the role. By default, the variable `AWS_ROLE_ARN`.
    pub role_arn: Option<Arn>,
    /// The duration of the session. By default STS decides: an hour.
    pub duration: Option<SessionDuration>,
    /// A policy that narrows the permissions of the session.
    pub policy: Option<Policy>,
    /// Managed policies that narrow the permissions of the session.
    pub policy_arns: Vec<Arn>,
    /// The name of the session.
    pub session_name: Option<SessionName>,
    /// The token. By default, the variable `TF_AWS_WEB_IDENTITY_TOKEN` or `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub token: Option<WebIdentityTokenSource>,
}

/// The place of an identity token: a file or the configuration itself.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WebIdentityTokenSource {
    /// A file that holds the token.
    File(PathBuf),
    /// The token itself.
    Token(WebIdentityToken),
}

/// The retry mode: see the [SDK's reference](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RetryMode {
    /// Retries with growing waits.
    Standard,
    /// Also slows down first attempts while AWS throttles.
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
