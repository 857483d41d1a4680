//! A local stand-in for Amazon ECR, ECR Public and AWS STS. Container clients can log in with its tokens.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use ecr_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! println!("AWS_ENDPOINT_URL={}", sandbox.url());
//! // … code that sends a request to AWS …
//! assert_eq!(sandbox.requests().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! The sandbox answers `GetAuthorizationToken` of ECR and ECR Public, and `GetCallerIdentity`, `AssumeRole` and
//! `AssumeRoleWithWebIdentity` of STS. It serves HTTP and HTTPS on loopback, also as a proxy that stands in for AWS's hosts. It
//! also stands in for the other sources of credentials: EC2's instance metadata, the agents of ECS and EKS, and IAM Identity
//! Center. It verifies signatures with its configured keys. Its registries accept the sandbox's tokens until the tokens expire,
//! as ECR's registries do (see [`Options::registry`]). The sandbox sends requests only to the OCI registry behind it, and never
//! to AWS. All data is in memory.
//!
//! A session with a session policy can do only what the policy allows. Tokens of the session have the same limits. Requests that
//! the policy does not allow are rejected with AWS's error messages. A policy that the sandbox cannot enforce is also rejected.

// The groups of modules, from the lowest level up. A module uses only modules of its own group and of earlier groups.

// The options, and facts about hosts, keys and paths.
mod domain;
mod host;
mod key;
mod nearest;
mod options;
mod path;

// The policies of sessions.
mod pattern;
mod policy;

// Requests, responses and connections.
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

// The path from a request to its response.
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

// The running sandbox.
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
