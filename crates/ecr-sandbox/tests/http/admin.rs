//! Tests of `/_sandbox/`, in a sandbox with `--admin`.

use test_support::search::Search;

use crate::client::{ECR, Request, token, with};

fn admin(method: &'static str, path: &'static str) -> Request {
    Request::new(method, path)
}

fn fault(json: &str) -> Request {
    admin("POST", "/_sandbox/faults").header("content-type", "application/json").body(json)
}

#[tokio::test]
async fn requests_are_listed_without_secrets() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    let login = Request::new("GET", "/v2/").header("authorization", &format!("Basic {token}"));
    login.response(registry).await;
    let role = "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy&RoleSessionName=ci\
                &WebIdentityToken=hunter2";
    Request::form(role).response(to).await;
    let answer = admin("GET", "/_sandbox/requests").response(to).await;
    assert_eq!(
        answer.json(),
        serde_json::json!([
            {"service": "ecr", "action": "GetAuthorizationToken", "region": "eu-west-1",
             "access_key": "AKIAIOSFODNN7EXAMPLE", "status": 200},
            {"service": "registry", "action": "GET /v2/", "region": "eu-west-1", "status": 200},
            {"service": "sts", "action": "AssumeRoleWithWebIdentity", "role": "arn:aws:iam::111122223333:role/deploy",
             "status": 200},
        ])
    );
    assert!(answer.body.ends_with("]\n"), "the body ends in a newline: {answer:?}");
    let secrets = sandbox.secrets();
    assert!(secrets.contains(&token));
    let search = Search::new(secrets.iter().map(String::as_str).chain(["hunter2"]));
    assert_eq!(search.text("the list", answer.body.as_bytes()), Vec::<String>::new());
    assert_eq!(admin("DELETE", "/_sandbox/requests").response(to).await.status, 204);
    assert_eq!(admin("GET", "/_sandbox/requests").response(to).await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn faults_are_added_and_cleared() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    let once = r#"{"action": "GetAuthorizationToken", "count": 1, "effect": {"throttle": {"rate": 0, "burst": 0}}}"#;
    assert_eq!(fault(once).response(to).await.status, 204);
    assert_eq!(admin("GET", "/_sandbox/faults").response(to).await.json()[0]["effect"]["throttle"]["burst"], 0.0);
    let ask = async || Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1").response(to).await.status;
    assert_eq!((ask().await, ask().await), (400, 200));
    assert_eq!(fault(r#"{"effect": "reset"}"#).response(to).await.status, 204);
    assert_eq!(admin("DELETE", "/_sandbox/faults").response(to).await.status, 204);
    assert_eq!(ask().await, 200);
}

fn response(status: &str, headers: &str) -> String {
    format!(
        r#"{{"effect": {{"answer": {{{status}, "content_type": "text/plain", "headers": {headers}, "body": ""}}}}}}"#
    )
}

#[tokio::test]
async fn an_invalid_request_is_rejected_and_changes_nothing() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    for (request, status, part) in [
        (fault(""), 400, "the body is empty"),
        (fault("{"), 400, "not JSON"),
        (fault(r#"{"effect": "explode"}"#), 400, "explode"),
        (fault(r#"{"effect": "rest"}"#), 400, "Did you mean \"reset\"?"),
        (fault(r#"{"actoin": "AssumeRole", "effect": "reset"}"#), 400, "Did you mean \"action\"?"),
        (
            fault(r#"{"action": "GetAuthorisationToken", "effect": "reset"}"#),
            400,
            "Did you mean \"GetAuthorizationToken\"?\nActions: GetAuthorizationToken, ",
        ),
        (fault(r#"{"action": "/latest/api/tokens", "effect": "reset"}"#), 400, "Did you mean \"/latest/api/token\"?"),
        (fault(r#"{"count": 0, "effect": "reset"}"#), 400, "Remove count"),
        (fault(&response(r#""status": 100"#, "{}")), 400, "status 100 is not valid"),
        (fault(&response(r#""status": 200"#, r#"{"content-length": "9"}"#)), 400, "content-length"),
        (fault(&response(r#""status": 200"#, r#"{"a b": "c"}"#)), 400, "a b"),
        (admin("PUT", "/_sandbox/faults"), 405, "these methods: GET, HEAD, POST, DELETE"),
        (admin("POST", "/_sandbox/requests").body("{}"), 405, "these methods: GET, HEAD, DELETE"),
        (admin("DELETE", "/_sandbox/faults").body(r#"{"action": "AssumeRole"}"#), 400, "without a body"),
        (admin("GET", "/_sandbox/requests?service=ecr"), 400, "does not accept a query"),
        (admin("GET", "/_sandbox"), 404, "/_sandbox/requests or /_sandbox/faults"),
        (admin("GET", "/_sandbox/"), 404, "/_sandbox/requests or /_sandbox/faults"),
        (admin("POST", "/_sandbox/fault").body(r#"{"effect": "reset"}"#), 404, "/_sandbox/fault does not exist\n"),
        (admin("GET", "/_sandbox/requests/"), 404, "/_sandbox/requests/ does not exist\n"),
    ] {
        let answer = request.response(to).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(part) && answer.body.ends_with('\n'), "{part}: {answer:?}");
        assert_eq!(answer.head.contains("\r\nallow: get, head"), status == 405, "{answer:?}");
    }
    assert_eq!(admin("GET", "/_sandbox/faults").response(to).await.body, "[]\n");
}

#[tokio::test]
async fn rejects_a_fault_that_an_earlier_one_hides() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    assert_eq!(fault(r#"{"action": "AssumeRole", "effect": "reset"}"#).response(to).await.status, 204);
    let second = fault(r#"{"action": "AssumeRole", "count": 1, "effect": "hang"}"#);
    let answer = second.response(to).await;
    assert!(answer.status == 409 && answer.body.contains("DELETE /_sandbox/faults"), "{answer:?}");
    assert_eq!(fault(r#"{"action": "GetCallerIdentity", "effect": "hang"}"#).response(to).await.status, 204);
    admin("DELETE", "/_sandbox/faults").response(to).await;
    assert_eq!(second.response(to).await.status, 204);
}

#[tokio::test]
async fn a_registry_port_refers_to_the_admin_port() {
    let sandbox = with(|options| options.admin = true).await;
    let (_, registry) = token(&sandbox, "eu-west-1").await;
    let answer = fault(r#"{"effect": "reset"}"#).response(registry).await;
    assert!(answer.status == 404 && answer.body.contains("Use the port that the sandbox printed"), "{answer:?}");
}

const RESET: &str = r#"{"effect": "reset"}"#;

/// A request without the content type of JSON may come from a form on a web page, or from `curl -d` without a header.
#[tokio::test]
async fn rejects_a_fault_without_a_json_content_type() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    let post = || admin("POST", "/_sandbox/faults").body(RESET);
    let typed = |value: &str| post().header("content-type", value);
    for request in [
        post(),
        typed("text/plain"),
        typed("application/x-www-form-urlencoded"),
        typed("text/plain; application/json"),
        typed("application/jsonp"),
        typed("multipart/form-data; boundary=application/json"),
        typed("text/plain").header("content-type", "application/json"),
        typed("application/json").header("content-type", "text/plain"),
    ] {
        let answer = request.response(to).await;
        assert!(answer.status == 415 && answer.body.contains("Content-Type: application/json"), "{answer:?}");
    }
    assert_eq!(admin("GET", "/_sandbox/faults").response(to).await.body, "[]\n");
    for value in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=utf-8"] {
        assert_eq!(typed(value).response(to).await.status, 204, "{value}");
        assert_eq!(admin("DELETE", "/_sandbox/faults").response(to).await.status, 204);
    }
}

#[tokio::test]
async fn rejects_requests_of_web_pages() {
    let sandbox = with(|options| options.admin = true).await;
    let to = sandbox.address();
    assert_eq!(fault(r#"{"action": "AssumeRole", "effect": "reset"}"#).response(to).await.status, 204);
    Request::json(ECR, "{}").response(to).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", ""),
        ("origin", "http://localhost:3000"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-origin"),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            for path in ["/_sandbox/faults", "/_sandbox/requests", "/_sandbox"] {
                let request = admin(method, path).header("content-type", "application/json").header(name, value);
                let request = if method == "POST" { request.body(RESET) } else { request };
                let answer = request.response(to).await;
                assert_eq!(answer.status, 403, "{method} {path} {name}: {value}: {answer:?}");
                assert!(method == "HEAD" || answer.body.contains("without an Origin header"), "{answer:?}");
                assert!(!answer.head.contains("access-control-"), "{answer:?}");
            }
        }
    }
    let lists = async |path| admin("GET", path).header("sec-fetch-site", "none").response(to).await.json();
    let (faults, requests) = (lists("/_sandbox/faults").await, lists("/_sandbox/requests").await);
    assert_eq!((faults.as_array().map(Vec::len), requests.as_array().map(Vec::len)), (Some(1), Some(1)));
}
