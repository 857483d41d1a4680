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
//! It answers `GetAuthorizationToken` of both services, and `GetCallerIdentity`, `AssumeRole` and `AssumeRoleWithWebIdentity`. It serves HTTP
//! and HTTPS on loopback, also as a proxy that stands in for AWS's hosts. It also plays the other sources of credentials: EC2's instance
//! metadata, the agents of ECS and EKS, and IAM Identity Center. It checks signatures against its keys. Its registries accept the tokens
//! that it returns until they expire, as ECR's do (see [`Options::registry`]). It sends requests to the OCI registry behind it alone, and none to AWS. All data is in memory.
//!
//! A session with a policy can do what the policy allows, and so can its tokens. Everything else is rejected in AWS's words. A policy that
//! the sandbox cannot enforce is rejected too.

// The modules from the bottom up: each uses its own group and the groups above.

// The options, and the knowledge about hosts, keys and paths.
mod domain;
mod host;
mod key;
mod nearest;
mod options;
mod path;

// The policies of sessions.
mod pattern;
mod policy;

// Requests, answers and connections.
mod action;
mod api_call;
mod authority;
mod fault;
mod refusal;
mod reply;
mod serve;
mod socket;
mod upstream;

// The state that all requests share.
mod calls;
mod port;
mod principal;
mod record;
mod registry;
mod registry_call;
mod secrets;
mod state;
mod tokens;

// From a request to its answer.
mod admin;
mod api;
mod ecr;
mod gate;
mod guard;
mod login;
mod machine;
mod proxy;
mod public;
mod route;
mod signature;
mod sso;
mod sts;

// The sandbox that runs.
mod accept;
mod blocking;
mod sandbox;

pub use crate::{
    action::{Action, UnknownAction},
    api_call::ApiCall,
    authority::Tls,
    blocking::Blocking,
    fault::{Effect, Fault},
    host::{Host, InvalidHost},
    key::{Key, is_account},
    options::Options,
    record::Request,
    sandbox::{Sandbox, StartError},
};
