//! The registry that is behind the gate.

use http::{Request, StatusCode, Uri, header::AUTHORIZATION, uri::PathAndQuery};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;

use crate::reply::{BoxError, Reply, json as json_reply};

/// An OCI registry without a password of its own.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    registry: Uri,
    client: Client<HttpConnector, Incoming>,
}

impl Upstream {
    pub(crate) fn new(registry: Uri) -> Self {
        Self { registry, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Passes the request on, without the token, and the answer back. The registry sees the host that the client asked, and
    /// so tells it locations here.
    pub(crate) async fn pass(&self, mut request: Request<Incoming>) -> Reply {
        let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let uri = Uri::builder()
            .scheme("http")
            .authority(self.registry.authority().map_or("", |authority| authority.as_str()))
            .path_and_query(path)
            .build();
        let Ok(uri) = uri else { return self.failed(&"the path cannot be passed on") };
        *request.uri_mut() = uri;
        request.headers_mut().remove(AUTHORIZATION);
        match self.client.request(request).await {
            Ok(answer) => answer.map(|body| body.map_err(BoxError::from).boxed()),
            Err(error) => {
                let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                self.failed(&cause)
            }
        }
    }

    fn failed(&self, cause: &dyn std::fmt::Display) -> Reply {
        let message = format!("the registry behind the sandbox, {}, did not answer: {cause}", self.registry);
        json_reply(StatusCode::BAD_GATEWAY, &json!({"errors": [{"code": "UNAVAILABLE", "message": message}]}))
    }
}
