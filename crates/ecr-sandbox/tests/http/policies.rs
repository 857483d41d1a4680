//! Tests of session policies. STS either accepts a policy, or returns an error with the reason. The APIs and registries enforce
//! accepted policies.

use std::{net::SocketAddr, time::SystemTime};

use aws_credential_types::Credentials;
use ecr_sandbox::Sandbox;
use serde_json::{Value as Json, json};
use test_support::search::Search;

use crate::client::{ECR, ECR_PUBLIC, Request, Response, form_urlencoded, mirror, sandbox, with};

const ARN: &str = "arn:aws:ecr:eu-west-1:111122223333:repository/";
const USER: &str = "arn:aws:sts::111122223333:assumed-role/deploy/ci";

fn allow(actions: &Json, resources: &Json) -> Json {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

fn policy(statements: &Json) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// Returns a policy that allows only two things: to request a token, and to pull from the repository `app`.
fn pulls() -> String {
    let token = allow(&json!("ecr:GetAuthorizationToken"), &json!("*"));
    let pull = allow(&json!(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]), &json!(format!("{ARN}app")));
    policy(&json!([token, pull]))
}

fn assume(action: &str, fields: &[(&str, &str)]) -> Request {
    let fixed = [
        ("Action", action),
        ("RoleArn", "arn:aws:iam::111122223333:role/deploy"),
        ("RoleSessionName", "ci"),
        ("WebIdentityToken", "hunter2"),
    ];
    Request::form(&form_urlencoded(fixed.iter().chain(fields)))
}

async fn assume_role(sandbox: &Sandbox, fields: &[(&str, &str)]) -> Response {
    assume("AssumeRole", fields).signed(sandbox.address(), "sts", "eu-west-1").response(sandbox.address()).await
}

