//! Tests that identical requests share one call to ECR.

use std::time::Duration;

use ecr_sandbox::Key;
use terraform_plugin_testing::unknown;
use tokio::time;

use crate::{
    aws::{called, refusal, sandbox, sandbox_with},
    session::{ACCESS_KEY, SECRET_KEY, Session, TOKEN, terraform},
};

#[tokio::test]
async fn equal_requests_share_a_call_and_another_region_does_not() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let opens: Vec<_> = (0..20).map(|_| session.begin_to_open()).collect();
    for open in opens {
        let opened = open.await.expect("no panic").expect("an answer to open");
        assert_eq!(opened.diagnostics, []);
        assert!(opened.result.is_some());
    }
    let first = session.open().await.object();
    assert_eq!(session.close(TOKEN, None).await.expect("an answer"), []);
    assert_eq!(session.open().await.object(), first);
    for (region, calls) in [("us-east-1", 1), ("eu-west-1", 2)] {
        session.open_with(session.token_config().set("region", region)).await;
        assert_eq!(sandbox.call_count(), calls, "only the second Region needs another call");
    }
}

#[tokio::test]
async fn equal_requests_share_a_call_if_the_provider_region_is_unknown() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    session.configure(session.provider_for(&sandbox).set("region", unknown())).await;
    for _ in 0..2 {
        let opened = session.open_with(session.token_config().set("region", "eu-west-1")).await;
        assert_eq!(opened.diagnostics, []);
    }
    assert_eq!(sandbox.call_count(), 1);
}

#[tokio::test]
async fn other_credentials_do_not_share_a_call() {
    let other = "AKIAI44QH8DHBEXAMPLE";
    let sandbox = sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY), Key::new(other, SECRET_KEY)]).await;
    let session = Session::with(&sandbox).await;
    session.open().await;
    session.configure(session.provider_for(&sandbox).set("access_key", other)).await;
    session.open().await;
    assert_eq!(sandbox.call_count(), 2);
}

/// OpenTofu can cancel a request. The first request makes the call for all identical requests, so the cancellation of the first request
/// must not cancel the call.
#[tokio::test]
async fn a_cancelled_request_does_not_cancel_others() {
    let sandbox = sandbox().await;
    sandbox.hold();
    let session = Session::with(&sandbox).await;
    let first = session.begin_to_open();
    called(&sandbox, 1).await;
    let second = session.begin_to_open();
    session.schema().await.expect("a schema");
    first.abort();
    session.schema().await.expect("a schema");
    sandbox.release();

    let second = time::timeout(Duration::from_secs(20), second).await.expect("in time");
    let second = second.expect("no panic").expect("an answer to open");
    assert_eq!(second.diagnostics, []);
    assert!(second.result.is_some());
}

#[tokio::test]
async fn a_failure_is_not_cached() {
    let sandbox = sandbox().await;
    sandbox.fault(refusal());
    let session = Session::with(&sandbox).await;
    assert_eq!(session.open().await.errors().len(), 1);
    assert_eq!(session.open().await.diagnostics, []);
    assert_eq!(sandbox.call_count(), 2);
}
