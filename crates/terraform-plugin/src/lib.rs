//! Terraform and OpenTofu providers in Rust: plugin protocol 6, with ephemeral resources and functions.
//!
//! Implement [`Provider`]. Implement [`EphemeralResource`] for each resource of the provider, and [`Function`] for each function. Pass the
//! provider to a [`Server`]. This crate does the rest. It performs the handshake with Terraform, and sets up mutual TLS that accepts only
//! the Terraform process that started the provider. It decodes values according to the schema, sends diagnostics that point at an
//! attribute, and writes logs in Terraform's format. It handles interrupts and shutdown, and ends the process when Terraform is killed.
//!
//! The API of this crate does not expose types of the gRPC libraries that the crate uses.
//!
//! # A provider
//!
//! ```no_run
#![doc = include_str!("../examples/weather.rs")]
//! ```
//!
//! A configuration gets the password with `ephemeral "weather_password" "gate" {}`. The configuration needs
//! `weather = { source = "example/weather" }` in `required_providers`. Terraform must find the binary
//! `terraform-provider-weather`. With
//! [`dev_overrides`](https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers),
//! Terraform runs the binary from the build directory. To run the binary by hand for debugging, use
//! `terraform-provider-weather -debug`.
//!
//! # Rules for a provider
//!
//! - Terraform starts several processes of the provider for one command. Start quickly. Do not keep state in memory for the next process,
//!   because the processes do not share memory.
//! - [`model!`] declares arguments, attributes and their checks. Some values of a configuration are [unknown](Value::Unknown) until apply.
//!   Checks do not run for unknown values. Rules about several attributes can use the type [`Setting`](argument::Setting), which shows
//!   whether a value is unknown.
//! - In an error, name the failure and the remedy. This crate never lets a diagnostic point at a sensitive attribute. The text of a
//!   diagnostic must not contain the value of such an attribute.
//! - An interrupt drops the futures of running calls. Run blocking work in `tokio::task::spawn_blocking`.
//! - Write logs with [`tracing`]. By default, this crate and the crate of your provider log at every level. All other crates log
//!   at WARN and above. Add your other crates with [`Logging::own`].
//!
//! # Without models
//!
//! A provider that knows its schema only at run time builds a [`Schema`] from [`Attribute`]s, and uses [`Object`] as its model. Add checks
//! with [`Attribute::check`]. If the provider reads an attribute that the schema does not have, the call from Terraform fails. The error
//! contains the line number of the code that reads the attribute.

pub mod argument;
mod colors;
mod command_line;
mod connections;
mod core_dumps;
mod diagnostics;
mod dynamic_value;
mod element_limit;
mod environment;
mod ephemeral;
mod function;
mod generated;
mod go_plugin;
mod grpc;
mod handshake;
mod interrupt;
mod lifecycle;
mod listener;
mod logging;
pub mod model;
mod number;
mod panics;
mod path;
mod problem;
mod provider;
mod reattach;
mod registry;
mod rpc;
mod schema;
mod server;
mod tls;
mod types;
mod value;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use crate::{
    diagnostics::{Diagnostic, Diagnostics, Severity},
    ephemeral::{Deferral, EphemeralResource, EphemeralResources, Open, Opened, Renewed},
    function::{Function, FunctionError, Functions, Parameter, Signature},
    logging::Logging,
    model::Model,
    number::Number,
    path::AttributePath,
    problem::Problem,
    provider::{Configure, Provider},
    schema::{Attribute, Block, NestedBlock, Nesting, Schema},
    server::Server,
    types::Type,
    value::{Object, Value},
};
