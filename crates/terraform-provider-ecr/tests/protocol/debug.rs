//! Tests of `-debug`: a developer starts the provider in a terminal, and Terraform attaches to it.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use ecr_sandbox::Sandbox;
use serde_json::{Value as Json, json};
use terraform_plugin_testing::{Address, Client, Error, Process, Signal, Terraform, Tls};

use crate::{
    aws::sandbox,
    session::{Schemas, TOKEN, terraform},
};

/// The maximum time for the provider to notice a new connection or a signal.
const BRIEFLY: Duration = Duration::from_secs(2);

/// The time for which a debugged provider must continue without a connection. A provider that Terraform started would end itself earlier.
const PATIENCE: Duration = Duration::from_secs(12);
const START: Duration = Duration::from_secs(20);

/// Starts a provider as a developer does. Returns the process, and the JSON for `TF_REATTACH_PROVIDERS` that the process prints.
pub(crate) async fn debug(flag: &str) -> (Process, Json) {
    debug_of(terraform(), flag).await
}

async fn debug_of(terraform: Terraform, flag: &str) -> (Process, Json) {
    let started = terraform.without_env("TF_PLUGIN_MAGIC_COOKIE").tls(Tls::Off).arg(flag).start().await;
    let process = started.expect("the provider starts");
    let line = process.stdout().find(START, |line| line.contains("TF_REATTACH_PROVIDERS")).await.expect("the line");
    let (_, json) = line.split_once("TF_REATTACH_PROVIDERS='").expect("quoted for a shell");
    let (json, _) = json.split_once('\'').expect("the closing quote");
    let json = serde_json::from_str(json).expect("JSON");
    (process, json)
}

fn socket(reattach: &Json) -> PathBuf {
    PathBuf::from(reattach["terraform-ecr/ecr"]["Addr"]["String"].as_str().expect("an address"))
}

pub(crate) async fn attach(reattach: &Json) -> Client {
    Terraform::reattach(&Address::Unix(socket(reattach))).await.expect("it serves without TLS")
}

async fn open(client: &Client, sandbox: &Sandbox) {
    let schemas = Schemas::read(client).await;
    assert_eq!(client.configure(schemas.provider_for(sandbox)).await.expect("an answer"), []);
    let opened = client.open(TOKEN, schemas.token_config()).await.expect("an answer");
    assert_eq!(opened.diagnostics, []);
    assert!(opened.result.is_some());
}

/// Asserts that the provider responds with an error to each call that needs a configuration.
pub(crate) async fn assert_not_configured(client: &Client) {
    let opened = client.open(TOKEN, Schemas::read(client).await.token_config()).await.expect("an answer");
    let renewed = client.renew(TOKEN, None).await.expect("an answer");
    let closed = client.close(TOKEN, None).await.expect("an answer");
    assert_eq!(opened.result, None);
    for diagnostics in [opened.diagnostics, renewed.diagnostics, closed] {
        let [error] = diagnostics.as_slice() else { panic!("one error expected: {diagnostics:?}") };
        assert_eq!(error.summary, "Provider Not Configured");
        assert!(error.detail.contains("Run the command again"), "{error:?}");
    }
}

async fn assert_stays(process: &Process, time: Duration) {
    let ended = process.gone(time).await;
    assert!(matches!(ended, Err(Error::Timeout { .. })), "{ended:?}");
}

#[tokio::test]
async fn prints_how_to_attach() {
    for flag in ["-debug", "--debug"] {
        let (process, reattach) = debug(flag).await;
        let path = socket(&reattach);
        assert!(path.exists(), "{}", path.display());
        let expected = json!({"terraform-ecr/ecr": {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": process.pid(),
            "Test": true,
            "Addr": {"Network": "unix", "String": path.to_str().expect("a path")},
        }});
        assert_eq!(reattach, expected);
    }
}

#[tokio::test]
async fn a_new_connection_may_configure_again() {
    let (_process, reattach) = debug("-debug").await;
    let (plan, apply) = (sandbox().await, sandbox().await);
    open(&attach(&reattach).await, &plan).await;
    open(&attach(&reattach).await, &apply).await;
    assert_eq!((plan.call_count(), apply.call_count()), (1, 1));
}

/// Covers a configuration with two provider blocks, and two Terraform commands that run at the same time.
#[tokio::test]
async fn each_connection_has_its_own_configuration() {
    let (_process, reattach) = debug("-debug").await;
    let sandboxes = [sandbox().await, sandbox().await];
    let connections = [attach(&reattach).await, attach(&reattach).await];
    let schemas = Schemas::read(&connections[0]).await;
    for (connection, sandbox) in connections.iter().zip(&sandboxes) {
        assert_eq!(connection.configure(schemas.provider_for(sandbox)).await.expect("an answer"), []);
    }
    for (connection, calls) in connections.iter().zip([[1, 0], [1, 1]]) {
        let opened = connection.open(TOKEN, schemas.token_config()).await.expect("an answer");
        assert_eq!(opened.diagnostics, []);
        assert_eq!(sandboxes.each_ref().map(|sandbox| sandbox.call_count()), calls);
    }
}

#[tokio::test]
async fn an_unconfigured_connection_does_not_get_a_token() {
    let (_process, reattach) = debug("-debug").await;
    let sandbox = sandbox().await;
    let configured = attach(&reattach).await;
    open(&configured, &sandbox).await;
    assert_not_configured(&attach(&reattach).await).await;
    assert_eq!(sandbox.call_count(), 1);
}

#[tokio::test]
async fn ctrl_c_ends_the_process_and_removes_the_socket() {
    let (mut process, reattach) = debug("-debug").await;
    let _attached = attach(&reattach).await;
    process.signal(Signal::SIGINT).expect("it runs");
    let status = process.wait(Duration::from_secs(2)).await.expect("it ends");
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(!socket(&reattach).exists(), "{} is left behind", socket(&reattach).display());
}

#[tokio::test]
async fn hangup_ends_the_process_except_under_nohup() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, trap, survives) in [("nohup", "trap '' HUP", true), ("shell", "trap - HUP", hangup_is_ignored())] {
        let script = directory.path().join(name);
        let provider = env!("CARGO_BIN_EXE_terraform-provider-ecr");
        fs::write(&script, format!("#!/bin/sh\n{trap}\nexec '{provider}' \"$@\"\n")).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let (mut process, reattach) = debug_of(Terraform::new(&script), "-debug").await;
        let client = attach(&reattach).await;
        process.signal(Signal::SIGHUP).expect("it runs");
        if survives {
            assert_stays(&process, BRIEFLY).await;
            client.schema().await.expect("it still serves");
        } else {
            let status = process.wait(BRIEFLY).await.expect("it ends");
            assert_eq!(status.code(), Some(0), "{status}");
        }
    }
}

/// Returns whether these tests run under `nohup`. If a shell inherits an ignored SIGHUP, the shell survives a SIGHUP that it sends to
/// itself.
fn hangup_is_ignored() -> bool {
    let shell = std::process::Command::new("sh").args(["-c", "kill -HUP $$"]).status();
    shell.expect("a shell").success()
}

#[tokio::test]
async fn the_process_stays_between_two_commands() {
    let (process, reattach) = debug("-debug").await;
    let client = attach(&reattach).await;
    assert_stays(&process, BRIEFLY).await;
    drop(client);
    assert_stays(&process, PATIENCE).await;
    attach(&reattach).await.schema().await.expect("a schema");
}
