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

/// The parsed arguments of an AWS configuration. Missing settings come from the environment and the shared files.
///
/// The fields have the same names and the same meaning as in the `provider "aws"` block.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "code that creates this struct must decide about every setting")]
pub struct Settings {
    /// Static keys: `access_key`, `secret_key` and `token`. They replace every other source of credentials.
    pub static_keys: Option<StaticKeys>,
    /// The name of a profile in the shared files. It takes precedence over keys and web identity in the environment.
    pub profile: Option<String>,
    /// Files to read instead of `~/.aws/config`, in order.
    pub shared_config_files: Vec<PathBuf>,
    /// Files to read instead of `~/.aws/credentials`, in order.
    pub shared_credentials_files: Vec<PathBuf>,
    /// A role to assume with an identity token. Replaces every other source of credentials except static keys.
    pub assume_role_with_web_identity: Option<AssumeRoleWithWebIdentity>,
    /// Roles to assume, in this order. The first role is assumed with the credentials that were found. Each later role is assumed
    /// with the credentials of the role before it.
    pub assume_role: Vec<AssumeRole>,
    /// The Region for requests, unless the caller passes a Region.
    pub region: Option<Region>,
    /// Whether a Region that this version does not know is accepted.
    pub skip_region_validation: bool,
    /// The Region for requests to STS, if it differs from `region`.
    pub sts_region: Option<Region>,
    /// The accounts that the credentials are allowed to belong to: `allowed_account_ids` or `forbidden_account_ids`.
    pub allowed_accounts: AllowedAccounts,
    /// If true, the account of the credentials is not requested from STS. Has an effect only if `skip_requesting_account_id`
    /// is set too.
    pub skip_credentials_validation: bool,
    /// See `skip_credentials_validation`.
    pub skip_requesting_account_id: bool,
    /// URLs that replace AWS's own endpoints.
    pub endpoints: BTreeMap<Service, EndpointUrl>,
    /// Whether to use FIPS endpoints. If `false`, the environment and the profile decide.
    pub use_fips_endpoint: bool,
    /// Whether to use dual-stack endpoints. If `false`, the environment and the profile decide.
    pub use_dualstack_endpoint: bool,
    /// The maximum number of attempts of a call. A number above 1000 is treated as 1000. If a host or a proxy is unreachable, at
    /// most 3 attempts are made.
    pub max_retries: Option<NonZeroU32>,
    /// The retry mode. It has no effect.
    pub retry_mode: Option<RetryMode>,
    /// The number of tokens for retries, unlimited by default. A retry takes 5 of these tokens, or 10 after a timeout. A call
    /// that succeeds puts these tokens back.
    pub token_bucket_rate_limiter_capacity: Option<NonZeroUsize>,
    /// The proxy for `http` endpoints. It is also used for `https` endpoints if no proxy is configured for `https`.
    pub http_proxy: Option<ProxySetting>,
    /// The proxy for `https` endpoints.
    pub https_proxy: Option<ProxySetting>,
    /// The hosts that are called without a proxy, in the format of the environment variable `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// A file of PEM certificates to trust instead of the system's certificates.
    pub custom_ca_bundle: Option<PathBuf>,
    /// Whether to trust every certificate.
    pub insecure: bool,
    /// The URL of EC2's instance metadata service.
    pub ec2_metadata_service_endpoint: Option<EndpointUrl>,
    /// The address family of EC2's instance metadata service. Has an effect only if the URL of the service is not set.
    pub ec2_metadata_service_endpoint_mode: Option<EndpointMode>,
    /// Whether to skip EC2's instance metadata service (`true`) or to use it (`false`), regardless of the environment.
    pub skip_metadata_api_check: Option<bool>,
    /// Products to add to the `User-Agent` of requests to ECR and STS, such as `product/1.0 (comment)`.
    pub user_agent: Vec<String>,
}

/// The accounts that the credentials are allowed to belong to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum AllowedAccounts {
    /// Every account.
    #[default]
    Any,
    /// Every account except these.
    AllBut(Vec<AccountId>),
    /// Only these accounts.
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
#[expect(clippy::exhaustive_structs, reason = "code that creates this struct must decide about every setting")]
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
    /// The keys of the tags that a role's session inherits if the role is assumed with the credentials of this session.
    pub transitive_tag_keys: Vec<String>,
}

impl AssumeRole {
    /// Creates a role with only the ARN set.
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
#[expect(clippy::exhaustive_structs, reason = "code that creates this struct must decide about every setting")]
pub struct AssumeRoleWithWebIdentity {
    /// The ARN of the role. The default comes from the environment variable `AWS_ROLE_ARN`.
    pub role_arn: Option<Arn>,
    /// The duration of the session. The default of STS is one hour.
    pub duration: Option<SessionDuration>,
    /// A policy that narrows the permissions of the session.
    pub policy: Option<Policy>,
    /// Managed policies that narrow the permissions of the session.
    pub policy_arns: Vec<Arn>,
    /// The name of the session.
    pub session_name: Option<SessionName>,
    /// The token. The default comes from the environment variable `TF_AWS_WEB_IDENTITY_TOKEN` or `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub token: Option<WebIdentityTokenSource>,
}

/// The source of an identity token: a file or the configuration itself.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WebIdentityTokenSource {
    /// The path of a file that contains the token.
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
    /// Retries with growing waits, and also delays first attempts while AWS throttles requests.
    Adaptive,
}

/// The address family of EC2's instance metadata service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EndpointMode {
    /// The IPv4 address of the service.
    IpV4,
    /// The IPv6 address of the service.
    IpV6,
}

impl RetryMode {
    /// Parses `standard` or `adaptive`. Returns `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "standard" => Some(Self::Standard),
            "adaptive" => Some(Self::Adaptive),
            _ => None,
        }
    }
}

impl EndpointMode {
    /// Parses `IPv4` or `IPv6`, in any case. Returns `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "ipv4" => Some(Self::IpV4),
            "ipv6" => Some(Self::IpV6),
            _ => None,
        }
    }
}
