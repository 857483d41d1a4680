//! Plays Terraform against a provider binary.
//!
//! [`Terraform`] starts the binary the way hashicorp/go-plugin does for Terraform and OpenTofu: magic cookie, protocol
//! versions and a throw-away client certificate in the environment, one handshake line on stdout, mutual TLS with
//! exactly the two certificates exchanged that way, then gRPC. What comes back is a [`Plugin`], which is a [`Client`]
//! (one method per call of plugin protocol 6) with a [`Process`].
//!
//! ```no_run
//! # async fn example() -> Result<(), terraform_plugin_testing::Error> {
//! use terraform_plugin_testing::Terraform;
//!
//! // In a test of the provider's crate: env!("CARGO_BIN_EXE_terraform-provider-x")
//! let plugin = Terraform::new("target/debug/terraform-provider-x").spawn().await?;
//! let schema = plugin.schema().await?;
//! let exit = plugin.shutdown().await?;
//! assert!(exit.status.success());
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here is shared with the crate that implements the other side of the protocol: an error in one cannot hide
//! behind the same error in the other. Values travel as [`rmpv::Value`]; [`Config`] fills a schema the way Terraform
//! does. The environment of the process is empty but for what [`Terraform`] documents. Unix only.

#![cfg(unix)]

mod client;
mod config;
mod diagnostic;
mod error;
mod generated;
mod handshake;
mod identity;
mod lines;
mod opened;
mod plugin;
mod process;
mod streams;
mod terraform;
mod tls;
mod transport;
mod value;

pub use nix::sys::signal::Signal;
pub use rmpv::Value;
pub use tokio_rustls::rustls::ProtocolVersion;
pub use tonic::{Code, Status};

pub use crate::{
    client::{Answer, Client},
    config::Config,
    error::Error,
    generated::tfplugin6::{
        Diagnostic, DynamicValue, Function, FunctionError, Schema, call_function, diagnostic::Severity, get_functions,
        get_metadata, get_provider_schema, get_resource_identity_schemas, renew_ephemeral_resource, schema,
    },
    handshake::{Address, Handshake},
    identity::Identity,
    lines::Lines,
    opened::{Deferred, Opened},
    plugin::{Exit, Plugin},
    process::{Output, Process},
    terraform::{Terraform, Tls},
    tls::{Credentials, Negotiated},
    value::{decode, encode, is_unknown, object, refined_unknown, unknown},
};
