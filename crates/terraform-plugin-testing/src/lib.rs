//! Tests a provider binary. This crate acts as Terraform.
//!
//! [`Terraform`] starts the binary like hashicorp/go-plugin does for Terraform and OpenTofu. The environment has the magic
//! cookie, the protocol versions and a temporary client certificate. The binary prints one handshake line on stdout, with its own
//! certificate. Then gRPC runs over mutual TLS with exactly these two certificates. The result is a [`Plugin`], which combines a
//! [`Client`] and a [`Process`]. The client has one method for each call of plugin protocol 6.
//!
//! ```no_run
//! # async fn example() -> Result<(), terraform_plugin_testing::Error> {
//! use terraform_plugin_testing::{Config, Terraform};
//!
//! // In a test of the provider's crate: env!("CARGO_BIN_EXE_terraform-provider-weather")
//! let plugin = Terraform::new("target/debug/terraform-provider-weather").spawn().await?;
//! let schema = plugin.schema().await?;
//!
//! let provider = Config::empty(schema.provider_block());
//! let diagnostics = plugin.validate_provider(provider.clone().set("station", true)).await?;
//! assert!(diagnostics[0].is_error(), "{}", diagnostics[0]);
//!
//! assert_eq!(plugin.configure(provider).await?, []);
//! let password = Config::empty(schema.ephemeral_block("weather_password"));
//! let opened = plugin.open("weather_password", password).await?;
//! assert_eq!(opened.object()["password"].as_str(), Some("open, harbour"));
//! plugin.process().assert_hides(&["open, harbour"]);
//!
//! let exit = plugin.shutdown().await?;
//! assert!(exit.status.success() && !exit.killed);
//! # Ok(())
//! # }
//! ```
//!
//! This crate shares no code with `terraform-plugin`, the crate that implements the provider's side of the protocol. A bug in one crate can
//! therefore not hide a bug in the other crate. Values have the type [`Value`]. [`Config`] creates the values of configuration blocks in
//! the same way as Terraform. The environment of the process has only the variables that [`Terraform`] documents. The crate works only on
//! Unix.
//!
//! The types of the protocol messages are generated. The documentation of the protocol describes the fields:
//! <https://github.com/hashicorp/terraform/tree/main/docs/plugin-protocol>. The README explains which changes to this crate are breaking
//! changes.

#![cfg(unix)]

mod address;
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
mod responses;
mod streams;
mod terraform;
mod tls;
mod transport;
mod value;

/// A signal for [`Process::signal`].
pub use nix::sys::signal::Signal;
/// The time in [`Opened::renew_at`].
pub use prost_types::Timestamp;
/// A value in MessagePack. The attributes of an object can be read by name: `object["password"].as_str()`.
pub use rmpv::Value;
/// A version of TLS.
pub use tokio_rustls::rustls::ProtocolVersion;
/// A gRPC error and its code.
pub use tonic::{Code, Status};

pub use crate::{
    address::{Address, Stream},
    client::{CallResult, Client},
    config::Config,
    error::Error,
    handshake::Handshake,
    identity::Identity,
    lines::Lines,
    opened::{Deferred, Opened},
    plugin::{Exit, Plugin},
    process::{Output, Process},
    terraform::{Terraform, Tls},
    tls::{Credentials, Negotiated},
    value::{decode, encode, is_unknown, object, refined_unknown, unknown},
};

/// The optional features that a client says it supports: deferrals and write-only attributes.
pub use crate::generated::tfplugin6::ClientCapabilities;
/// An error or a warning, with the attribute that has the mistake.
pub use crate::generated::tfplugin6::Diagnostic;
/// A value on the wire, in MessagePack or JSON. It can be made from a [`Config`], a [`Value`], or bytes.
pub use crate::generated::tfplugin6::DynamicValue;
/// The signature of a function.
pub use crate::generated::tfplugin6::Function;
/// The error of a function, with the index of the argument that has the mistake.
pub use crate::generated::tfplugin6::FunctionError;
/// A schema with its version and its block.
pub use crate::generated::tfplugin6::Schema;
/// Messages of CallFunction.
pub use crate::generated::tfplugin6::call_function;
/// The severity of a [`Diagnostic`].
pub use crate::generated::tfplugin6::diagnostic::Severity;
/// Messages of GetFunctions.
pub use crate::generated::tfplugin6::get_functions;
/// Messages of GetMetadata.
pub use crate::generated::tfplugin6::get_metadata;
/// Messages of GetProviderSchema.
pub use crate::generated::tfplugin6::get_provider_schema;
/// Messages of GetResourceIdentitySchemas.
pub use crate::generated::tfplugin6::get_resource_identity_schemas;
/// Messages of RenewEphemeralResource.
pub use crate::generated::tfplugin6::renew_ephemeral_resource;
/// Blocks, attributes and nested blocks of a [`Schema`].
pub use crate::generated::tfplugin6::schema;
