//! Tests of a program that the provider starts to get credentials.

use std::{
    fs,
    time::{Duration, Instant},
};

use rmpv::Value;
use test_support::programs::Programs;
use tokio::time;

use crate::session::{Session, terraform};

const LIMIT: Duration = Duration::from_secs(20);

/// Terraform waits until both output streams of the provider are closed, even if another process has inherited these streams.
#[tokio::test]
async fn a_credential_process_does_not_delay_the_exit() {
    let directory = tempfile::tempdir().expect("a directory");
    let [config, started] = ["config", "started"].map(|name| directory.path().join(name));
    let profile = format!("[default]\ncredential_process = touch '{}' && exec sleep 10\n", started.display());
    fs::write(&config, profile).expect("a file");
    let programs = Programs::find(&["sh", "sleep", "touch"]).expect("standard programs");
    let session = Session::start(terraform().env("PATH", programs.search_path())).await;
    let files = Value::Array(vec![config.to_str().expect("a path").into()]);
    let provider = session.schemas().provider_config().set("region", "us-east-1").set("shared_config_files", files);
    session.configure(provider).await;

    let (open, deadline) = (session.begin_to_open(), Instant::now() + LIMIT);
    while !started.exists() {
        assert!(Instant::now() < deadline, "the provider starts the program");
        assert!(!open.is_finished(), "{:?}", open.await);
        time::sleep(Duration::from_millis(5)).await;
    }
    let exit = session.plugin().shutdown().await.expect("it ends");
    assert!(!exit.killed, "{exit:?}");
}
