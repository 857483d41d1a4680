//! Tests of the registries that accept a token, and of the time after which the token expires.

use std::time::Duration;

use ecr_sandbox::{Effect, Fault, Sandbox};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{ECR, ECR_PUBLIC, Request, Response, mirror, sandbox, token, with};

fn login(token: &str) -> Request {
    Request::new("GET", "/v2/").header("authorization", &format!("Basic {token}"))
}

/// Asserts that a registry rejected a token that the sandbox issued.
fn assert_denied(answer: &Response, part: &str) {
    let body = answer.json();
    assert_eq!((answer.status, &body["errors"][0]["code"]), (403, &"DENIED".into()), "{answer:?}");
    assert!(body["errors"][0]["message"].as_str().is_some_and(|message| message.contains(part)), "{body}");
}

#[tokio::test]
async fn a_token_is_accepted_at_its_proxy_endpoint() {
    let sandbox = sandbox().await;
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    for address in [registry, sandbox.address()] {
        let answer = login(&token).response(address).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{answer:?}");
        assert!(answer.head.contains("docker-distribution-api-version: registry/2.0"), "{answer:?}");
    }
}

#[tokio::test]
async fn rejects_other_tokens() {
    let sandbox = sandbox().await;
    let (_, registry) = token(&sandbox, "eu-west-1").await;
    // `QVdTOmV5Sg==` is `AWS:eyJ` in base64.
    for request in [Request::new("GET", "/v2/"), login("QVdTOmV5Sg=="), login("%"), login("")] {
        let answer = request.response(registry).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, "Not Authorized\n"), "{answer:?}");
        let challenge = format!("www-authenticate: basic realm=\"http://{registry}/\",service=\"ecr.amazonaws.com\"");
        assert!(answer.head.contains(&challenge), "{answer:?}");
    }
}

/// The sandbox reads the whole upload before it responds. The client therefore gets the response, and not a broken connection.
#[tokio::test]
async fn a_rejected_large_upload_gets_its_response() {
    let sandbox = sandbox().await;
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    let push = |token: &str| {
        let push = Request { method: "PUT", path: "/v2/app/blobs/uploads/1", ..login(token) };
        push.body(&"x".repeat(32 << 20))
    };
    assert_eq!(push("QVdTOmV5Sg==").response(registry).await.status, 401);
    assert_eq!(push(&token).response(registry).await.status, 404, "a registry is missing");
    sandbox.fault(Fault::new("Registry", Effect::refuse(500, "UNKNOWN", "no")).times(1));
    assert_eq!(push(&token).response(registry).await.status, 500);
}

#[tokio::test]
async fn an_upload_expecting_continue_is_rejected_at_once() {
    let sandbox = sandbox().await;
    let (_, registry) = token(&sandbox, "eu-west-1").await;
    let mut stream = TcpStream::connect(registry).await.expect("a connection");
    let head = "PUT /v2/app/blobs/uploads/1 HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("the sandbox reads the bytes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
}

#[tokio::test]
async fn a_token_is_valid_for_its_region_and_accounts() {
    let hosts = ["eu-west-1", "us-east-1"].map(|region| format!("123456789012.dkr.ecr.{region}.amazonaws.com"));
    let sandbox = with(|options| options.hosts.extend(hosts.iter().map(|host| host.parse().expect("a host")))).await;
    let (ireland, at_ireland) = token(&sandbox, "eu-west-1").await;
    let (london, at_london) = token(&sandbox, "eu-west-2").await;
    assert_ne!(at_ireland, at_london);
    assert_eq!(login(&london).response(at_london).await.status, 200);
    assert_denied(&login(&ireland).response(at_london).await, "eu-west-2");

    let by_host = async |host: &str| login(&ireland).header("host", host).response(sandbox.address()).await;
    assert_eq!(by_host("123456789012.dkr.ecr.eu-west-1.amazonaws.com").await.status, 200);
    assert_denied(&by_host("123456789012.dkr.ecr.us-east-1.amazonaws.com").await, "us-east-1");

    let ids = r#"{"registryIds":["111122223333","444455556666"]}"#;
    let request = Request::json(ECR, ids).signed(sandbox.address(), "ecr", "eu-west-1");
    let answer = request.response(sandbox.address()).await.json();
    let entries = answer["authorizationData"].as_array().expect("entries");
    assert_eq!(entries.len(), 2);
    let of_others = entries[0]["authorizationToken"].as_str().expect("a token");
    assert_denied(&login(of_others).response(at_ireland).await, "123456789012");
}

#[tokio::test]
async fn a_public_token_is_not_valid_for_a_private_registry() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let (_, registry) = token(&sandbox, "us-east-1").await;
    let answer = Request::json(ECR_PUBLIC, "{}").signed(to, "ecr-public", "us-east-1").response(to).await.json();
    let public = answer["authorizationData"]["authorizationToken"].as_str().expect("a token").to_owned();
    assert_eq!(login(&public).response(to).await.status, 200);
    assert_denied(&login(&public).response(registry).await, "ECR Public");
}

#[tokio::test]
async fn rejects_an_expired_token_like_ecr() {
    let sandbox = with(|options| options.token_lifetime = Duration::ZERO).await;
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    let answer = login(&token).response(registry).await;
    assert_denied(&answer, "Your authorization token has expired. Reauthenticate and try again.");
}

#[tokio::test]
async fn the_proxy_endpoint_is_configurable() {
    let template = "https://{account}.dkr.ecr.{region}.example:{port}";
    let sandbox = with(|options| options.proxy_endpoint = Some(template.to_owned())).await;
    let to = sandbox.address();
    let answer = Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1").response(to).await.json();
    let expected = format!("https://123456789012.dkr.ecr.eu-west-1.example:{}", to.port());
    assert_eq!(answer["authorizationData"][0]["proxyEndpoint"], expected.as_str());
}

async fn before(registry: &str) -> Sandbox {
    with(|options| options.registry = Some(registry.parse().expect("a URI"))).await
}

#[tokio::test]
async fn the_upstream_receives_the_request_without_the_token() {
    let sandbox = before(&mirror().await).await;
    let (token, gate) = token(&sandbox, "eu-west-1").await;
    let mut push = login(&token);
    (push.method, push.path) = ("POST", "/v2/app/blobs/uploads/?mount=x");
    let answer = push.response(gate).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let seen = answer.body.to_lowercase();
    assert!(seen.starts_with("post /v2/app/blobs/uploads/?mount=x http/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: {gate}")), "the registry must see the host of the gate: {seen}");
    assert!(!seen.contains("authorization"), "{seen}");
    assert_eq!(Request::new("POST", "/v2/app/blobs/uploads/").response(gate).await.status, 401);
}

#[tokio::test]
async fn distinguishes_an_unreachable_from_a_missing_upstream() {
    let sandbox = before("http://127.0.0.1:1").await;
    let (token, gate) = token(&sandbox, "eu-west-1").await;
    let answer = login(&token).response(gate).await;
    assert_eq!(answer.status, 502, "{answer:?}");
    let parts = ["http://127.0.0.1:1/", "Connection refused"];
    assert!(parts.iter().all(|part| answer.body.contains(part)), "{answer:?}");

    let sandbox = self::sandbox().await;
    let (token, gate) = self::token(&sandbox, "eu-west-1").await;
    let mut pull = login(&token);
    pull.path = "/v2/app/manifests/latest";
    let answer = pull.response(gate).await;
    assert!(answer.status == 404 && answer.body.contains("--registry"), "{answer:?}");
}
