//! Tests of the sandbox with HTTP requests that SDKs cannot send, and tests of the program `ecr-sandbox`.

mod client;

// The tests, by subject.
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
