//! The output and the exit status of a client.

use std::{fmt, process::ExitStatus};

use serde_json::Value as Json;

/// A finished run of a client.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert!(self.status.success(), "{self}");
        self
    }

    /// Asserts that the client ended with an exit code other than 0, and that all these texts are on stderr.
    #[track_caller]
    pub(crate) fn fails(self, parts: &[&str]) -> Self {
        assert!(self.status.code().is_some_and(|code| code != 0), "{self}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is missing in {self}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self}"))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n{}\n{}", self.command, self.status, self.stdout, self.stderr)
    }
}
