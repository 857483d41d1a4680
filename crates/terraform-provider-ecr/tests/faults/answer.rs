//! What a fake AWS does with a request.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};

/// Of everything that answers as AWS does.
const REQUEST_ID: &str = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

/// The password in every token.
pub(crate) const PASSWORD: &str = "eyJwYXlsb2FkIjoi:hunter2:fQ";

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Says(Message),
    /// Says a part of the message, and closes the connection.
    Breaks(Message),
    /// Says the message after a while.
    Late(Duration, Message),
    /// Sends zeros for as long as somebody listens.
    Floods,
    /// Sends this and nothing else, and closes the connection.
    Raw(&'static str),
    /// Resets the connection.
    Resets,
    Never,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: String,
}

impl Answer {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        match &mut self {
            Self::Says(message) | Self::Breaks(message) | Self::Late(_, message) => message.headers.push((name, value)),
            Self::Floods | Self::Raw(_) | Self::Resets | Self::Never => {}
        }
        self
    }

    /// The same, so many seconds later.
    pub(crate) fn after(self, seconds: u64) -> Self {
        match self {
            Self::Says(message) => Self::Late(Duration::from_secs(seconds), message),
            other => other,
        }
    }

    /// The same, and the connection breaks in the middle of it.
    pub(crate) fn broken(self) -> Self {
        match self {
            Self::Says(message) => Self::Breaks(message),
            other => other,
        }
    }
}

pub(crate) fn says(status: u16, content_type: &'static str, body: &str) -> Answer {
    let headers = vec![("content-type", content_type)];
    Answer::Says(Message { status, headers, body: body.to_owned() })
}

/// Of ECR and SSO.
pub(crate) fn json(status: u16, body: &Json) -> Answer {
    says(status, "application/x-amz-json-1.1", &body.to_string()).header("x-amzn-requestid", REQUEST_ID)
}

/// An error of ECR or SSO.
pub(crate) fn refuses(status: u16, code: &str, message: &str) -> Answer {
    json(status, &json!({"__type": code, "message": message}))
}

/// An error of STS.
pub(crate) fn sts_refuses(status: u16, code: &str, message: &str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">{error}<RequestId>{REQUEST_ID}</RequestId>\
         </ErrorResponse>"
    );
    says(status, "text/xml", &body)
}

pub(crate) fn throttles() -> Answer {
    refuses(400, "ThrottlingException", "Rate exceeded")
}

/// The base64 of what ECR encodes in a token.
pub(crate) fn encoded(decoded: &[u8]) -> String {
    BASE64_STANDARD.encode(decoded)
}

/// ECR's answer with this entry, but for the fields that are null.
pub(crate) fn data(token: &Json, expires_at: &Json, proxy_endpoint: &Json) -> Answer {
    let entry = [("authorizationToken", token), ("expiresAt", expires_at), ("proxyEndpoint", proxy_endpoint)];
    let entry: Json =
        entry.into_iter().filter(|(_, value)| !value.is_null()).map(own).collect::<serde_json::Map<_, _>>().into();
    json(200, &json!({"authorizationData": [entry]}))
}

fn own((name, value): (&str, &Json)) -> (String, Json) {
    (name.to_owned(), value.clone())
}

/// A token with this in it.
pub(crate) fn token_of(decoded: &str) -> Answer {
    let endpoint = json!("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    data(&json!(encoded(decoded.as_bytes())), &json!(4_102_444_800.5), &endpoint)
}

pub(crate) fn token() -> Answer {
    token_of(&format!("AWS:{PASSWORD}"))
}

/// Credentials of a role.
pub(crate) fn role(action: &str) -> Answer {
    let keys = "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>hunter2-role</SecretAccessKey>\
                <SessionToken>hunter2-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
    let result = format!("<{action}Result><Credentials>{keys}</Credentials></{action}Result>");
    says(200, "text/xml", &format!("<{action}Response>{result}</{action}Response>"))
}

pub(crate) fn identity() -> Answer {
    let result = "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>";
    let result = format!("<GetCallerIdentityResult>{result}</GetCallerIdentityResult>");
    says(200, "text/xml", &format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))
}

/// Credentials of a container or an instance.
pub(crate) fn machine() -> Answer {
    let keys = json!({
        "Code": "Success",
        "AccessKeyId": "ASIAMACHINE",
        "SecretAccessKey": "hunter2-machine",
        "Token": "hunter2-session",
        "Expiration": "2099-01-01T00:00:00Z",
    });
    json(200, &keys)
}

/// Credentials of the portal of IAM Identity Center.
pub(crate) fn portal() -> Answer {
    let keys = json!({
        "accessKeyId": "ASIASSO",
        "secretAccessKey": "hunter2-sso",
        "sessionToken": "hunter2-session",
        "expiration": 4_102_444_800_000_u64,
    });
    json(200, &json!({"roleCredentials": keys}))
}

/// A token of SSO that is good for so many seconds.
pub(crate) fn renewed(seconds: i64) -> Answer {
    let token = json!({"accessToken": "hunter2-new", "refreshToken": "hunter2-again", "expiresIn": seconds});
    json(200, &token)
}

/// What is answered to an action that the row says nothing about.
pub(crate) fn usual(action: &str) -> Answer {
    match action {
        "GetAuthorizationToken" => token(),
        "AssumeRole" | "AssumeRoleWithWebIdentity" => role(action),
        "GetCallerIdentity" => identity(),
        "/federation/credentials" => portal(),
        "/token" => renewed(28_800),
        "/latest/api/token" => {
            says(200, "text/plain", "hunter2-metadata").header("x-aws-ec2-metadata-token-ttl-seconds", "600")
        }
        "/latest/meta-data/iam/security-credentials/" => says(200, "text/plain", "instance"),
        "/latest/meta-data/iam/security-credentials/instance" | "/container" => machine(),
        _ => says(404, "text/plain", "not found"),
    }
}
