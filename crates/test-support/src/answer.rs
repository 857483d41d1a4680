//! Responses that the sandbox sends instead of its usual responses.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::Effect;
use serde_json::{Value as Json, json};

/// The request id in all responses that imitate AWS's responses.
const REQUEST_ID: &str = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

/// The effects of faults on one request. The list is empty if the request gets the sandbox's usual response.
#[derive(Clone, Debug)]
pub struct Answer(pub(crate) Vec<Effect>);

impl Answer {
    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        for effect in &mut self.0 {
            if let Effect::Answer { headers, .. } = effect {
                headers.insert(name.to_owned(), value.to_owned());
            }
        }
        self
    }

    /// Delays the response by this number of seconds.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.0.insert(0, Effect::Delay(seconds * 1000));
        self
    }

    /// Closes the connection in the middle of the response.
    #[must_use]
    pub fn broken(mut self) -> Self {
        self.0.insert(0, Effect::Truncate);
        self
    }
}

/// Sends the sandbox's usual response.
#[must_use]
pub fn succeeds() -> Answer {
    Answer(Vec::new())
}

/// Resets the connection.
#[must_use]
pub fn resets() -> Answer {
    Answer(vec![Effect::Reset])
}

/// Never sends a response.
#[must_use]
pub fn hangs() -> Answer {
    Answer(vec![Effect::Hang])
}

/// Sends a response that never ends.
#[must_use]
pub fn floods() -> Answer {
    Answer(vec![Effect::Flood])
}

/// Sends exactly this text, and closes the connection.
#[must_use]
pub fn raw(text: &str) -> Answer {
    Answer(vec![Effect::Raw(text.to_owned())])
}

/// Sends a response with this status, `Content-Type` and body.
#[must_use]
pub fn says(status: u16, content_type: &str, body: &str) -> Answer {
    let (content_type, body) = (content_type.to_owned(), body.to_owned());
    Answer(vec![Effect::Answer { status, content_type, headers: BTreeMap::new(), body }])
}

/// Sends a response in JSON, as ECR and IAM Identity Center do.
#[must_use]
pub fn json(status: u16, body: &Json) -> Answer {
    says(status, "application/x-amz-json-1.1", &body.to_string()).header("x-amzn-requestid", REQUEST_ID)
}

/// Sends an error of ECR or IAM Identity Center.
#[must_use]
pub fn refuses(status: u16, code: &str, message: &str) -> Answer {
    json(status, &json!({"__type": code, "message": message}))
}

/// Sends an error of STS.
#[must_use]
pub fn sts_refuses(status: u16, code: &str, message: &str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">{error}<RequestId>{REQUEST_ID}</RequestId>\
         </ErrorResponse>"
    );
    says(status, "text/xml", &body)
}

/// Sends ECR's error for throttled requests.
#[must_use]
pub fn throttles() -> Answer {
    refuses(400, "ThrottlingException", "Rate exceeded")
}

/// Returns a token, which is the base64 text of this content.
#[must_use]
pub fn encoded(decoded: &[u8]) -> String {
    BASE64_STANDARD.encode(decoded)
}

/// Sends ECR's response with one entry. The entry has these fields, except for fields that are null.
#[must_use]
pub fn data(token: &Json, expires_at: &Json, proxy_endpoint: &Json) -> Answer {
    let entry = [("authorizationToken", token), ("expiresAt", expires_at), ("proxyEndpoint", proxy_endpoint)];
    let entry: Json =
        entry.into_iter().filter(|(_, value)| !value.is_null()).map(own).collect::<serde_json::Map<_, _>>().into();
    json(200, &json!({"authorizationData": [entry]}))
}

fn own((name, value): (&str, &Json)) -> (String, Json) {
    (name.to_owned(), value.clone())
}

/// Sends ECR's response with a token that has this content.
#[must_use]
pub fn token_of(decoded: &str) -> Answer {
    let endpoint = json!("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    data(&json!(encoded(decoded.as_bytes())), &json!(4_102_444_800.5), &endpoint)
}

/// Sends a response of IAM Identity Center with a token that is valid for this number of seconds.
#[must_use]
pub fn renewed(seconds: i64) -> Answer {
    let token = json!({"accessToken": "hunter2-new", "refreshToken": "hunter2-again", "expiresIn": seconds});
    json(200, &token)
}
