//! What is asked.

use bytes::Bytes;
use http::request::Parts;

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

/// A request whose body was read.
pub(crate) struct Incoming {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

impl Incoming {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The service and the action that is asked of it.
    pub(crate) fn call(&self) -> Option<(Service, String)> {
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

    /// A field of the form that requests of the query protocol are.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }
}
