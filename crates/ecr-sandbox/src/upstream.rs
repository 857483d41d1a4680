//! The OCI registry to which the gate forwards requests.

use std::error::Error;

use http::{
    HeaderValue, Request, StatusCode, Uri,
    header::AUTHORIZATION,
    uri::{Authority, PathAndQuery},
};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::reply::{BoxError, Reply, registry_error};

/// An OCI registry that does not require a login.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    registry: Uri,
    client: Client<HttpConnector, Incoming>,
}

impl Upstream {
    pub(crate) fn new(registry: Uri) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { registry, client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// Forwards the request without the token, and returns the response. The registry also gets the host that the client named,
    /// and whether the client used TLS. The `Location` URLs that the registry returns then point to the sandbox.
    pub(crate) async fn pass(&self, mut request: Request<Incoming>, is_secure: bool) -> Reply {
        let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let authority = self.registry.authority().map_or("", Authority::as_str);
        match Uri::builder().scheme("http").authority(authority).path_and_query(path).build() {
            Ok(uri) => *request.uri_mut() = uri,
            Err(error) => return self.failed(&error),
        }
        request.headers_mut().remove(AUTHORIZATION);
        let scheme = HeaderValue::from_static(if is_secure { "https" } else { "http" });
        request.headers_mut().insert("x-forwarded-proto", scheme);
        match self.client.request(request).await {
            Ok(answer) => answer.map(|body| body.map_err(BoxError::from).boxed()),
            Err(error) => self.failed(root(&error)),
        }
    }

    fn failed(&self, cause: &dyn Error) -> Reply {
        let message = format!("the registry of --registry, {}, did not respond: {cause}", self.registry);
        registry_error(StatusCode::BAD_GATEWAY, "UNAVAILABLE", &message)
    }
}

/// Returns the innermost cause of an error, because the messages of hyper's outer errors do not describe the cause.
fn root<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}
