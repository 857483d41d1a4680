//! A request for an API, and the service and the action that it asks.

use std::{fmt, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use crate::path;

/// An API that AWS's SDKs know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Service {
    Ecr,
    EcrPublic,
    Sts,
    /// The portal of IAM Identity Center.
    Sso,
    SsoOidc,
    /// Of EC2.
    Metadata,
    Container,
}

impl Service {
    /// The name; where requests are signed, the one in the scope of their credentials.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::SsoOidc => "sso-oidc",
            Self::Metadata => "metadata",
            Self::Container => "container",
        }
    }

    /// Whether the service speaks JSON. STS speaks the query protocol.
    pub(crate) fn is_json(self) -> bool {
        self != Self::Sts
    }
}

/// A request for an API, as it was sent. It holds secrets, such as the tokens of sessions and web identities.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiCall {
    /// The HTTP method.
    pub method: Method,
    /// The URI, in absolute form where the sandbox was asked as a proxy.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The address of the sandbox that the request came to.
    pub port: SocketAddr,
    /// The address of the client. Connections that are open at the same time have different ones.
    pub client: SocketAddr,
    /// The host and the port that the tunnel leads to, where the request came through one.
    pub tunnel: Option<String>,
}

impl ApiCall {
    /// A header, if there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A field of the form in the body, as STS takes it.
    pub fn field(&self, name: &str) -> Option<String> {
        self.fields().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// All fields of that form, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned()
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let mut parameters = url::form_urlencoded::parse(self.uri.query()?.as_bytes());
        parameters.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    /// The host that the client believes to have asked, maybe with a port, where it has asked by way of a proxy.
    pub(crate) fn host_behind_proxy(&self) -> Option<&str> {
        self.tunnel.as_deref().or_else(|| self.uri.host())
    }

    /// The service and its action; of services without actions, the path.
    pub(crate) fn operation(&self) -> Option<(Service, String)> {
        if let Some((service, action)) = self.header("x-amz-target").and_then(|target| target.split_once('.')) {
            let service = match service {
                "AmazonEC2ContainerRegistry_V20150921" => Service::Ecr,
                "SpencerFrontendService" => Service::EcrPublic,
                _ => return None,
            };
            return Some((service, action.to_owned()));
        }
        let asked = self.uri.path();
        match (&self.method, asked) {
            (&Method::GET, "/federation/credentials") => Some((Service::Sso, "GetRoleCredentials".to_owned())),
            (&Method::POST, "/token") => Some((Service::SsoOidc, "CreateToken".to_owned())),
            (_, path::CONTAINER) => Some((Service::Container, asked.to_owned())),
            _ if asked.starts_with(path::METADATA) => Some((Service::Metadata, asked.to_owned())),
            (&Method::POST, _) => Some((Service::Sts, self.field("Action")?)),
            _ => None,
        }
    }
}

/// Without headers and body.
impl fmt::Debug for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.operation().map(|(_, action)| action);
        f.debug_struct("ApiCall").field("method", &self.method).field("action", &action).finish_non_exhaustive()
    }
}
