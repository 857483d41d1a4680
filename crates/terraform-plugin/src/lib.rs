//! Terraform and OpenTofu providers in Rust: plugin protocol 6, with ephemeral resources and functions.
//!
//! Implement [`Provider`], and [`EphemeralResource`] or [`Function`] for what it offers. Pass the provider to a [`Server`].
//! This crate does the rest: the handshake, mutual TLS pinned to the one client, and the codec that reads values by their schema.
//! It also writes diagnostics that point at an attribute, and logs in Terraform's form. It handles interrupts and shutdown, and
//! ends the process when Terraform is killed.
//!
//! This API exposes no type of the gRPC stack.
//!
//! # A provider
//!
//! ```no_run
#![doc = include_str!("../examples/weather.rs")]
//! ```
//!
//! A configuration gets its password with `ephemeral "weather_password" "gate" {}`. For this, `required_providers` has
//! `weather = { source = "example/weather" }`, and Terraform finds the binary `terraform-provider-weather`. With
//! [`dev_overrides`](https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers),
//! Terraform takes the binary from the build directory. To run the binary by hand, use `terraform-provider-weather -debug`.
//!
//! # Rules for a provider
//!
//! - Terraform starts the process several times for one command, and no state survives from one process to the next. Start
//!   quickly, and keep no state in the process.
//! - [`model!`] declares arguments, attributes and their checks. A configuration has values that are [unknown](Value::Unknown)
//!   until apply. No check runs for unknown values. Rules about several attributes see unknown values as a
//!   [`Setting`](argument::Setting).
//! - In an error, name the failure and the remedy. Diagnostics never point at a sensitive attribute, and their text must not
//!   repeat its value.
//! - An interrupt drops the futures of the calls in flight. Run blocking work in `tokio::task::spawn_blocking`.
//! - Write logs with [`tracing`]. By default, the crate of your provider logs at every level, and all other crates at WARN and
//!   above. Name your other crates in [`Logging`].
//!
//! # Without models
//!
//! If a provider finds its schema at run time, it builds a [`Schema`] from [`Attribute`]s, and takes [`Object`] for its model.
//! The checks of [`Attribute::check`] work in the same way. If the provider reads an attribute that the schema does not have, the
//! call fails. The error names the place.

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
