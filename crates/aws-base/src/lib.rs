//! Reads the AWS configuration and finds the credentials, as hashicorp/aws does.
//!
//! Replaces HashiCorp's [aws-sdk-go-base](https://github.com/hashicorp/aws-sdk-go-base), the library that hashicorp/aws uses. The
//! fields of [`Settings`] have the same meaning as the arguments of the `provider "aws"` block. Missing settings come from the
//! environment and the shared files, in the same order as in hashicorp/aws. A [`Session`] finds the credentials. A [`Call`] sends
//! a request with these credentials to a service.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use aws_base::{Environment, Region, Session, Settings};
//!
//! let mut settings = Settings::default();
//! settings.region = Some(Region::parse("eu-west-1")?);
//! let session = Session::new(settings, Environment::of_process());
//! let found = session.credentials(&[], None, session.limit().await?).await?;
//! println!("{}", found.credentials.access_key_id());
//! # Ok(())
//! # }
//! ```

mod account_id;
mod allowed_accounts;
mod arn;
mod blocking;
mod bounded;
mod cache;
mod call;
mod certificate_flaw;
mod config;
mod credential_source;
mod credentials;
mod document;
mod endpoint;
mod endpoint_url;
mod environment;
mod error;
mod failure;
mod foreign;
mod http_client;
mod imds;
mod limit;
mod malformed;
mod near;
mod origin;
mod partition;
mod path;
mod policy;
mod port;
mod problem;
mod proxies;
mod proxy_url;
mod redaction;
mod refusal;
mod region;
mod retries;
mod secret;
mod secrets;
mod service;
mod session;
mod session_duration;
mod settings;
mod shared_files;
mod shown;
mod sources;
mod static_keys;
mod sts;
mod transport_error;
mod trust;
mod user_agent;
mod warning;

pub use crate::{
    account_id::{AccountId, InvalidAccountId},
    arn::{Arn, ArnSections, InvalidArn, InvalidArnForm},
    bounded::{Bounded, ExternalId, InvalidLength, SessionName, SourceIdentity, WebIdentityToken},
    cache::{Cache, Expiring},
    call::{Attempts, Call, client, wait_when_throttled},
    config::Config,
    credential_source::CredentialSource,
    credentials::{SourcedCredentials, renewals_end},
    endpoint_url::{EndpointUrl, InvalidEndpointUrl},
    environment::Environment,
    error::{Error, Operation, Refusal, Tried},
    failure::Failure,
    foreign::Quote,
    limit::Limit,
    malformed::Malformed,
    origin::Origin,
    partition::Partition,
    policy::{InvalidPolicy, Policy},
    port::{port_number, split_port},
    problem::{LoginProblem, SettingProblem, SharedFilesProblem, SourceProblem},
    proxy_url::{InvalidProxyUrl, ProxyUrl},
    region::{InvalidRegion, Region},
    secret::Secret,
    secrets::Secrets,
    service::Service,
    session::Session,
    session_duration::{InvalidSessionDuration, SessionDuration},
    settings::{
        AllowedAccounts, AssumeRole, AssumeRoleWithWebIdentity, EndpointMode, ProxySetting, RetryMode, Settings,
        WebIdentityTokenSource,
    },
    shown::{HIDDEN, Shown},
    static_keys::{InvalidStaticKeys, KeyFlaw, StaticKeys},
    user_agent::UserAgent,
    warning::Warning,
};
