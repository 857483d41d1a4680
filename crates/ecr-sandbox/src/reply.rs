//! Responses, and the other outcomes of a request.

use std::{collections::BTreeMap, convert::Infallible, str::FromStr};

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE},
};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::Frame;
use serde_json::{Value as Json, json};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Reply = Response<BoxBody<Bytes, BoxError>>;

/// The outcome of a request.
pub(crate) enum Outcome {
    Reply(Reply),
    /// The status and the headers of this response, and half of its body. After that, the connection is closed.
    Half(Reply),
    /// A response whose body never ends.
    Flood,
    /// This text, which does not have to be HTTP. After that, the connection is closed.
    Raw(String),
    /// A reset of the connection.
    Reset,
    /// No response. The connection stays open until the client closes it.
    Nothing,
    /// A tunnel to this host and port, for the rest of the connection.
    Tunnel(String),
}

impl Outcome {
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Reply(reply) | Self::Half(reply) => Some(reply.status().as_u16()),
            Self::Flood | Self::Tunnel(_) => Some(200),
            Self::Raw(_) | Self::Reset | Self::Nothing => None,
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Returns a response of the JSON 1.1 protocol: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
pub(crate) fn json_1_1(status: StatusCode, id: &str, body: &Json) -> Reply {
    of_aws(status, "application/x-amz-json-1.1", id, body.to_string())
}

/// Returns a response of the query protocol: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
pub(crate) fn xml(status: StatusCode, id: &str, body: String) -> Reply {
    of_aws(status, "text/xml", id, body)
}

pub(crate) fn json(status: StatusCode, body: &Json) -> Reply {
    with_type(status, "application/json", body.to_string())
}

pub(crate) fn text(status: StatusCode, body: impl Into<String>) -> Reply {
    with_type(status, "text/plain; charset=utf-8", body.into())
}

pub(crate) fn with_type(status: StatusCode, content_type: &str, body: String) -> Reply {
    let mut reply = Response::new(Full::new(body.into()).map_err(|never: Infallible| match never {}).boxed());
    *reply.status_mut() = status;
    if let Ok(value) = HeaderValue::from_str(content_type) {
        reply.headers_mut().insert(CONTENT_TYPE, value);
    }
    reply
}

pub(crate) fn status_of(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
}

/// Returns an error of a registry: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>
pub(crate) fn registry_error(status: StatusCode, code: &str, message: &str) -> Reply {
    json(status, &json!({"errors": [{"code": code, "message": message}]}))
}

/// Returns an error of a registry with ECR's message, and a detail from the sandbox.
pub(crate) fn registry_error_with(status: StatusCode, code: &str, message: &str, detail: &str) -> Reply {
    json(status, &json!({"errors": [{"code": code, "message": message, "detail": detail}]}))
}

/// Returns the response of a registry or proxy to a throttled request.
pub(crate) fn too_many_requests() -> Reply {
    text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n")
}

/// Whether a fault may set this header. The name and value must be valid, and headers that control the connection are not
/// allowed.
pub(crate) fn is_header(name: &str, value: &str) -> bool {
    let of_connection = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];
    HeaderName::from_str(name).is_ok_and(|name| !of_connection.contains(&name)) && HeaderValue::from_str(value).is_ok()
}

/// Returns the response that a fault describes.
pub(crate) fn exactly(status: u16, content_type: &str, headers: &BTreeMap<String, String>, body: String) -> Reply {
    let mut reply = with_type(status_of(status), content_type, body);
    for (name, value) in headers.iter().filter(|(name, value)| is_header(name, value)) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_str(name), HeaderValue::from_str(value)) {
            reply.headers_mut().insert(name, value);
        }
    }
    reply
}

/// Returns a response that sends zeros for as long as the client reads.
pub(crate) fn endless() -> Reply {
    let zeros = stream::repeat_with(|| Ok::<_, BoxError>(Frame::data(Bytes::from_static(&[b'0'; 1 << 14]))));
    Response::new(BodyExt::boxed(StreamBody::new(zeros)))
}

fn of_aws(status: StatusCode, content_type: &str, id: &str, body: String) -> Reply {
    let mut reply = with_type(status, content_type, body);
    if let Ok(id) = HeaderValue::from_str(id) {
        reply.headers_mut().insert(REQUEST_ID, id);
    }
    reply
}
