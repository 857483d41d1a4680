//! The sandbox, asked over HTTP by nobody's SDK: what is signed wrong, not at all, or makes no sense.

mod client;

// The tests, by theme.
mod admin;
mod bad_requests;
mod calls;
mod faults;
mod machine;
mod registries;
mod sessions;
mod signatures;
