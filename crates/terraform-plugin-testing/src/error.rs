//! What can go wrong between Terraform and a plugin.

use std::{error, fmt, io, path::PathBuf, process::ExitStatus, time::Duration};

use tokio_rustls::rustls;
use tonic::Status;

/// A plugin that Terraform could not have used, or a step that took too long.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client certificate could not be made.
    Certificate(rcgen::Error),
    /// The plugin's address took no connection, TLS failed, or no gRPC answer came over it.
    Connect {
        /// The address as the handshake line has it.
        address: String,
        /// What failed, outermost cause first.
        reason: String,
    },
    /// The first line on stdout is not a handshake that Terraform understands.
    Handshake {
        /// The line as the plugin wrote it.
        line: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The plugin ended, or closed stdout, before it wrote a line.
    NoHandshake {
        /// How the process ended, if it did.
        status: Option<ExitStatus>,
        /// What it wrote to stderr until then.
        stderr: String,
    },
    /// A call was answered with a gRPC error.
    Rpc(Status),
    /// The process could not be signalled or waited for.
    Process(io::Error),
    /// The process could not be started.
    Start {
        /// What was to be started.
        binary: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
    /// Something did not happen in time.
    Timeout {
        /// What was waited for.
        what: String,
        /// For how long.
        after: Duration,
    },
    /// The TLS client could not be set up.
    Tls(rustls::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(_) => write!(f, "no client certificate could be made"),
            Self::Connect { address, reason } => write!(f, "no connection to the plugin at {address}: {reason}"),
            Self::Handshake { line, reason } => write!(f, "unrecognized remote plugin message, {reason}: {line:?}"),
            Self::NoHandshake { status: None, stderr } => {
                write!(f, "the plugin closed stdout without a handshake; stderr: {stderr:?}")
            }
            Self::NoHandshake { status: Some(status), stderr } => {
                write!(f, "the plugin ended before the handshake ({status}); stderr: {stderr:?}")
            }
            Self::Rpc(status) => write!(f, "the call failed with {:?}: {}", status.code(), status.message()),
            Self::Process(_) => write!(f, "the plugin's process could not be handled"),
            Self::Start { binary, .. } => write!(f, "{} could not be started", binary.display()),
            Self::Timeout { what, after } => write!(f, "no {what} within {after:?}"),
            Self::Tls(_) => write!(f, "the TLS client could not be set up"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Certificate(source) => Some(source),
            Self::Process(source) | Self::Start { source, .. } => Some(source),
            Self::Tls(source) => Some(source),
            Self::Connect { .. }
            | Self::Handshake { .. }
            | Self::NoHandshake { .. }
            | Self::Rpc(_)
            | Self::Timeout { .. } => None,
        }
    }
}

impl From<rcgen::Error> for Error {
    fn from(source: rcgen::Error) -> Self {
        Self::Certificate(source)
    }
}

impl From<rustls::Error> for Error {
    fn from(source: rustls::Error) -> Self {
        Self::Tls(source)
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Rpc(status)
    }
}

/// `error` and its causes in one line: "a: b: c".
pub(crate) fn chain(error: &(dyn error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
