//! Gets Amazon ECR authorization tokens with an AWS configuration.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use aws_base::{Environment, Region, Session, Settings};
//! use ecr_token::{Client, Request};
//!
//! let session = Session::new(Settings::default(), Environment::of_process());
//! let region = Some(Region::parse("eu-west-1")?);
//! let token = Client::new(session).token(Request { region, ..Request::default() }).await?;
//! println!("docker login --username {} {}", token.user_name(), token.registry());
//! # Ok(())
//! # }
//! ```
//!
//! This crate also composes and parses the names of registries and images, and writes session policies and the Docker
//! `config.json`. It does not depend on Terraform, and its API does not expose types of the AWS SDK.

mod client;
mod docker_config;
mod error;
mod image;
mod registry;
mod repository_pattern;
mod session_policy;
mod token;

pub use crate::{
    client::{Client, PUBLIC_REGION, Request, parse_partitions},
    docker_config::{Login, docker_config_json},
    error::Error,
    image::{ImageUri, InvalidImageUri, is_repository},
    registry::{NoPartition, PrivateRegistry, Registry},
    repository_pattern::{InvalidRepositoryPattern, RepositoryPattern},
    session_policy::{InvalidPermissions, Permissions},
    token::{InvalidToken, Token},
};
