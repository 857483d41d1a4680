//! A request to an API, with its service and action.

use std::{fmt, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use crate::path;

/// An API that AWS's SDKs call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Service {
    Ecr,
    EcrPublic,
    Sts,
    /// The portal of IAM Identity Center.
    Sso,
    SsoOidc,
    /// EC2's instance metadata service.
    Metadata,
    Container,
}

impl Service {
    /// Returns the name of the service. If the service's requests are signed, the credential scope of the signature contains this
    /// name.
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

    /// Whether the service uses JSON. STS uses the query protocol.
    pub(crate) fn is_json(self) -> bool {
        self != Self::Sts
    }
}

/// A request to an API, as the client sent it. The request holds secrets, such as the tokens of sessions and web identities.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiCall {
    /// The HTTP method.
    pub method: Method,
    /// The URI, in absolute form if the client used the sandbox as a proxy.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The sandbox's address at which the request arrived.
    pub port: SocketAddr,
    /// The address of the client. Connections that are open at the same time have different client addresses.
    pub client: SocketAddr,
    /// The host and port of the tunnel's target, if the request came through a tunnel.
    pub tunnel: Option<String>,
}

impl ApiCall {
    /// Returns the value of a header, if the header is present and its value is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the value of a field of the URL-encoded form in the body. Requests to STS have such a body.
    pub fn field(&self, name: &str) -> Option<String> {
        self.fields().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Returns the name and the value of each field of the form in the body, in the order of the body.
    pub fn fields(&self) -> impl Iterator<Item = (String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned()
    }

    /// Returns the value of a parameter in the URI's query.
    pub fn query(&self, name: &str) -> Option<String> {
        let mut parameters = url::form_urlencoded::parse(self.uri.query()?.as_bytes());
        parameters.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the host that the client called, possibly with a port, if the client used the sandbox as a proxy.
    pub(crate) fn host_behind_proxy(&self) -> Option<&str> {
        self.tunnel.as_deref().or_else(|| self.uri.host())
    }

    /// Returns the service and the action of the request. For a service without actions, the action is the path.
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

/// Omits the headers and the body.
impl fmt::Debug for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.operation().map(|(_, action)| action);
        f.debug_struct("ApiCall").field("method", &self.method).field("action", &action).finish_non_exhaustive()
    }
}
