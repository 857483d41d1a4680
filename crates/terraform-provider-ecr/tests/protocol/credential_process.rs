//! A program of the user's that the provider starts for credentials.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use ecr_sandbox::Sandbox;
use rmpv::Value;
use test_support::programs::Programs;
use tokio::time;

use crate::{
    aws::sandbox,
    session::{ACCESS_KEY, SECRET_KEY, Session, terraform},
};

const LIMIT: Duration = Duration::from_secs(20);

/// Starts a provider that gets its credentials from a shell script, which runs in `directory`. The programs are on its `PATH`.
async fn with_program(script: &str, directory: &Path, sandbox: &Sandbox) -> (Session, Programs) {
    let (program, config) = (directory.join("program"), directory.join("config"));
    fs::write(&program, format!("cd '{}'\n{script}\n", directory.display())).expect("a file");
    let profile = format!("[profile program]\ncredential_process = sh '{}'\n", program.display());
    fs::write(&config, profile).expect("a file");

    let programs = Programs::find(&["cat", "sh", "sleep", "touch"]).expect("standard programs");
    let session = Session::start(terraform().env("PATH", programs.search_path())).await;
    let files = Value::Array(vec![config.to_str().expect("a path").into()]);
    let provider = session.schemas().provider_config().set("region", "us-east-1").set("profile", "program");
    let provider = provider.set("shared_config_files", files);
    session.configure(provider.block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()))).await;
    (session, programs)
}

fn print_credentials() -> String {
    format!(r#"echo '{{"Version":1,"AccessKeyId":"{ACCESS_KEY}","SecretAccessKey":"{SECRET_KEY}"}}'"#)
}

/// The provider's standard input is the user's terminal, at which Terraform may be asking something.
#[tokio::test]
async fn it_does_not_read_the_terminal() {
    let (sandbox, directory) = (sandbox().await, tempfile::tempdir().expect("a directory"));
    let script = format!("cat >/dev/null\n{}", print_credentials());
    let (session, _programs) = with_program(&script, directory.path(), &sandbox).await;
    let opened = time::timeout(LIMIT, session.open()).await.expect("it meets the end of its input at once");
    assert_eq!(opened.diagnostics, []);
}

/// Terraform waits for the end of both output streams, whoever holds them.
#[tokio::test]
async fn it_does_not_hold_up_the_end_of_the_provider() {
    let (sandbox, directory) = (sandbox().await, tempfile::tempdir().expect("a directory"));
    let (session, _programs) = with_program("touch started; exec sleep 10", directory.path(), &sandbox).await;
    let open = session.begin_to_open();
    let (started, deadline) = (directory.path().join("started"), Instant::now() + LIMIT);
    while !started.exists() {
        assert!(Instant::now() < deadline, "the program is started");
        assert!(!open.is_finished(), "{:?}", open.await);
        time::sleep(Duration::from_millis(5)).await;
    }

    let exit = session.plugin().shutdown().await.expect("it ends");
    assert!(!exit.killed, "{exit:?}");
}
