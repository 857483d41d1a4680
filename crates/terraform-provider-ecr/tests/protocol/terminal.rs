//! Tests of a `credential_process` that asks the person at Terraform's terminal for a code.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use ecr_sandbox::{Key, Options, Sandbox};
use rmpv::Value;
use tempfile::TempDir;
use terraform_plugin_testing::Opened;
use test_support::programs::Programs;

use crate::session::{Session, terraform_with};

/// The time limit of a test. It is much shorter than the time limit of a `credential_process`.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A Python program that runs the provider in a new terminal, in the foreground or in the background. The Python program types a text when
/// the prompt appears.
const TERMINAL: &str = r##"#!/usr/bin/env python3
import fcntl, os, pty, sys, termios

PROVIDER, JOB, TYPED = "<provider>", "<job>", "<typed>"

def run_provider(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    os.dup2(terminal, 0)
    if JOB == "background":
        # Its own process group, which is not the one of the terminal.
        job = os.fork()
        if job:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(job, 0)[1]))
        os.setpgid(0, 0)
    os.execv(PROVIDER, [PROVIDER] + sys.argv[1:])

person, terminal = pty.openpty()
child = os.fork()
if child == 0:
    os.close(person)
    run_provider(terminal)
os.close(terminal)
os.close(1)
asked = b""
while True:
    try:
        said = os.read(person, 1024)
    except OSError:
        break
    asked += said
    if b"Code: " in asked:
        asked = b""
        os.write(person, TYPED.encode().decode("unicode_escape").encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"##;

/// A `credential_process` program in the style of the documentation of aws-vault.
const PROGRAM: &str = r#"#!/bin/sh
printf 'Code: ' >"$(tty)"
stty -echo
read -r code || { echo 'nobody typed a code' >&2; exit 1; }
echo '{"Version":1,"AccessKeyId":"AKID'"$code"'","SecretAccessKey":"sekrit"}'
"#;

/// Opens a token while a person types this text at the terminal.
async fn opened(job: &str, typed: &str) -> (Opened, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let script = |name: &str, text: &str| {
        fs::write(path(name), text).expect("a file");
        fs::set_permissions(path(name), fs::Permissions::from_mode(0o755)).expect("it can be run");
    };
    script("program", PROGRAM);
    let provider = env!("CARGO_BIN_EXE_terraform-provider-ecr");
    script("provider", &TERMINAL.replace("<provider>", provider).replace("<job>", job).replace("<typed>", typed));
    fs::write(path("config"), format!("[default]\ncredential_process = '{}'\n", text(&path("program"))))
        .expect("a file");

    let mut options = Options::default();
    options.keys = vec![Key::new("AKID123456", "sekrit")];
    let aws = Sandbox::start(options).await.expect("a sandbox");
    let programs = Programs::find(&["python3", "sh", "stty", "tty"]).expect("standard programs");
    let terraform = terraform_with(path("provider")).current_dir(directory.path()).env("PATH", programs.search_path());
    let session = Session::start(terraform.env("AWS_ENDPOINT_URL", aws.url())).await;
    let files = Value::Array(vec![text(&path("config")).into()]);
    let block = session.schemas().provider_config().set("region", "us-east-1").set("shared_config_files", files);
    session.configure(block).await;
    let opened = tokio::time::timeout(TIME_LIMIT, session.open()).await.expect("an answer in time");
    assert!(!path("not a tty").exists(), "the program has a terminal");
    session.plugin().shutdown().await.expect("it ends");
    (opened, directory)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

#[tokio::test]
async fn the_program_reads_a_code_from_the_terminal() {
    let (opened, _directory) = opened("foreground", r"123456\n").await;
    assert_eq!(opened.diagnostics, []);
    assert!(opened.result.is_some());
}

#[tokio::test]
async fn ctrl_c_ends_the_program() {
    let (opened, _directory) = opened("foreground", r"\x03").await;
    let detail = &opened.errors()[0].detail;
    assert!(detail.contains("(signal: 2 (SIGINT))"), "{detail}");
}

/// If a program in the background read from the terminal, the system would stop the program together with Terraform.
#[tokio::test]
async fn the_program_fails_at_once_in_the_background() {
    let (opened, _directory) = opened("background", r"123456\n").await;
    let detail = &opened.errors()[0].detail;
    assert!(detail.contains("nobody typed a code") || detail.contains("exit status: 1"), "{detail}");
}
