//! Debian's `docker-registry`, a real registry that runs behind the sandbox.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::deadline::{DEADLINE, eventually};

/// The configuration of the registry. The registry accepts requests without a login, because the sandbox in front of the registry
/// checks logins.
const CONFIGURATION: &str = "
version: 0.1
log:
  level: info
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: storage
http:
  addr: 127.0.0.1:0
";

/// A running registry. The process is killed when this value is dropped.
#[derive(Debug)]
pub struct Registry {
    process: Child,
    /// The URL of the registry, on loopback.
    pub url: String,
    _home: TempDir,
}

impl Registry {
    /// Starts the program with its own configuration file, and waits until it listens.
    ///
    /// # Panics
    /// If the program does not start.
    #[must_use]
    pub fn start(program: &Path) -> Self {
        let home = tempfile::tempdir().expect("a directory for the registry");
        let (configuration, log) = (home.path().join("config.yml"), home.path().join("log"));
        fs::write(&configuration, CONFIGURATION).expect("a file can be written");
        let process = Command::new(program)
            .arg("serve")
            .arg(configuration)
            .env_clear()
            .env("HOME", home.path())
            // Without this variable, version 3 of the program would try to connect to an OpenTelemetry collector.
            .env("OTEL_TRACES_EXPORTER", "none")
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a file can be written"))
            .spawn()
            .expect("the registry starts");
        let mut registry = Self { process, url: String::new(), _home: home };
        let read = || fs::read_to_string(&log).unwrap_or_default();
        let listens = eventually(DEADLINE, || {
            port(&read()).map(|port| registry.url = format!("http://127.0.0.1:{port}")).is_some()
        });
        assert!(listens, "{}", read());
        registry
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // Each call fails only if the process has already ended.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Parses the port in the line that the registry logs when it listens.
fn port(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once("listening on 127.0.0.1:")?;
    rest.split_once(|letter: char| !letter.is_ascii_digit())?.0.parse().ok()
}
