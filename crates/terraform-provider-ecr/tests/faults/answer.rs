//! What the sandbox answers in place of what it would.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::Effect;
use serde_json::{Value as Json, json};

/// Of every answer here that is AWS's.
const REQUEST_ID: &str = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

/// What befalls one request: nothing, if it is to go well.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub(crate) Vec<Effect>);

impl Answer {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        for effect in &mut self.0 {
            if let Effect::Answer { headers, .. } = effect {
                headers.insert(name.to_owned(), value.to_owned());
            }
        }
        self
    }

    /// The same, so many seconds later.
    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.0.insert(0, Effect::Delay(seconds * 1000));
        self
    }

    /// The same, and the connection breaks in the middle of it.
    pub(crate) fn broken(mut self) -> Self {
        self.0.insert(0, Effect::Truncate);
        self
    }
}

/// The sandbox's own answer.
pub(crate) fn well() -> Answer {
    Answer(Vec::new())
}

pub(crate) fn resets() -> Answer {
    Answer(vec![Effect::Reset])
}

/// Never says anything.
pub(crate) fn hangs() -> Answer {
    Answer(vec![Effect::Hang])
}

pub(crate) fn floods() -> Answer {
    Answer(vec![Effect::Flood])
}

/// Says this and nothing else, and closes the connection.
pub(crate) fn raw(text: &str) -> Answer {
    Answer(vec![Effect::Raw(text.to_owned())])
}

pub(crate) fn says(status: u16, content_type: &str, body: &str) -> Answer {
    let (content_type, body) = (content_type.to_owned(), body.to_owned());
    Answer(vec![Effect::Answer { status, content_type, headers: BTreeMap::new(), body }])
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

/// A token of SSO that is good for so many seconds.
pub(crate) fn renewed(seconds: i64) -> Answer {
    let token = json!({"accessToken": "hunter2-new", "refreshToken": "hunter2-again", "expiresIn": seconds});
    json(200, &token)
}
