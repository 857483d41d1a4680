//! Tests of events that end the process, and of events after which the process continues.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use terraform_plugin_testing::{Address, Client, Credentials, Plugin, Signal};

use crate::{
    aws::{called, sandbox},
    session::{Session, spawn},
};

/// The time limit for the end of the process. go-plugin kills a process after 2 seconds. With several providers, the times until each
/// provider has ended add up.
const PROMPT: Duration = Duration::from_secs(1);

const SIGTERM_LIMIT: Duration = Duration::from_secs(2);

fn socket(plugin: &Plugin) -> PathBuf {
    PathBuf::from(plugin.handshake().address.to_string())
}

#[tokio::test]
async fn shutdown_ends_the_process_promptly_and_quietly() {
    let plugin = spawn().await;
    plugin.schema().await.expect("a schema");
    let socket = socket(&plugin);
    let stderr = plugin.process().stderr().clone();
    let exit = plugin.shutdown().await.expect("it ends");
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
    assert!(!exit.killed && exit.took < PROMPT, "{exit:?}");
    assert!(!socket.exists(), "{} is left behind", socket.display());
    assert_eq!(stderr.text(), "");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_call_in_progress() {
    let sandbox = sandbox().await;
    sandbox.hold();
    let session = Session::with(&sandbox).await;
    let open = session.begin_to_open();
    called(&sandbox, 1).await;

    let exit = session.plugin().shutdown().await.expect("it ends");
    assert!(!exit.killed && exit.took < PROMPT, "{exit:?}");
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
    open.await.expect("no panic").ok();
}

#[tokio::test]
async fn the_streams_of_go_plugin_stay_open() {
    let plugin = spawn().await;
    assert!(plugin.streams_open().await);
}

#[tokio::test]
async fn the_process_survives_the_end_of_the_first_connection() {
    let plugin = spawn().await;
    let credentials = Credentials::with(plugin.identity().expect("TLS is on"));
    let (_process, handshake) = plugin.disconnect();
    let again = Client::connect_as(&handshake, &credentials).await.expect("a second connection");
    again.schema().await.expect("a schema");
}

/// Under `nohup`, Terraform continues after its terminal is closed, so the provider has to continue, too.
#[tokio::test]
async fn sigint_and_sighup_do_not_end_the_process() {
    let plugin = spawn().await;
    for signal in [Signal::SIGINT, Signal::SIGINT, Signal::SIGINT, Signal::SIGHUP] {
        plugin.process().signal(signal).expect("it runs");
        plugin.schema().await.expect("a schema after the signal");
    }
    let exit = plugin.shutdown().await.expect("it ends");
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
}

#[tokio::test]
async fn sigterm_ends_the_process_and_removes_the_socket() {
    let plugin = spawn().await;
    let socket = socket(&plugin);
    assert!(matches!(plugin.handshake().address, Address::Unix(_)) && socket.exists());
    let start = Instant::now();
    plugin.process().signal(Signal::SIGTERM).expect("it runs");
    plugin.process().gone(SIGTERM_LIMIT).await.expect("it ends although Terraform is still connected");
    assert!(start.elapsed() < SIGTERM_LIMIT);
    assert!(!socket.exists(), "{} is left behind", socket.display());
}

#[tokio::test]
async fn sigterm_does_not_wait_for_a_call_in_progress() {
    let sandbox = sandbox().await;
    sandbox.hold();
    let session = Session::with(&sandbox).await;
    let open = session.begin_to_open();
    called(&sandbox, 1).await;

    session.process().signal(Signal::SIGTERM).expect("it runs");
    session.process().gone(SIGTERM_LIMIT).await.expect("it ends");
    open.await.expect("no panic").ok();
}
