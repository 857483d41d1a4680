//! Tests of the credentials of a machine, and of logins in IAM Identity Center.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use ecr_sandbox::Sandbox;
use serde_json::{Value as Json, json};

use crate::client::{ECR, Request, Response, sandbox, token};

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const ROLE: &str = "/latest/meta-data/iam/security-credentials/instance";
const PORTAL: &str = "/federation/credentials?role_name=Dev&account_id=111122223333";

/// Sends a request that is signed with the credentials. Returns the ARN that the credentials belong to.
async fn owner(sandbox: &Sandbox, credentials: &Json, names: [&str; 3]) -> String {
    let [id, secret, token] = names.map(|name| credentials[name].as_str().expect("a text").to_owned());
    let credentials = Credentials::new(&id, secret, Some(token), None, "test");
    let request = Request::json(ECR, "{}");
    let to = sandbox.address();
    let answer = request.signed_by(to, "ecr", "eu-west-1", &credentials, SystemTime::now()).response(to).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    sandbox.arn_of(&id).expect("somebody's")
}

const OF_A_MACHINE: [&str; 3] = ["AccessKeyId", "SecretAccessKey", "Token"];

#[tokio::test]
async fn an_instance_provides_credentials_of_a_role() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let ttl = "x-aws-ec2-metadata-token-ttl-seconds";
    let session = Request::new("PUT", "/latest/api/token").header(ttl, "60").response(to).await;
    assert!(session.head.contains(&format!("{ttl}: 60")), "{session:?}");
    let get = async |path: &'static str, token: &str| {
        Request::new("GET", path).header("x-aws-ec2-metadata-token", token).response(to).await
    };
    assert_eq!(get(ROLES, &session.body).await.body, "instance");
    assert_eq!(get("/latest/meta-data/placement/region", &session.body).await.body, "us-east-1");
    let credentials = get(ROLE, &session.body).await.json();
    let arn = owner(&sandbox, &credentials, OF_A_MACHINE).await;
    assert_eq!(arn, "arn:aws:sts::123456789012:assumed-role/instance/i-0123456789abcdef0");

    assert_eq!(Request::new("GET", ROLES).response(to).await.body, "instance", "version 1 has no sessions");
    assert_eq!(get(ROLES, "another").await.status, 401);
    assert_eq!(get("/latest/meta-data/iam/security-credentials/other", &session.body).await.status, 404);
    assert_eq!(Request::new("PUT", "/latest/api/token").response(to).await.status, 400, "the lifetime is missing");
    let sessions = sandbox.requests().iter().filter(|request| request.service == "metadata").count();
    assert_eq!(sessions, 8);
}

#[tokio::test]
async fn a_container_provides_credentials_of_a_role() {
    let sandbox = sandbox().await;
    let credentials = Request::new("GET", "/v1/credentials").response(sandbox.address()).await.json();
    let arn = owner(&sandbox, &credentials, OF_A_MACHINE).await;
    assert_eq!(arn, "arn:aws:sts::123456789012:assumed-role/container/task");
}

#[tokio::test]
async fn a_login_provides_credentials_of_roles() {
    let sandbox = sandbox().await;
    let portal = Request::new("GET", PORTAL);
    let answer = portal.clone().header("x-amz-sso_bearer_token", "login").response(sandbox.address()).await;
    let names = ["accessKeyId", "secretAccessKey", "sessionToken"];
    let arn = owner(&sandbox, &answer.json()["roleCredentials"], names).await;
    assert_eq!(arn, "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/sandbox");
    let answer = portal.response(sandbox.address()).await;
    assert_eq!((answer.status, &answer.json()["__type"]), (401, &"UnauthorizedException".into()));
}

#[tokio::test]
async fn a_login_is_renewed_only_with_every_field() {
    let sandbox = sandbox().await;
    let renew = async |body: &Json| -> Response {
        Request::new("POST", "/token").body(&body.to_string()).response(sandbox.address()).await
    };
    let whole = json!({"grantType": "refresh_token", "clientId": "c", "clientSecret": "s", "refreshToken": "r"});
    let answer = renew(&whole).await.json();
    assert_eq!((&answer["expiresIn"], &answer["tokenType"]), (&28_800.into(), &"Bearer".into()));
    for (field, code) in [
        ("grantType", "UnsupportedGrantTypeException"),
        ("clientId", "InvalidClientException"),
        ("clientSecret", "InvalidClientException"),
        ("refreshToken", "InvalidGrantException"),
    ] {
        let mut body = whole.clone();
        body[field] = "".into();
        assert_eq!(renew(&body).await.json()["__type"], code, "without {field}");
    }
}

#[tokio::test]
async fn issued_credentials_are_listed_as_secrets() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let (token, _) = token(&sandbox, "eu-west-1").await;
    let credentials = Request::new("GET", "/v1/credentials").response(to).await.json();
    let session = Request::new("PUT", "/latest/api/token").header("x-aws-ec2-metadata-token-ttl-seconds", "60");
    let session = session.response(to).await.body;
    let renewed = json!({"grantType": "refresh_token", "clientId": "c", "clientSecret": "s", "refreshToken": "r"});
    let renewed = Request::new("POST", "/token").body(&renewed.to_string()).response(to).await.json();
    let secrets = sandbox.secrets();
    let texts =
        [&credentials["SecretAccessKey"], &credentials["Token"], &renewed["accessToken"], &renewed["refreshToken"]];
    for secret in texts.map(|text| text.as_str().expect("a text")).into_iter().chain([&*token, &session]) {
        assert!(secrets.iter().any(|known| known == secret), "{secret}");
    }
    assert!(!secrets.iter().any(|secret| secret == credentials["AccessKeyId"].as_str().expect("a text")));
}
