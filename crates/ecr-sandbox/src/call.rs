//! What is asked.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

/// An API that AWS's SDKs know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Service {
    Ecr,
    EcrPublic,
    Sts,
}

impl Service {
    /// As credentials are scoped to it.
    pub(crate) fn signing_name(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Sts => "sts",
        }
    }

    /// Whether it speaks JSON; the others speak the query protocol.
    pub(crate) fn is_json(self) -> bool {
        self != Self::Sts
    }
}

/// A request for an API, as it was sent. It holds secrets, such as the tokens of sessions and web identities.
#[derive(Clone)]
#[non_exhaustive]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// The URI, in absolute form where the sandbox was asked as a proxy.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A header, if there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A field of the form that requests to STS are.
    pub fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    /// The service and the action that is asked of it.
    pub(crate) fn operation(&self) -> Option<(Service, String)> {
        if let Some((service, action)) = self.header("x-amz-target").and_then(|target| target.split_once('.')) {
            let service = match service {
                "AmazonEC2ContainerRegistry_V20150921" => Service::Ecr,
                "SpencerFrontendService" => Service::EcrPublic,
                _ => return None,
            };
            return Some((service, action.to_owned()));
        }
        Some((Service::Sts, self.field("Action")?))
    }
}

/// What is asked, and nothing of what it is asked with.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.operation().map(|(_, action)| action);
        f.debug_struct("Call").field("method", &self.method).field("action", &action).finish_non_exhaustive()
    }
}
