//! How AWS says no.

use http::StatusCode;
use serde_json::json;

use crate::{
    call::Service,
    reply::{Reply, json_1_1, xml},
};

/// An error as AWS answers it, by what services of each protocol call it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Refusal {
    status: StatusCode,
    pub(crate) code: String,
    message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Of JSON services, which say 400 to everything that is the client's fault, and of the others, under their own names.
    pub(crate) fn of(service: Service, json: &str, (status, query): (u16, &str), message: impl Into<String>) -> Self {
        let status = if service.is_json() { StatusCode::BAD_REQUEST } else { status_of(status) };
        Self::new(status, if service.is_json() { json } else { query }, message)
    }

    pub(crate) fn reply(&self, service: Service, id: &str) -> Reply {
        let Self { status, code, message } = self;
        if service.is_json() {
            return json_1_1(*status, id, &json!({"__type": code, "message": message}));
        }
        let kind = if status.is_server_error() { "Receiver" } else { "Sender" };
        let (code, message) = (escaped(code), escaped(message));
        let error = format!("<Error><Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message></Error>");
        let body = format!("<ErrorResponse xmlns=\"{NAMESPACE}\">{error}<RequestId>{id}</RequestId></ErrorResponse>");
        xml(*status, id, body)
    }
}

/// Of everything that STS answers.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(crate) fn status_of(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
}

/// For text between tags.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
