//! The HTTP client for the AWS SDK, based on reqwest. The SDK's own client cannot skip the check of certificates, and cannot use
//! different proxies for different requests.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, uri::Scheme};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ClientConfig;
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tracing::debug;

use crate::{
    blocking,
    failure::{chain, find},
    proxies::Proxies,
    proxy_url::ProxyUrl,
    transport_error::{NoAddress, NoConnection, Refused, RootsTooSlow, Streaming, TooLong, TooSlow, ViaProxy},
    trust::{Extent, Trust},
};

/// The timeout for connecting. The SDK has the same timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);
/// The maximum size of a response in bytes. AWS's responses are about a thousand times smaller. A server that sends more is not
/// AWS.
const MAX_RESPONSE: usize = 4 << 20;
/// The maximum number of concurrent requests to one host. Each request needs its own connection, because AWS's services use
/// HTTP/1.1. In the long run, ECR accepts 20 requests per second. Terraform opens 10 blocks at a time, unless `-parallelism` sets
/// a different number.
const MAX_CONCURRENT_REQUESTS: usize = 20;

/// Creates a client with these proxies and trusted certificates.
pub(crate) fn http_client(proxies: Proxies, trust: Trust) -> Client {
    Client(Arc::new(Connections { proxies, trust, turns: Mutex::default(), clients: Mutex::default() }))
}

/// An HTTP client. Both the SDK and this crate's own requests use this client. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Client(Arc<Connections>);

impl Client {
    /// Sends a GET request, and returns the status and the body of the response. Does not retry, and has no timeout apart from
    /// [`CONNECT_TIMEOUT`]. If `addresses` is set, connects to these addresses, which the caller has already checked. Does not
    /// look up the host again, because a name server might now return different addresses.
    pub(crate) async fn get(
        &self,
        url: &Uri,
        addresses: Option<&Addresses>,
        header: Option<(HeaderName, HeaderValue)>,
    ) -> Result<(u16, String), ConnectorError> {
        let answer = self.send_at(addresses, Method::GET, url, header).await?;
        Ok((answer.status().as_u16(), answer.into_body()))
    }

    /// Sends a request without a body, and returns the response. Does not retry, and has no timeout apart from
    /// [`CONNECT_TIMEOUT`].
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &Uri,
        header: Option<(HeaderName, HeaderValue)>,
    ) -> Result<http::Response<String>, ConnectorError> {
        self.send_at(None, method, url, header).await
    }

    async fn send_at(
        &self,
        addresses: Option<&Addresses>,
        method: Method,
        url: &Uri,
        header: Option<(HeaderName, HeaderValue)>,
    ) -> Result<http::Response<String>, ConnectorError> {
        let mut request = http::Request::builder().method(method).uri(url.clone()).body(SdkBody::empty());
        if let (Ok(request), Some((name, value))) = (&mut request, header) {
            request.headers_mut().insert(name, value);
        }
        let user = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
        let request = request.map_err(|error| user(error.into()))?;
        let request =
            request.try_into().map_err(|error: aws_smithy_runtime_api::http::HttpError| user(error.into()))?;
        let answer = self.0.send(request, addresses).await?.try_into_http1x().map_err(|error| user(error.into()))?;
        Ok(answer.map(|body| String::from_utf8_lossy(body.bytes().unwrap_or_default()).into_owned()))
    }
}

/// The connections of a configuration. Requests with the same route share connections.
#[derive(Debug)]
struct Connections {
    proxies: Proxies,
    trust: Trust,
    /// The semaphores that limit concurrent requests, by host and port.
    turns: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// The clients, by route. Each client is created when it is first needed. For a route without TLS, the system's certificates
    /// are not read.
    clients: Mutex<HashMap<Route, TrustingClient>>,
}

/// A client, and the [`Extent`] of its trusted certificates.
#[derive(Clone, Debug)]
struct TrustingClient {
    client: reqwest::Client,
    extent: Extent,
}

/// The route of a request to its host.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Route {
    proxy: Option<ProxyUrl>,
    has_tls: bool,
    /// The addresses to connect to, instead of the addresses of the host. If `None`, the system looks up the addresses of the
    /// host.
    addresses: Option<Addresses>,
}

impl Route {
    fn new(uri: &Uri, proxy: Option<&ProxyUrl>, addresses: Option<&Addresses>) -> Self {
        let to_proxy = proxy.is_some_and(|proxy| proxy.url().scheme() == "https");
        let has_tls = to_proxy || uri.scheme() == Some(&Scheme::HTTPS);
        Self { proxy: proxy.cloned(), has_tls, addresses: addresses.cloned() }
    }
}

