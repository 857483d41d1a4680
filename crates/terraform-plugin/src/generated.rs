//! The messages and services of the protocol. The code is generated from `proto/` and checked in.
//!
//! The test in `tests/generated.rs` generates the code again, and fails if the code differs.
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
