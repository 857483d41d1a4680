//! `/_sandbox/`, where it is served.

use crate::client::{ECR, Request, token, with};

fn admin(method: &'static str, path: &'static str) -> Request {
    Request::new(method, path)
}

#[tokio::test]
async fn requests_are_told_without_secrets() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    let login = Request::new("GET", "/v2/").header("authorization", &format!("Basic {token}"));
    login.answer(registry).await;
    let role = "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy&RoleSessionName=ci\
                &WebIdentityToken=hunter2";
    Request::form(role).answer(to).await;
    let answer = admin("GET", "/_sandbox/requests").answer(to).await;
    let told = answer.json();
    assert_eq!(
        told,
        serde_json::json!([
            {"service": "ecr", "action": "GetAuthorizationToken", "region": "eu-west-1",
             "access_key": "AKIAIOSFODNN7EXAMPLE", "status": 200},
            {"service": "registry", "action": "GET /v2/", "region": "eu-west-1", "status": 200},
            {"service": "sts", "action": "AssumeRoleWithWebIdentity", "role": "arn:aws:iam::111122223333:role/deploy",
             "status": 200},
        ])
    );
    assert!(!answer.body.contains("hunter2") && !answer.body.contains(&token), "{answer:?}");
    assert_eq!(admin("DELETE", "/_sandbox/requests").answer(to).await.status, 204);
    assert_eq!(admin("GET", "/_sandbox/requests").answer(to).await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn faults_are_made_and_ended() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    let fault = r#"{"action": "GetAuthorizationToken", "count": 1, "effect": {"throttle": {"rate": 0, "burst": 0}}}"#;
    assert_eq!(admin("POST", "/_sandbox/faults").body(fault).answer(to).await.status, 204);
    assert_eq!(admin("GET", "/_sandbox/faults").answer(to).await.json()[0]["effect"]["throttle"]["burst"], 0.0);
    let ask = async || Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1").answer(to).await.status;
    assert_eq!((ask().await, ask().await), (400, 200));
    assert_eq!(admin("POST", "/_sandbox/faults").body(r#"{"effect": "reset"}"#).answer(to).await.status, 204);
    assert_eq!(admin("DELETE", "/_sandbox/faults").answer(to).await.status, 204);
    assert_eq!(ask().await, 200);
}

fn answer(status: &str, headers: &str) -> String {
    format!(
        r#"{{"effect": {{"answer": {{{status}, "content_type": "text/plain", "headers": {headers}, "body": ""}}}}}}"#
    )
}

#[tokio::test]
async fn what_makes_no_sense_is_told_so() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    for (request, status, words) in [
        (admin("POST", "/_sandbox/faults").body("{"), 400, "this is no fault"),
        (admin("POST", "/_sandbox/faults").body(r#"{"effect": "explode"}"#), 400, "explode"),
        (admin("POST", "/_sandbox/faults").body(&answer(r#""status": 100"#, "{}")), 400, "100 is no status"),
        (
            admin("POST", "/_sandbox/faults").body(&answer(r#""status": 200"#, r#"{"content-length": "9"}"#)),
            400,
            "content-length",
        ),
        (admin("POST", "/_sandbox/faults").body(&answer(r#""status": 200"#, r#"{"a b": "c"}"#)), 400, "a b"),
        (admin("PUT", "/_sandbox/faults"), 405, "GET, POST"),
        (admin("GET", "/_sandbox/"), 404, "/_sandbox/requests"),
    ] {
        let answer = request.answer(to).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(words), "{answer:?}");
    }
}