/// The addresses of a host. The caller has already checked that requests to these addresses are allowed.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Addresses(Arc<[IpAddr]>);

impl FromIterator<IpAddr> for Addresses {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        Self(addresses.into_iter().collect())
    }
}

/// Resolves every host name to these addresses. The port comes from the URL.
impl Resolve for Addresses {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses = Arc::clone(&self.0);
        let all = move || (0..addresses.len()).map(move |at| SocketAddr::new(addresses[at], 0));
        Box::pin(async move { Ok(Box::new(all()) as Addrs) })
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        // Instead of a read timeout, each request has a limit for its whole duration. Only the SDK's clients of metadata
        // services set a read timeout, and these services are on the same host or network link.
        let limit = settings.read_timeout().map(|read| read + settings.connect_timeout().unwrap_or(CONNECT_TIMEOUT));
        SharedHttpConnector::new(Connector { connections: Arc::clone(&self.0), limit })
    }
}

#[derive(Debug)]
struct Connector {
    connections: Arc<Connections>,
    /// The maximum duration of one request, or `None` if the duration is not limited.
    limit: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connections, limit) = (Arc::clone(&self.connections), self.limit);
        HttpConnectorFuture::new(async move {
            let answer = connections.send(request, None);
            match limit {
                Some(limit) => {
                    timeout(limit, answer).await.unwrap_or_else(|_| Err(ConnectorError::timeout(TooSlow(limit).into())))
                }
                None => answer.await,
            }
        })
    }
}

impl Connections {
    async fn send(&self, request: HttpRequest, addresses: Option<&Addresses>) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (head, body) = request.into_parts();
        let body = body.bytes().map(<[u8]>::to_vec).ok_or_else(|| ConnectorError::user(Streaming.into()))?;
        let proxy = self.proxies.for_uri(&head.uri).map_err(|invalid| ConnectorError::user(invalid.into()))?.cloned();
        let route = Route::new(&head.uri, proxy.as_ref(), addresses);
        let (host, port, via) = (head.uri.host(), head.uri.port_u16(), proxy.as_ref().map(ToString::to_string));
        debug!(host, port, proxy = via, tls = route.has_tls, "sending a request");
        let authority = head.uri.authority().map(ToString::to_string).unwrap_or_default();
        let request = http::Request::from_parts(head, reqwest::Body::from(body));
        let request: reqwest::Request =
            request.try_into().map_err(|error: reqwest::Error| ConnectorError::user(error.into()))?;
        let failed = |error: reqwest::Error| failure(error, proxy.as_ref());
        let _turn = self.request_slot(&authority).await;
        let mut answer = self.execute(&route, request).await?.map_err(failed)?;
        if let (Some(proxy), StatusCode::PROXY_AUTHENTICATION_REQUIRED) = (&proxy, answer.status()) {
            let refused = ViaProxy { proxy: proxy.to_string(), connecting: true, source: Refused.into() };
            return Err(ConnectorError::other(refused.into(), None));
        }
        let mut response = http::Response::new(());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_RESPONSE {
                return Err(ConnectorError::other(TooLong.into(), None));
            }
        }
        response.map(|()| SdkBody::from(body)).try_into().map_err(|error| ConnectorError::other(Box::new(error), None))
    }

    /// Waits until fewer than [`MAX_CONCURRENT_REQUESTS`] requests to this host are in progress.
    async fn request_slot(&self, authority: &str) -> Option<OwnedSemaphorePermit> {
        let mut of_hosts = self.turns.lock().await;
        let turns =
            of_hosts.entry(authority.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(MAX_CONCURRENT_REQUESTS)));
        let turns = Arc::clone(turns);
        drop(of_hosts);
        // Acquiring a permit fails only if the semaphore is closed, and this semaphore is never closed.
        turns.acquire_owned().await.ok()
    }

    /// Sends a request. If a certificate is rejected, sends the request again with all trusted certificates: see [`Extent`]. This
    /// is safe, because the first attempt failed in the TLS handshake and did not send the request itself.
    async fn execute(
        &self,
        route: &Route,
        request: reqwest::Request,
    ) -> Result<reqwest::Result<reqwest::Response>, ConnectorError> {
        let first = self.client(route, Extent::First).await?;
        let again = if first.extent == Extent::First { request.try_clone() } else { None };
        match (first.client.execute(request).await, again) {
            (Err(error), Some(request)) if is_about_certificate(&error) => {
                let all = self.client(route, Extent::All).await?;
                Ok(all.client.execute(request).await)
            }
            (answer, _) => Ok(answer),
        }
    }

    /// Returns a client that trusts at least the certificates of this extent.
    async fn client(&self, route: &Route, extent: Extent) -> Result<TrustingClient, ConnectorError> {
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(route).filter(|client| client.extent >= extent) {
            return Ok(client.clone());
        }
        let user = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
        let (tls, extent) = if route.has_tls {
            self.tls(extent).await?
        } else {
            (Trust::none().map_err(|error| user(error.into()))?, Extent::All)
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // This crate's configuration sets the proxies. Without this call, reqwest would read the proxies from the
            // environment.
            .no_proxy();
        if let Some(addresses) = &route.addresses {
            builder = builder.dns_resolver(addresses.clone());
        }
        if let Some(proxy) = &route.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy.url().clone()).map_err(|error| user(error.into()))?);
        }
        let client = builder.build().map_err(|error| user(error.without_url().into()))?;
        let client = TrustingClient { client, extent };
        clients.insert(route.clone(), client.clone());
        Ok(client)
    }

    async fn tls(&self, extent: Extent) -> Result<(ClientConfig, Extent), ConnectorError> {
        let trust = self.trust.clone();
        match blocking::read(move || trust.tls(extent)).await {
            Some(tls) => tls.map_err(|error| ConnectorError::user(error.into())),
            None => {
                let too_slow = RootsTooSlow(blocking::TIMEOUT, self.trust.named_places());
                Err(ConnectorError::user(too_slow.into()))
            }
        }
    }
}

