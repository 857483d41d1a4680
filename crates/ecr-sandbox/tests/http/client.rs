//! An HTTP client that can send any bytes.

use std::{io, net::SocketAddr, time::SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use ecr_sandbox::{Key, Options, Sandbox};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

pub(crate) const ECR: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
pub(crate) const ECR_PUBLIC: &str = "SpencerFrontendService.GetAuthorizationToken";

/// An HTTP request in parts.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// An HTTP response, read until the connection ends.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends a text to the sandbox. Returns everything that the sandbox sends until the connection ends.
pub(crate) async fn raw_response(sandbox: &Sandbox, text: &str) -> String {
    exchange(sandbox.address(), text).await.expect("an answer")
}

async fn exchange(to: SocketAddr, text: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

pub(crate) async fn sandbox() -> Sandbox {
    with(|_| {}).await
}

pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options::default();
    change(&mut options);
    Sandbox::start(options).await.expect("a sandbox")
}

/// Starts a registry that returns the request line and the headers of each request as the body of the response. Returns the URL
/// of the registry.
pub(crate) async fn mirror() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await.is_ok_and(|length| length > 0) {}
            let answer =
                format!("HTTP/1.1 202 Accepted\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{head}", head.len());
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    url
}

/// Returns the URL-encoded form with these fields.
pub(crate) fn form_urlencoded<'a>(fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Request {
    pub(crate) fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path, headers: Vec::new(), body: String::new() }
    }

    /// Returns a call of a service that uses JSON.
    pub(crate) fn json(target: &str, body: &str) -> Self {
        let request = Self::new("POST", "/").header("content-type", "application/x-amz-json-1.1");
        request.header("x-amz-target", target).body(body)
    }

    /// Returns a call of STS.
    pub(crate) fn form(body: &str) -> Self {
        Self::new("POST", "/").header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// Signs the request as AWS's SDK for Rust does.
    pub(crate) fn signed(self, to: SocketAddr, service: &str, region: &str) -> Self {
        let Key { id, secret, .. } = Key::default();
        self.signed_by(to, service, region, &Credentials::new(id, secret, None, None, "test"), SystemTime::now())
    }

    pub(crate) fn signed_by(
        mut self,
        to: SocketAddr,
        service: &str,
        region: &str,
        credentials: &Credentials,
        time: SystemTime,
    ) -> Self {
        let identity = credentials.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .expect("the rest of the response")
            .into();
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let uri = format!("http://{to}{}", self.path);
        let body = SignableBody::Bytes(self.body.as_bytes());
        let signable = SignableRequest::new(self.method, uri, headers, body).expect("a request");
        let (instructions, _) = sign(signable, &params).expect("a signature").into_parts();
        let signed: Vec<_> = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.headers.extend(signed);
        self
    }

    /// Sends the request, and reads the response until the connection ends.
    pub(crate) async fn send(&self, to: SocketAddr) -> io::Result<Response> {
        let Self { method, path, headers, body } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| name == "host") {
            text += &format!("host: {to}\r\n");
        }
        text += &format!("content-length: {}\r\n", body.len());
        text.extend(headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
        let answer = exchange(to, &format!("{text}\r\n{body}")).await?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Ok(Response { status, head: head.to_lowercase(), body: body.to_owned() })
    }

    /// Sends the request, and expects a response.
    pub(crate) async fn response(&self, to: SocketAddr) -> Response {
        self.send(to).await.expect("an answer")
    }
}

impl Response {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the text of the first XML element with this name.
    pub(crate) fn tag(&self, name: &str) -> &str {
        let text =
            self.body.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
        text.unwrap_or_else(|| panic!("{name} is missing in {self:?}")).0
    }
}

/// Requests a token. Returns the token and the address of the registry.
pub(crate) async fn token(sandbox: &Sandbox, region: &str) -> (String, SocketAddr) {
    let answer = Request::json(ECR, "{}").signed(sandbox.address(), "ecr", region).response(sandbox.address()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = answer.json();
    let entry = &answer["authorizationData"][0];
    let text = |name: &str| entry[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {entry}")).to_owned();
    let endpoint = text("proxyEndpoint");
    let address = endpoint.strip_prefix("http://").and_then(|address| address.parse().ok());
    (text("authorizationToken"), address.unwrap_or_else(|| panic!("{endpoint}")))
}