async fn session(sandbox: &Sandbox, policy: &str) -> Credentials {
    let answer = assume_role(sandbox, &[("Policy", policy)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    credentials(&answer)
}

fn credentials(answer: &Response) -> Credentials {
    let token = Some(answer.tag("SessionToken").to_owned());
    Credentials::new(answer.tag("AccessKeyId"), answer.tag("SecretAccessKey"), token, None, "test")
}

async fn ask(sandbox: &Sandbox, request: Request, service: &str, session: &Credentials) -> Response {
    let region = if service == "ecr-public" { "us-east-1" } else { "eu-west-1" };
    let to = sandbox.address();
    request.signed_by(to, service, region, session, SystemTime::now()).response(to).await
}

/// Requests a token in a session with this policy. Returns the token, and the address of the registry of the session's account.
async fn token(sandbox: &Sandbox, policy: &str) -> (String, SocketAddr) {
    let answer = ask(sandbox, Request::json(ECR, "{}"), "ecr", &session(sandbox, policy).await).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let entry = &answer.json()["authorizationData"][0];
    let endpoint = entry["proxyEndpoint"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an endpoint");
    (entry["authorizationToken"].as_str().expect("a token").to_owned(), endpoint.parse().expect("an address"))
}

fn request(method: &'static str, path: &'static str, token: &str) -> Request {
    Request::new(method, path).header("authorization", &format!("Basic {token}"))
}

#[tokio::test]
async fn a_forbidden_call_gets_the_error_of_aws() {
    let sandbox = sandbox().await;
    let answer = async |policy: &str, target: &str, service: &str| {
        let answer = ask(&sandbox, Request::json(target, "{}"), service, &session(&sandbox, policy).await).await;
        let body = answer.json();
        (answer.status, body["__type"].as_str().map(ToOwned::to_owned), body["message"].as_str().map(ToOwned::to_owned))
    };
    let denied = |words: &str| {
        let message = format!("User: {USER} is not authorized to perform: {words}");
        (400, Some("AccessDeniedException".to_owned()), Some(message))
    };
    let nothing = policy(&allow(&json!("s3:*"), &json!("*")));
    let expected = "ecr:GetAuthorizationToken on resource: * because no session policy allows the \
                    ecr:GetAuthorizationToken action";
    assert_eq!(answer(&nothing, ECR, "ecr").await, denied(expected));
    let explicit = policy(&json!([
        allow(&json!("*"), &json!("*")),
        {"Effect": "Deny", "Action": "ecr:Get*", "Resource": "*"},
    ]));
    let expected = "ecr:GetAuthorizationToken on resource: * with an explicit deny in a session policy";
    assert_eq!(answer(&explicit, ECR, "ecr").await, denied(expected));
    assert_eq!(answer(&explicit, ECR_PUBLIC, "ecr-public").await.0, 200);
    let half = policy(&allow(&json!("ecr-public:*"), &json!("*")));
    let expected = "sts:GetServiceBearerToken on resource: * because no session policy allows the \
                    sts:GetServiceBearerToken action";
    assert_eq!(answer(&half, ECR_PUBLIC, "ecr-public").await, denied(expected));
}

#[tokio::test]
async fn a_session_assumes_allowed_roles_without_its_policy() {
    let sandbox = sandbox().await;
    let hub = policy(&allow(&json!("sts:AssumeRole"), &json!("arn:aws:iam::111122223333:role/d*")));
    let hub = session(&sandbox, &hub).await;
    let answer = ask(&sandbox, assume("AssumeRole", &[]), "sts", &hub).await;
    let chained = credentials(&answer);
    assert_eq!(
        ask(&sandbox, Request::json(ECR, "{}"), "ecr", &chained).await.status,
        200,
        "the second session has no policy"
    );

    for (fields, action) in
        [(("Tags.member.1.Key", "team"), "sts:TagSession"), (("SourceIdentity", "me"), "sts:SetSourceIdentity")]
    {
        let answer = ask(&sandbox, assume("AssumeRole", &[fields]), "sts", &hub).await;
        assert_eq!((answer.status, answer.tag("Code")), (403, "AccessDenied"));
        assert!(
            answer.tag("Message").contains(&format!("not authorized to perform: {action} on resource")),
            "{answer:?}"
        );
    }
    let other = session(&sandbox, &policy(&allow(&json!("sts:*"), &json!("arn:aws:iam::*:role/other")))).await;
    let answer = ask(&sandbox, assume("AssumeRole", &[]), "sts", &other).await;
    assert_eq!((answer.status, answer.tag("Code")), (403, "AccessDenied"));
    let expected = format!(
        "User: {USER} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/deploy \
         because no session policy allows the sts:AssumeRole action"
    );
    assert_eq!(answer.tag("Message"), expected);
}

#[tokio::test]
async fn every_session_may_call_get_caller_identity() {
    let sandbox = sandbox().await;
    let nothing = session(&sandbox, &policy(&json!({"Effect": "Deny", "Action": "*", "Resource": "*"}))).await;
    let answer = ask(&sandbox, Request::form("Action=GetCallerIdentity"), "sts", &nothing).await;
    assert_eq!(answer.tag("Arn"), USER);
}

#[tokio::test]
async fn rejects_a_policy_that_cannot_be_enforced() {
    let sandbox = sandbox().await;
    let condition = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}}"#;
    let blanks = format!("{}{}", pulls(), " ".repeat(2048));
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for (field, role, identity, part) in [
        (("Policy", "{}"), (400, "MalformedPolicyDocument"), None, "Statement is missing"),
        (("Policy", condition), (400, "MalformedPolicyDocument"), None, "ecr-sandbox cannot enforce it"),
        (("Policy", ""), (400, "ValidationError"), None, "'policy' failed to satisfy constraint"),
        (("Policy", "\u{100}"), (400, "ValidationError"), None, "'policy' failed to satisfy constraint"),
        (("Policy", &blanks), (400, "PackedPolicyTooLarge"), Some("ValidationError"), "2048"),
        (("PolicyArns.member.1.arn", arn), (501, "NotImplemented"), None, "cannot enforce PolicyArns"),
    ] {
        let (status, code) = role;
        let answers = [
            (assume_role(&sandbox, &[field]).await, code),
            (assume("AssumeRoleWithWebIdentity", &[field]).response(sandbox.address()).await, identity.unwrap_or(code)),
        ];
        for (answer, code) in answers {
            assert_eq!((answer.status, answer.tag("Code")), (status, code), "{answer:?}");
            assert!(answer.tag("Message").contains(part), "{part}: {answer:?}");
        }
    }
    let longest = format!("{}{}", pulls(), " ".repeat(2048 - pulls().len()));
    assert_eq!(assume_role(&sandbox, &[("Policy", &longest)]).await.status, 200);
}

#[tokio::test]
async fn enforces_the_policy_of_a_web_identity_session() {
    let sandbox = sandbox().await;
    let nothing = policy(&allow(&json!("s3:*"), &json!("*")));
    let answer = assume("AssumeRoleWithWebIdentity", &[("Policy", &nothing)]).response(sandbox.address()).await;
    let refused = ask(&sandbox, Request::json(ECR, "{}"), "ecr", &credentials(&answer)).await;
    assert_eq!(refused.json()["__type"], "AccessDeniedException", "{refused:?}");
}

#[tokio::test]
async fn a_token_has_the_registry_permissions_of_its_session() {
    let sandbox = with(|options| options.open_accounts.push("444455556666".to_owned())).await;
    let (token, registry) = token(&sandbox, &pulls()).await;
    // The response to requests that the gate allows. This sandbox runs without a registry behind the gate.
    let passes = (404, "NAME_UNKNOWN");
    for (method, path, expected) in [
        ("GET", "/v2/app/manifests/1", passes),
        ("GET", "/v2/app/blobs/sha256:00", passes),
        ("PUT", "/v2/app/manifests/1", (403, "DENIED")),
        ("POST", "/v2/app/blobs/uploads/", (403, "DENIED")),
        ("GET", "/v2/app/tags/list", (403, "DENIED")),
        ("GET", "/v2/other/manifests/1", (403, "DENIED")),
        ("GET", "/v2/app/app/manifests/1", (403, "DENIED")),
        ("GET", "/v2/_catalog", (403, "DENIED")),
        ("DELETE", "/v2/app/blobs/sha256:00", (405, "UNSUPPORTED")),
        ("GET", "/v2/App/manifests/1", (400, "NAME_INVALID")),
    ] {
        for to in [registry, sandbox.address()] {
            let answer = request(method, path, &token).response(to).await;
            let code = answer.json()["errors"][0]["code"].clone();
            assert_eq!((answer.status, &code), (expected.0, &expected.1.into()), "{method} {path}: {answer:?}");
        }
    }
    assert_eq!(request("GET", "/v2/", &token).response(registry).await.status, 200);
    assert_eq!(request("HEAD", "/v2/app/manifests/1", &token).response(registry).await.status, 404);
    assert_eq!(request("HEAD", "/v2/app/blobs/sha256:00", &token).response(registry).await.status, 403);

    let push = request("POST", "/v2/app/blobs/uploads/", &token).response(registry).await.json();
    let expected = format!(
        "User: {USER} is not authorized to perform: ecr:InitiateLayerUpload on resource: {ARN}app because no session \
         policy allows the ecr:InitiateLayerUpload action"
    );
    assert_eq!(push["errors"][0]["message"], expected.as_str());
}

#[tokio::test]
async fn the_resource_arn_names_the_requested_registry() {
    let hosts = ["444455556666.dkr.ecr.eu-west-1.amazonaws.com", "111122223333.dkr.ecr.eu-west-1.amazonaws.com"];
    let sandbox = with(|options| {
        options.open_accounts.push("444455556666".to_owned());
        options.hosts.extend(hosts.map(|host| host.parse().expect("a host")));
    })
    .await;
    let (token, _) = token(&sandbox, &pulls()).await;
    let status = async |host: &str| {
        request("GET", "/v2/app/manifests/1", &token).header("host", host).response(sandbox.address()).await.status
    };
    assert_eq!([status(hosts[0]).await, status(hosts[1]).await], [403, 404]);
}

#[tokio::test]
async fn a_blob_is_mounted_only_from_readable_repositories() {
    let behind = mirror().await;
    let sandbox = with(|options| options.registry = Some(behind.parse().expect("a URI"))).await;
    let push = policy(&json!([
        allow(&json!("ecr:GetAuthorizationToken"), &json!("*")),
        allow(&json!("ecr:*"), &json!(format!("{ARN}app"))),
        allow(&json!("ecr:GetDownloadUrlForLayer"), &json!(format!("{ARN}base"))),
    ]));
    let (token, registry) = token(&sandbox, &push).await;
    for (path, seen) in [
        ("/v2/app/blobs/uploads/?mount=sha256:00&from=base", "/v2/app/blobs/uploads/?mount=sha256:00&from=base"),
        ("/v2/app/blobs/uploads/?mount=sha256:00&from=secret", "/v2/app/blobs/uploads/"),
        ("/v2/app/blobs/uploads/?mount=sha256:00&from=base&from=..%2fsecret", "/v2/app/blobs/uploads/"),
    ] {
        let answer = request("POST", path, &token).response(registry).await;
        assert!(answer.status == 202 && answer.body.starts_with(&format!("POST {seen} HTTP/1.1\r\n")), "{answer:?}");
    }
}

#[tokio::test]
async fn a_policy_is_neither_recorded_nor_shown() {
    let sandbox = with(|options| options.admin = true).await;
    let secret = policy(&json!([
        allow(&json!("ecr:GetAuthorizationToken"), &json!("*")),
        allow(&json!("ecr:*"), &json!("arn:aws:ecr:*:*:repository/hunter2hunter2hunter2")),
    ]));
    let (token, registry) = token(&sandbox, &secret).await;
    request("PUT", "/v2/app/manifests/1", &token).response(registry).await;
    let list = Request::new("GET", "/_sandbox/requests").response(sandbox.address()).await;
    let refused =
        json!({"service": "registry", "action": "PUT /v2/app/manifests/1", "region": "eu-west-1", "status": 403});
    assert_eq!(list.json()[2], refused, "{list:?}");
    let shown = format!("{} {:?} {:?}", list.body, sandbox, sandbox.requests());
    let search = Search::new(["hunter2hunter2hunter2", token.as_str()]);
    assert_eq!(search.text("the text of Debug", shown.as_bytes()), Vec::<String>::new());
}
