//! A local stand-in for Amazon ECR, ECR Public and AWS STS, whose tokens really log in.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use ecr_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! println!("AWS_ENDPOINT_URL={}", sandbox.url());
//! // … whatever asks AWS …
//! assert_eq!(sandbox.requests().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! It answers `GetAuthorizationToken` of both services, and `GetCallerIdentity`, `AssumeRole` and
//! `AssumeRoleWithWebIdentity`, over HTTP and HTTPS, on loopback, also as a proxy that stands in for AWS's hosts; plays what else AWS's SDKs have credentials from: EC2's
//! instance metadata, the agents of ECS and EKS, and IAM Identity Center; checks signatures against the keys it was given; and lets
//! the tokens it hands out into its registries (see [`Options::registry`]), as ECR does, until they expire. It asks nobody
//! anything, least of all AWS. What it keeps is in memory.

mod action;
mod admin;
mod api;
mod authority;
mod blocking;
mod call;
mod calls;
mod connection;
mod ecr;
mod fault;
mod gate;
mod guard;
mod host;
mod machine;
mod nearest;
mod options;
mod port;
mod principal;
mod proxy;
mod record;
mod refusal;
mod reply;
mod rewound;
mod route;
mod sandbox;
mod secrets;
mod signature;
mod sso;
mod sts;
mod tokens;
mod upstream;

pub use crate::{
    action::{Action, UnknownAction},
    authority::Tls,
    blocking::Blocking,
    call::Call,
    fault::{Effect, Fault},
    host::{Host, InvalidHost},
    options::{Key, Options, is_account},
    record::Request,
    sandbox::{Sandbox, StartError},
};
