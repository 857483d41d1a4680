//! Errors that occur while a test starts a plugin or communicates with it.

use std::{error, fmt, io, path::PathBuf, process::ExitStatus, time::Duration};

use tokio_rustls::rustls;
use tonic::Status;

/// The error if Terraform could not use a plugin, or if a step took too long.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client certificate cannot be made.
    #[error("cannot make the client certificate")]
    Certificate(#[from] rcgen::Error),
    /// The plugin's address accepts no connection, TLS fails, or the connection returns no gRPC response.
    #[error("cannot connect to the plugin at {address}: {reason}")]
    Connect {
        /// The address in the handshake line.
        address: String,
        /// The error and its causes, with the outermost error first.
        reason: String,
    },
    /// The first line on stdout is not a handshake that Terraform accepts.
    #[error("unrecognized remote plugin message, {reason}: {line:?}")]
    Handshake {
        /// The line that the plugin printed.
        line: String,
        /// The mistake in the line.
        reason: String,
    },
    /// The plugin ended, or closed stdout, before it printed its first line.
    #[error("the plugin {} before the handshake; stderr: {stderr:?}", Ended(.status))]
    NoHandshake {
        /// The exit status, if the process has ended.
        status: Option<ExitStatus>,
        /// The text on stderr so far.
        stderr: String,
    },
    /// A call failed with a gRPC error.
    #[error("the call failed with {:?}: {}", .0.code(), .0.message())]
    Rpc(Status),
    /// The test cannot signal the process or wait for it.
    #[error("cannot signal the plugin's process or wait for it")]
    Process(#[source] io::Error),
    /// The process cannot be started.
    #[error("cannot start {}", .binary.display())]
    Start {
        /// The path of the program.
        binary: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// An expected event did not happen in time.
    #[error("{what} did not come within {after:?}")]
    Timeout {
        /// The name of the event.
        what: String,
        /// The time that the test waited.
        after: Duration,
    },
    /// The TLS client cannot be set up.
    #[error("cannot set up the TLS client")]
    Tls(#[from] rustls::Error),
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Rpc(status)
    }
}

struct Ended<'a>(&'a Option<ExitStatus>);

impl fmt::Display for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(status) => write!(f, "ended ({status})"),
            None => f.write_str("closed stdout"),
        }
    }
}

/// Formats `error` and its causes in one line: "error: cause: cause of the cause".
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
