//! Tests of logins at ECR Public, and of requests after a login.

use std::time::Duration;

use ecr_sandbox::{Options, Sandbox};

use crate::client::{ECR_PUBLIC, Request, Response, mirror, token, with};

const HOST: &str = "public.ecr.aws";

async fn public(change: impl FnOnce(&mut Options)) -> Sandbox {
    with(|options| {
        options.hosts.push(HOST.parse().expect("a host"));
        change(options);
    })
    .await
}

/// Returns a request to ECR Public with this `Authorization` header. An empty text means that the request does not have the
/// header.
fn with_header(method: &'static str, path: &'static str, authorization: &str) -> Request {
    let request = Request::new(method, path).header("host", HOST);
    if authorization.is_empty() { request } else { request.header("authorization", authorization) }
}

async fn public_token(sandbox: &Sandbox) -> String {
    let to = sandbox.address();
    let answer = Request::json(ECR_PUBLIC, "{}").signed(to, "ecr-public", "us-east-1").response(to).await.json();
    answer["authorizationData"]["authorizationToken"].as_str().expect("a token").to_owned()
}

/// Fetches a bearer token with this `Authorization` header.
async fn bearer(sandbox: &Sandbox, authorization: &str) -> String {
    let path = "/token/?scope=aws&service=public.ecr.aws";
    let answer = with_header("GET", path, authorization).response(sandbox.address()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    format!("Bearer {}", answer.json()["token"].as_str().expect("a token"))
}

/// Asserts that the response is ECR Public's response to a client that must log in.
fn assert_challenged(answer: &Response, is_head: bool) {
    assert_eq!(answer.status, 401, "{answer:?}");
    let challenge =
        format!("www-authenticate: bearer realm=\"http://{HOST}/token/\",service=\"public.ecr.aws\",scope=\"aws\"");
    assert!(answer.head.contains(&challenge), "{answer:?}");
    if !is_head {
        assert_eq!(answer.body, r#"{"errors":[{"code":"DENIED","message":"Not Authorized"}]}"#);
    }
}

#[tokio::test]
async fn a_client_gets_and_uses_a_bearer_token() {
    let sandbox = public(|_| {}).await;
    let to = sandbox.address();
    assert_challenged(&with_header("GET", "/v2/", "").response(to).await, false);
    let token = public_token(&sandbox).await;
    let bearer = bearer(&sandbox, &format!("Basic {token}")).await;
    for authorization in [&bearer, &format!("Bearer {token}"), &format!("bearer {token}")] {
        assert_eq!(with_header("GET", "/v2/", authorization).response(to).await.status, 200);
    }
}

#[tokio::test]
async fn rejects_other_tokens() {
    let sandbox = public(|_| {}).await;
    let (public, (private, _)) = (public_token(&sandbox).await, token(&sandbox, "us-east-1").await);
    for (authorization, part) in [
        (format!("Basic {public}"), "accepts Bearer and not Basic"),
        (format!("Bearer {private}"), "the token is for ECR in Region us-east-1"),
        // The sandbox issues bearer tokens without a check. The registry then rejects these bearer tokens.
        (bearer(&sandbox, &format!("Basic {private}")).await, "the token is for ECR in Region us-east-1"),
        (bearer(&sandbox, "Basic QVdTOmV5Sg==").await, "the sandbox did not issue this token"),
        ("Bearer abc".to_owned(), "the sandbox did not issue this token"),
        ("Bearer".to_owned(), "the sandbox did not issue this token"),
    ] {
        let answer = with_header("GET", "/v2/", &authorization).response(sandbox.address()).await;
        let error = &answer.json()["errors"][0];
        assert_eq!((answer.status, &error["code"]), (400, &"DENIED".into()), "{answer:?}");
        assert_eq!(error["message"], "Your Authorization Token is invalid.");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(part)), "{part}: {answer:?}");
    }
}

#[tokio::test]
async fn rejects_an_expired_token() {
    let sandbox = public(|options| options.token_lifetime = Duration::ZERO).await;
    let authorization = format!("Bearer {}", public_token(&sandbox).await);
    let answer = with_header("GET", "/v2/", &authorization).response(sandbox.address()).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("Your authorization token has expired. Reauthenticate and try again."), "{answer:?}");
}

#[tokio::test]
async fn anonymous_clients_may_pull_but_not_push() {
    let behind = mirror().await;
    let sandbox = public(|options| options.registry = Some(behind.parse().expect("a URI"))).await;
    let to = sandbox.address();
    let (anonymous, own) = (bearer(&sandbox, "").await, format!("Bearer {}", public_token(&sandbox).await));
    for (method, path, is_pull) in [
        ("GET", "/v2/alias/app/manifests/1", true),
        ("HEAD", "/v2/alias/app/manifests/1", true),
        ("GET", "/v2/alias/app/blobs/sha256:00", true),
        ("GET", "/v2/alias/app/tags/list", true),
        ("HEAD", "/v2/alias/app/blobs/sha256:00", false),
        ("POST", "/v2/alias/app/blobs/uploads/", false),
        ("PUT", "/v2/alias/app/manifests/1", false),
        ("GET", "/v2/_catalog", false),
    ] {
        let answer = with_header(method, path, &anonymous).response(to).await;
        if is_pull {
            assert_eq!(answer.status, 202, "{method} {path}: {answer:?}");
        } else {
            assert_challenged(&answer, method == "HEAD");
        }
        assert_challenged(&with_header(method, path, "").response(to).await, method == "HEAD");
        assert_eq!(with_header(method, path, &own).response(to).await.status, 202, "{method} {path}");
    }
}

#[tokio::test]
async fn the_token_endpoint_accepts_only_get_at_its_host() {
    let sandbox = public(|_| {}).await;
    let to = sandbox.address();
    let answer = with_header("POST", "/token/", "").body("grant_type=password").response(to).await;
    assert!(answer.status == 405 && answer.head.contains("\r\nallow: get, head"), "{answer:?}");
    assert_eq!(with_header("GET", "/token", "").response(to).await.status, 200);
    assert_eq!(with_header("GET", "/token/", "Bearer x").response(to).await.status, 400);
    assert_eq!(Request::new("GET", "/token/").response(to).await.status, 404);
    let login = r#"{"grantType": "refresh_token", "clientId": "a", "clientSecret": "b", "refreshToken": "c"}"#;
    let answer = Request::new("POST", "/token").body(login).response(to).await;
    assert!(answer.json()["accessToken"].is_string(), "IAM Identity Center is still there: {answer:?}");
}
