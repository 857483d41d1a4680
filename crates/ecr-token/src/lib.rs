//! Amazon ECR authorization tokens from an AWS configuration.
//!
//! ```no_run
//! # async fn example() -> Result<(), std::sync::Arc<ecr_token::Error>> {
//! let mut settings = ecr_token::Settings::default();
//! settings.region = Some("eu-west-1".to_owned());
//! let token = ecr_token::Client::new(settings).authorization_token(None).await?;
//! println!("docker login --username {} {}", token.user_name(), token.registry());
//! # Ok(())
//! # }
//! ```
//!
//! Settings mean what they mean in the `provider "aws"` block of Terraform's hashicorp/aws; what they leave out comes
//! from the environment and the shared files, in hashicorp/aws's order. This crate knows nothing of Terraform, and no type
//! of the AWS SDK is part of its API.

mod account;
mod attempts;
mod blocking;
mod cache;
mod call;
mod client;
mod config;
mod credentials;
mod docker_config;
mod endpoint;
mod environment;
mod error;
mod foreign;
mod http_client;
mod image;
mod imds;
mod near;
mod partition;
mod path;
mod port;
mod proxy;
mod redaction;
mod refusal;
mod region;
mod registry;
mod retries;
mod secret;
mod settings;
mod shared_files;
mod shown;
mod sts;
mod switch;
mod token;
mod trust;
mod user_agent;
mod warning;

pub use crate::{
    account::{check_account_ids, is_account_id},
    client::Client,
    credentials::{check_static_keys, renewals_end},
    docker_config::{Login, docker_config_json},
    endpoint::{check_endpoint, shown_endpoint},
    error::{Asked, Error, Failure, Origin, Refusal, Tried},
    foreign::Quote,
    image::{ImageUri, InvalidImageUri},
    port::{port_number, split_port},
    proxy::check_proxy,
    region::{PUBLIC_REGION, check_region, check_region_form, region_flaw},
    registry::{NoRegistry, PrivateRegistry, Registry},
    secret::Secret,
    settings::{AssumeRole, AssumeRoleWithWebIdentity, EndpointMode, Endpoints, RetryMode, Settings},
    shown::{HIDDEN, shown},
    token::{Malformed, Token},
    warning::Warning,
};
