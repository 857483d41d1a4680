//! Terraform and OpenTofu providers in Rust: plugin protocol 6, with ephemeral resources and functions.
//!
//! Implement [`Provider`], and [`EphemeralResource`] or [`Function`] for what it offers; hand it to [`serve`].
//! Everything between Terraform and those traits is this crate's: the handshake, mutual TLS pinned to the one client,
//! the codec that reads values by their schema, diagnostics that point at an attribute, logs in Terraform's form,
//! interrupts, shutdown, and the end of the process when Terraform is killed.
//!
//! No type of the gRPC stack is part of this API.
//!
//! ```no_run
//! use terraform_plugin::*;
//!
//! struct Weather;
//!
//! #[async_trait]
//! impl Provider for Weather {
//!     type Client = String;
//!
//!     fn name(&self) -> &'static str { "weather" }
//!     fn address(&self) -> &'static str { "example/weather" }
//!     fn version(&self) -> &'static str { env!("CARGO_PKG_VERSION") }
//!
//!     fn schema(&self) -> Schema {
//!         Schema::new(Block::new("").attribute(Attribute::string("station").optional()))
//!     }
//!
//!     async fn configure(&self, request: Configure) -> Result<Configured<String>, Diagnostics> {
//!         Ok(Configured::new(request.config.string("station").unwrap_or("harbour").to_owned()))
//!     }
//!
//!     fn ephemeral_resources(&self) -> Vec<Box<dyn EphemeralResource<String>>> {
//!         vec![Box::new(Password)]
//!     }
//! }
//!
//! struct Password;
//!
//! #[async_trait]
//! impl EphemeralResource<String> for Password {
//!     fn type_name(&self) -> &'static str { "weather_password" }
//!
//!     fn schema(&self) -> Schema {
//!         Schema::new(Block::new("").attribute(Attribute::string("password").computed().sensitive()))
//!     }
//!
//!     async fn open(&self, station: &String, config: Object) -> Result<Opened, Diagnostics> {
//!         Ok(Opened::new(config.with("password", format!("open, {station}"))))
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     serve(Weather)
//! }
//! ```

mod command_line;
mod connections;
mod core_dumps;
mod diagnostics;
mod dynamic_value;
mod environment;
mod ephemeral;
mod function;
mod generated;
mod go_plugin;
mod handshake;
mod interrupt;
mod lifecycle;
mod listener;
mod logging;
mod number;
mod panics;
mod path;
mod provider;
mod reattach;
mod registry;
mod rpc;
mod schema;
mod serve;
mod tls;
mod types;
mod value;

/// What the asynchronous traits of this crate are implemented with.
pub use tonic::async_trait;

pub use crate::{
    diagnostics::{Diagnostic, Diagnostics, Severity},
    ephemeral::{EphemeralResource, Opened, Renewed},
    function::{Function, FunctionError, Parameter, Signature},
    number::Number,
    path::AttributePath,
    provider::{Configure, Configured, Provider},
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    serve::serve,
    types::Type,
    value::{Object, Value},
};
