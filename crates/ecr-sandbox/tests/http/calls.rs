//! Tests of the calls that the sandbox keeps, and of held calls.

use std::time::Duration;

use ecr_sandbox::{Effect, Fault};
use tokio::time::timeout;

use crate::client::{ECR, Request, sandbox, token, with};

const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn calls_are_recorded_completely() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let body = "Action=AssumeRoleWithWebIdentity&RoleSessionName=a%20b&WebIdentityToken=hunter2";
    Request::form(body).header("x-of-mine", "hunter3").response(to).await;
    let calls = sandbox.calls();
    let [call] = &calls[..] else { panic!("{calls:?}") };
    assert_eq!((call.method.as_str(), call.uri.to_string().as_str(), &*call.body), ("POST", "/", body.as_bytes()));
    assert_eq!((call.header("x-of-mine"), call.header("x-of-yours")), (Some("hunter3"), None));
    assert_eq!((call.field("RoleSessionName").as_deref(), call.field("RoleArn")), (Some("a b"), None));
    let shown = format!("{calls:?}");
    assert!(shown.contains("AssumeRoleWithWebIdentity") && !shown.contains("hunter"), "{shown}");
}

#[tokio::test]
async fn records_unknown_operations_but_not_registry_requests() {
    let sandbox = sandbox().await;
    let (_, registry) = token(&sandbox, "eu-west-1").await;
    Request::new("GET", "/v2/").response(registry).await;
    Request::new("GET", "/anything").response(sandbox.address()).await;
    let paths: Vec<_> = sandbox.calls().iter().map(|call| call.uri.to_string()).collect();
    assert_eq!(paths, ["/", "/anything"]);
}

#[tokio::test]
async fn answers_and_records_a_call_in_absolute_form() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let mut request = Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1");
    request.path = "http://ecr.test:1234/";
    assert_eq!(request.response(to).await.status, 200);
    let uri = sandbox.calls()[0].uri.clone();
    assert_eq!((uri.scheme_str(), uri.authority().map(AsRef::as_ref)), (Some("http"), Some("ecr.test:1234")));
}

#[tokio::test]
async fn calls_are_held_until_they_are_released() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    sandbox.hold();
    let ask =
        || tokio::spawn(async move { Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1").response(to).await });
    let asked = [ask(), ask()];
    timeout(LIMIT, sandbox.called(2)).await.expect("both requests come");
    assert_eq!((sandbox.calls().len(), sandbox.requests().len()), (2, 0), "the sandbox answers neither request");
    // Faults apply to all calls that are answered after this point.
    sandbox.fault(Fault::new("GetAuthorizationToken", Effect::refuse(400, "AccessDeniedException", "no")).times(1));
    sandbox.release();
    let mut statuses = Vec::new();
    for answer in asked {
        statuses.push(timeout(LIMIT, answer).await.expect("in time").expect("the task does not panic").status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn calls_are_not_kept_if_disabled() {
    let sandbox = with(|options| options.keep_calls = false).await;
    token(&sandbox, "eu-west-1").await;
    timeout(LIMIT, sandbox.called(1)).await.expect("the sandbox counts the request");
    assert_eq!((sandbox.call_count(), sandbox.calls().len()), (1, 0));
}

#[tokio::test]
async fn a_recorded_request_has_the_id_of_its_response() {
    let sandbox = sandbox().await;
    let answer = Request::json(ECR, "{}").response(sandbox.address()).await;
    let request = sandbox.requests().remove(0);
    let id = request.request_id.expect("every response has a request ID");
    assert!(answer.head.contains(&format!("x-amzn-requestid: {id}")), "{answer:?}");
}
