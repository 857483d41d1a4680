//! The protocol's messages and services, generated from `proto/` and checked in.
//!
//! `tests/generated.rs` regenerates them, and fails if they differ.
#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "generated"
)]

#[path = "generated/grpc.health.v1.rs"]
#[rustfmt::skip]
pub(crate) mod health;
#[rustfmt::skip]
pub(crate) mod plugin;
#[rustfmt::skip]
pub(crate) mod tfplugin6;