/// Checks whether the certificate of the server or the proxy was rejected.
fn is_about_certificate(error: &reqwest::Error) -> bool {
    matches!(find(error), Some(rustls::Error::InvalidCertificate(_)))
}

/// Converts an error of reqwest to an error for the SDK. The kind of the error decides whether the SDK retries.
fn failure(error: reqwest::Error, proxy: Option<&ProxyUrl>) -> ConnectorError {
    let error = error.without_url();
    let (timeout, connecting, unknown) = (error.is_timeout(), error.is_connect(), error.is_dns());
    let certificate = find::<rustls::Error>(&error).is_some();
    // HTTP 407 means that the proxy rejected the user name or the password. A retry with the same password might lock the user
    // out. reqwest has no type for this error, but the message is the same on every system.
    let refused = chain(&error).contains("HTTP 407");
    let mut error: Box<dyn std::error::Error + Send + Sync> = match error {
        _ if timeout && connecting => NoConnection(CONNECT_TIMEOUT).into(),
        error if unknown => NoAddress(error).into(),
        error => error.into(),
    };
    if let Some(proxy) = proxy {
        let connecting = connecting && !certificate;
        error = ViaProxy { proxy: proxy.to_string(), connecting, source: error }.into();
    }
    if timeout {
        ConnectorError::timeout(error)
    } else if certificate || refused {
        ConnectorError::other(error, None)
    } else {
        ConnectorError::io(error)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{failure::Failure, refusal::reason, secrets::Secrets};

    /// Sends a request to a server that ends the TLS handshake with this alert. Returns the failure and its description.
    async fn failure_after_alert(alert: u8) -> (Failure, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}/", listener.local_addr().expect("an address")).parse().expect("a URL");
        let server = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            assert!(connection.read(&mut [0; 4096]).await.expect("a greeting") > 0);
            connection.write_all(&[21, 3, 3, 0, 2, 2, alert]).await.expect("sent");
            connection.read_u8().await.ok();
        });
        let error = http_client(Proxies::default(), Trust::Anyone).get(&url, None, None).await.expect_err("no answer");
        server.await.expect("no panic");
        (Failure::classify(&error), reason(&error, &Secrets::default()))
    }

    #[tokio::test]
    async fn a_tls_version_or_cipher_mismatch_is_reported() {
        let words = "no cipher suite in common (TLS alert: handshake failure)";
        assert_eq!(failure_after_alert(40).await, (Failure::TlsTooWeak, words.to_owned()));
        assert_eq!(
            failure_after_alert(70).await,
            (Failure::TlsTooWeak, "it supports neither TLS 1.2 nor TLS 1.3".to_owned())
        );
        assert_eq!(failure_after_alert(80).await.0, Failure::Tls);
    }
}
