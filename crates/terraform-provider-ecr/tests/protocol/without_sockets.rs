//! Tests on a machine that has no directory for a Unix socket: `TMPDIR` does not exist, and `/tmp` is read-only. A mount namespace
//! simulates this machine, so the tests need Linux.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use terraform_plugin_testing::{Address, Terraform, Tls};
use test_support::{programs::Programs, skip::skip};

use crate::session::terraform_with;

/// A script that runs the command in its arguments with a read-only `/tmp`. The files in `/tmp` stay readable, because the program of the
/// provider may be there.
const SCRIPT: &str = r#"#!/bin/sh
read_only="'<mount>' --bind /tmp /tmp && '<mount>' -o remount,bind,ro /tmp"
exec '<unshare>' --map-root-user --mount '<sh>' -c "$read_only && exec \"\$@\"" sh "$@"
"#;

const MISSING: &str = "/nonexistent/directory";

/// A simulated machine without a directory for sockets. `directory` holds the script that simulates the machine.
#[derive(Debug)]
pub(crate) struct Machine {
    directory: TempDir,
}

impl Machine {
    /// Creates the machine. If this fails, prints that the test is skipped, and returns `None`.
    pub(crate) fn make() -> Option<Self> {
        let programs = match Programs::find(&["mount", "sh", "true", "unshare"]) {
            Ok(programs) => programs,
            Err(missing) => return none(&missing.to_string()),
        };
        let directory = tempfile::tempdir().expect("a directory");
        let script = ["mount", "sh", "unshare"].iter().fold(SCRIPT.to_owned(), |script, name| {
            script.replace(&format!("<{name}>"), programs.path(name).to_str().expect("a path in UTF-8"))
        });
        let path = directory.path().join("in-namespace");
        fs::write(&path, script).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let probe = Command::new(&path).arg(programs.path("true")).output().expect("it starts");
        if !probe.status.success() {
            return none(&format!("no mount namespace can be made here: {}", String::from_utf8_lossy(&probe.stderr)));
        }
        Some(Self { directory })
    }

    /// Returns a builder that starts `program` on this machine. The program is the provider, or runs the provider.
    pub(crate) fn terraform(&self, program: impl AsRef<Path>) -> Terraform {
        terraform_with(self.directory.path().join("in-namespace")).arg(program.as_ref()).env("TMPDIR", MISSING)
    }
}

fn none(reason: &str) -> Option<Machine> {
    skip(reason);
    None
}

fn provider() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-ecr"))
}

#[tokio::test]
async fn without_a_certificate_the_error_names_each_directory() {
    let Some(machine) = Machine::make() else { return };
    let debugged = machine.terraform(provider()).tls(Tls::Off).without_env("TF_PLUGIN_MAGIC_COOKIE").arg("-debug");
    let without_tls = machine.terraform(provider()).tls(Tls::Off);
    let emptied = machine.terraform(provider()).tls(Tls::Off).env("PLUGIN_CLIENT_CERT", "");
    for terraform in [debugged, without_tls, emptied] {
        let output = terraform.run().await.expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        for stream in [&output.stdout, &output.stderr] {
            let text = stream.join("\n");
            let words = [MISSING, "No such file", "/tmp: ", "Read-only file system", "Set TMPDIR to a directory"];
            assert!(words.iter().all(|word| text.contains(word)), "{text}");
            assert!(!text.contains("127.0.0.1"), "{text}");
        }
    }
}

#[tokio::test]
async fn with_a_certificate_the_provider_listens_on_a_port_and_logs_why() {
    let Some(machine) = Machine::make() else { return };
    let plugin = machine.terraform(provider()).env("TF_LOG", "WARN").spawn().await.expect("the provider starts");
    let Address::Tcp(address) = plugin.handshake().address else { panic!("{:?}", plugin.handshake()) };
    assert!(address.ip().is_loopback(), "{address}");
    assert!(plugin.negotiated().is_some(), "TLS keeps others out");
    plugin.schema().await.expect("a schema");
    let log = plugin.process().stderr().text();
    let words = ["\"warn\"", MISSING, "No such file", "/tmp: ", "Read-only file system", "port of 127.0.0.1"];
    assert_eq!(log.lines().filter(|line| words.iter().all(|word| line.contains(word))).count(), 1, "{log}");
}
