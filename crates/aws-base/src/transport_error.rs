//! Errors of the connection to a server. The SDK's errors have these errors as their source.

use std::time::Duration;

/// A failure of a request through a proxy.
#[derive(Debug, thiserror::Error)]
#[error("through the proxy {proxy}")]
pub(crate) struct ViaProxy {
    pub(crate) proxy: String,
    /// Whether the proxy itself was unreachable or rejected the request.
    pub(crate) connecting: bool,
    pub(crate) source: Box<dyn std::error::Error + Send + Sync>,
}

/// The proxy requires a user name and a password, or rejects the given user name and password.
#[derive(Debug, thiserror::Error)]
#[error("it requires a user name and a password (HTTP 407)")]
pub(crate) struct Refused;

#[derive(Debug, thiserror::Error)]
#[error("no connection within {} s, including the lookup of the address", .0.as_secs_f32())]
pub(crate) struct NoConnection(pub(crate) Duration);

/// The host has no address. The message of this error is fixed, because the message of the operating system varies.
#[derive(Debug, thiserror::Error)]
#[error("dns error")]
pub(crate) struct NoAddress(#[source] pub(crate) reqwest::Error);

#[derive(Debug, thiserror::Error)]
#[error("reading this system's root certificates took longer than {} s{}", .0.as_secs(), .1)]
pub(crate) struct RootsTooSlow(pub(crate) Duration, pub(crate) String);

#[derive(Debug, thiserror::Error)]
#[error("no response within {} s", .0.as_secs_f32())]
pub(crate) struct TooSlow(pub(crate) Duration);

#[derive(Debug, thiserror::Error)]
#[error("the response is longer than 4 MiB")]
pub(crate) struct TooLong;

#[derive(Debug, thiserror::Error)]
#[error("the request has no body in memory")]
pub(crate) struct Streaming;
