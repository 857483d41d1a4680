//! Tests of the call StopProvider, which Terraform makes after the first Ctrl-C.

use std::time::{Duration, Instant};

use tokio::time;

use crate::{
    aws::{called, sandbox},
    session::{Session, TOKEN},
};

/// The time limit for a stopped call. Without StopProvider, the call would wait for a minute.
const PROMPT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn stop_cancels_a_call_in_progress_and_not_later_ones() {
    let sandbox = sandbox().await;
    sandbox.hold();
    let session = Session::with(&sandbox).await;
    let open = session.begin_to_open();
    called(&sandbox, 1).await;

    let start = Instant::now();
    assert_eq!(session.stop().await.expect("an answer to stop"), "");
    let stopped = open.await.expect("no panic").expect("a diagnostic and no gRPC error");
    assert!(start.elapsed() < PROMPT, "{:?}", start.elapsed());
    assert_eq!(stopped.errors().len(), 1, "{stopped:?}");
    assert_eq!(stopped.result, None);

    sandbox.release();
    assert_eq!(session.close(TOKEN, None).await.expect("an answer to close"), []);
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    assert!(opened.result.is_some());
}

#[tokio::test]
async fn stop_cancels_every_caller_of_a_shared_call() {
    let sandbox = sandbox().await;
    sandbox.hold();
    let session = Session::with(&sandbox).await;
    let opens: Vec<_> = (0..5).map(|_| session.begin_to_open()).collect();
    called(&sandbox, 1).await;
    // The requests of a connection arrive in order. After the response to this request, the provider has received all five requests to open
    // a token.
    session.schema().await.expect("a schema");

    session.stop().await.expect("an answer to stop");
    for open in opens {
        let stopped = time::timeout(PROMPT, open).await.expect("at once").expect("no panic");
        let stopped = stopped.expect("a diagnostic and no gRPC error");
        assert_eq!(stopped.errors().len(), 1, "{stopped:?}");
    }
    sandbox.release();
    assert_eq!(session.open().await.diagnostics, []);
}

#[tokio::test]
async fn stop_without_a_call_does_not_affect_later_calls() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    for _ in 0..2 {
        assert_eq!(session.stop().await.expect("an answer to stop"), "");
    }
    assert_eq!(session.open().await.diagnostics, []);
}
