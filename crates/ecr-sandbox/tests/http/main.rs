//! Tests of the sandbox with HTTP requests that SDKs cannot send, and tests of its program.

mod client;

// The tests, by theme.
mod admin;
mod bad_requests;
mod calls;
mod command_line;
mod ecr_public;
mod faults;
mod hosts;
mod machine;
mod policies;
mod registries;
mod sessions;
mod signatures;
