//! Terraform and OpenTofu providers in Rust: plugin protocol 6, with ephemeral resources and functions.
//!
//! Implement [`Provider`], and [`EphemeralResource`] or [`Function`] for what it offers. Pass it to a [`Server`].
//! This crate does the rest: the handshake, mutual TLS pinned to the one client, and the codec that reads values by their schema. It writes
//! diagnostics that point at an attribute, and logs in Terraform's form. It handles interrupts, shutdown, and the end of the process when
//! Terraform is killed.
//!
//! No type of the gRPC stack is part of this API.
//!
//! # A provider
//!
//! ```no_run
#![doc = include_str!("../examples/weather.rs")]
//! ```
//!
//! A configuration gets its password with `ephemeral "weather_password" "gate" {}`. For this, `required_providers` has
//! `weather = { source = "example/weather" }`, and Terraform finds the binary `terraform-provider-weather`. Terraform takes it
//! from the directory of the build with
//! [`dev_overrides`](https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers).
//! `terraform-provider-weather -debug` runs it by hand.
//!
//! # Rules for a provider
//!
//! - Terraform starts the process several times for one command, and nothing survives from one to the next: start quickly,
//!   and keep nothing in it.
//! - [`model!`] declares arguments, attributes and their checks. A configuration has values that are
//!   [unknown](Value::Unknown) until apply; no check runs for these, and rules about several attributes see them by a
//!   [`Setting`](argument::Setting).
//! - An error says what failed and what to do. No diagnostic points at a sensitive attribute; a text must not repeat its value.
//! - An interrupt drops the futures of what is in flight. Blocking work belongs into `tokio::task::spawn_blocking`.
//! - Logs are [`tracing`]'s. The crate of your provider is heard at every level; name others of yours in
//!   [`Logging`]. All other crates are heard at WARN and above.
//!
//! # Without models
//!
//! A provider that finds its schema at run time builds a [`Schema`] of [`Attribute`]s, and takes [`Object`] for its model. The
//! checks of [`Attribute::check`] work in the same way. To read an attribute that the schema does not have fails the call, and the
//! error names the place.

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
