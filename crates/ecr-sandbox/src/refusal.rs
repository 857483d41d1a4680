//! The error responses of AWS's services.

use http::StatusCode;
use serde_json::json;

use crate::{
    api_call::Service,
    reply::{Reply, json_1_1, status_of, xml},
};

/// An error of an AWS service. The code depends on the protocol of the service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Refusal {
    status: StatusCode,
    pub(crate) code: String,
    message: String,
}

/// An error that all services have. The fields are the code for services that use JSON, and the status and the code for services
/// that use the query protocol. With JSON, the status is always 400.
#[derive(Clone, Copy)]
pub(crate) struct Common(pub(crate) &'static str, pub(crate) u16, pub(crate) &'static str);

pub(crate) const THROTTLED: Common = Common("ThrottlingException", 400, "Throttling");
pub(crate) const ACCESS_DENIED: Common = Common("AccessDeniedException", 403, "AccessDenied");

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Returns a common error in the format of a service.
    pub(crate) fn by(service: Service, Common(json, status, query): Common, message: impl Into<String>) -> Self {
        if service.is_json() {
            return Self::new(StatusCode::BAD_REQUEST, json, message);
        }
        Self::new(status_of(status), query, message)
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

/// The XML namespace of every response of STS.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Escapes text for use between XML tags.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
