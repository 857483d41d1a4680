//! What the fake AWS answers.

use axum::response::Response;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

/// The account of everything here.
pub(crate) const ACCOUNT: &str = "123456789012";

pub(crate) fn token() -> Response {
    let data = json!({
        "authorizationToken": BASE64_STANDARD.encode("AWS:eyJwYXNzd29yZCJ9"),
        "expiresAt": 4_102_444_800_u64,
        "proxyEndpoint": format!("https://{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"),
    });
    json_1_1(200, &json!({"authorizationData": [data]}))
}

pub(crate) fn throttled() -> Response {
    json_1_1(400, &json!({"__type": "ThrottlingException", "message": "Rate exceeded"}))
}

/// The credentials of a role; one that is called `denied` cannot be assumed.
pub(crate) fn role(action: &str, role: &str) -> Response {
    if role == "denied" {
        let error = "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not for you</Message></Error>";
        return xml(403, &format!("<ErrorResponse>{error}<RequestId>42</RequestId></ErrorResponse>"));
    }
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session");
    let result = format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>hunter2</SecretAccessKey>\
         <SessionToken>hunter2-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:session</AssumedRoleId></AssumedRoleUser>",
        key_of(role)
    );
    xml(200, &format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"))
}

pub(crate) fn identity() -> Response {
    let result = format!("<Arn>arn:aws:iam::{ACCOUNT}:user/me</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>");
    let result = format!("<GetCallerIdentityResult>{result}</GetCallerIdentityResult>");
    xml(200, &format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))
}

/// Credentials of the portal of IAM Identity Center.
pub(crate) fn sso() -> Response {
    let credentials = json!({
        "accessKeyId": "AKIDSSO",
        "secretAccessKey": "hunter2",
        "sessionToken": "hunter2-session",
        "expiration": 4_102_444_800_000_u64,
    });
    json_1_1(200, &json!({"roleCredentials": credentials}))
}

/// Credentials of a container or an instance.
pub(crate) fn machine(key: &str) -> Response {
    let credentials = json!({
        "Code": "Success",
        "Type": "AWS-HMAC",
        "LastUpdated": "2026-01-01T00:00:00Z",
        "AccessKeyId": key,
        "SecretAccessKey": "hunter2",
        "Token": "hunter2-session",
        "Expiration": "2099-01-01T00:00:00Z",
    });
    json_1_1(200, &credentials)
}

pub(crate) fn text(body: &str) -> Response {
    answer(200, "text/plain", body)
}

pub(crate) fn refused(status: u16) -> Response {
    answer(status, "text/plain", "refused")
}

/// The access key id that stands for a role: `deploy` gets `ASIADEPLOY`.
fn key_of(role: &str) -> String {
    format!("ASIA{}", role.to_uppercase())
}

fn json_1_1(status: u16, body: &serde_json::Value) -> Response {
    answer(status, "application/x-amz-json-1.1", &body.to_string())
}

fn xml(status: u16, body: &str) -> Response {
    answer(status, "text/xml", body)
}

fn answer(status: u16, content_type: &str, body: &str) -> Response {
    let response = Response::builder().status(status).header("content-type", content_type);
    let response = response.header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    response.body(body.to_owned().into()).expect("a response")
}
