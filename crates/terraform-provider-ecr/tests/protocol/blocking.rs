//! Tests of files that a reader can never read to the end, such as named pipes. The provider has to stay responsive, and to name the file
//! in its error.

#![cfg(target_os = "linux")] // the number of O_NONBLOCK is different on other systems

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    time::{Duration, Instant},
};

use nix::{sys::stat::Mode, unistd::mkfifo};
use rmpv::Value;
use tempfile::TempDir;
use terraform_plugin_testing::Config;
use tokio::time;

use crate::session::{Session, terraform};

/// The time limit for the response to an interrupt. The provider itself waits ten seconds for a file. Terraform does not wait that
/// long for the provider to end.
const PROMPT: Duration = Duration::from_secs(5);
const LIMIT: Duration = Duration::from_secs(30);
const O_NONBLOCK: i32 = 0o4000;

/// Creates a named pipe without a writer, and returns its path.
fn pipe(directory: &TempDir) -> String {
    let path = directory.path().join("pipe").to_str().expect("UTF-8").to_owned();
    mkfifo(path.as_str(), Mode::S_IRWXU).expect("a pipe can be made");
    path
}

/// Returns a provider block with the pipe as its shared configuration file.
fn config(session: &Session, pipe: &str) -> Config {
    let files = Value::Array(vec![pipe.into()]);
    session.schemas().provider_config().set("region", "us-east-1").set("shared_config_files", files)
}

/// Waits until the provider reads from the pipe. Returns the pipe, opened for writing.
async fn writer(pipe: &str) -> File {
    let deadline = Instant::now() + LIMIT;
    loop {
        match OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(pipe) {
            Ok(writer) => return writer,
            Err(error) => assert!(Instant::now() < deadline, "nobody reads: {error}"),
        }
        time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_blocked_read_can_be_interrupted_and_does_not_delay_the_exit() {
    let directory = tempfile::tempdir().expect("a directory");
    let (session, pipe) = (Session::start(terraform()).await, pipe(&directory));
    let (client, config) = (session.client().clone(), config(&session, &pipe));
    let configuring = tokio::spawn(async move { client.configure(config).await });
    let _writer = writer(&pipe).await;

    let start = Instant::now();
    session.stop().await.expect("an answer to stop");
    let diagnostics = configuring.await.expect("no panic").expect("an answer to configure");
    assert!(start.elapsed() < PROMPT, "{:?}", start.elapsed());
    assert_eq!(diagnostics[0].summary, "Interrupted");

    let exit = session.plugin().shutdown().await.expect("it ends");
    assert!(!exit.killed, "{exit:?}");
}

#[tokio::test]
async fn a_blocked_read_times_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let (session, pipe) = (Session::start(terraform()).await, pipe(&directory));
    let configuring = session.client().configure(config(&session, &pipe));
    let diagnostics = time::timeout(LIMIT, configuring).await.expect("in time").expect("an answer to configure");
    assert_eq!(diagnostics[0].summary, "Unreadable AWS Configuration");
    assert!(diagnostics[0].detail.contains(&pipe), "{}", diagnostics[0].detail);
}
