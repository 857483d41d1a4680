//! A server on a loopback port that acts as AWS. It returns the same responses as `server.go` in the program `oracle/base`.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE, request::Parts};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

/// The session name that this provider uses by default. The server does not record this name, because the oracle does not record the
/// session names that the Go library generates.
const SESSION_NAME: &str = "terraform-provider-ecr";

/// A server that acts as AWS, and as a proxy in front of AWS. It runs until the process ends, and accepts any signature.
#[derive(Debug)]
pub struct Aws {
    address: SocketAddr,
    is_at_addresses_of_aws: bool,
    state: Arc<Mutex<State>>,
}

/// The addresses of EC2's metadata service, and of the agents that give credentials to containers in ECS and EKS.
const ADDRESSES_OF_AWS: [[u8; 4]; 3] = [[169, 254, 169, 254], [169, 254, 170, 2], [169, 254, 170, 23]];

#[derive(Debug, Default)]
struct State {
    seen: Vec<Json>,
    /// The field `server` of the current row, which configures the responses.
    server: Json,
    /// Whether to record the additional fields that only rows of the mode `deep` contain.
    is_deep: bool,
}

impl Aws {
    /// Starts the server on a loopback port. If this machine has AWS's link-local addresses (169.254.…), the server also listens on port 80
    /// of these addresses.
    ///
    /// # Panics
    /// Panics if no port is free.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let (sender, receiver) = mpsc::channel();
        let of_server = Arc::clone(&state);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
                let address = listener.local_addr().expect("an address");
                let mut of_aws = Vec::new();
                for octets in ADDRESSES_OF_AWS {
                    let address = Ipv4Addr::from(octets);
                    of_aws.extend(TcpListener::bind((address, 80)).await.map(|listener| (listener, address)));
                }
                let is_complete = of_aws.len() == ADDRESSES_OF_AWS.len();
                for (listener, address) in of_aws {
                    tokio::spawn(serve(listener, address.to_string(), Arc::clone(&of_server)));
                }
                sender.send((address, is_complete)).expect("somebody waits");
                serve(listener, String::new(), of_server).await;
            });
        });
        let (address, is_at_addresses_of_aws) = receiver.recv().expect("an address");
        Self { address, is_at_addresses_of_aws, state }
    }

    /// Returns whether the server also listens at the addresses of EC2's metadata service, and of the agents in ECS and EKS.
    #[must_use]
    pub fn is_at_addresses_of_aws(&self) -> bool {
        self.is_at_addresses_of_aws
    }

    /// Returns the text of a row with its placeholders replaced. `@DIR@` is replaced by `directory`, `@URL@` by the URL of this server, and
    /// `@HOST@` by the server's address and port.
    #[must_use]
    pub fn fill(&self, text: &str, directory: &str) -> String {
        let host = self.address.to_string();
        text.replace("@DIR@", directory).replace("@URL@", &format!("http://{host}")).replace("@HOST@", &host)
    }

    /// Begins a row: deletes the recorded requests, and configures the responses from the field `server` of the row. If `is_deep` is true,
    /// the server also records the additional fields that only rows of the mode `deep` contain.
    pub fn begin(&self, row: &Json, is_deep: bool) {
        *self.state() = State { seen: Vec::new(), server: row["server"].clone(), is_deep };
    }

    /// Returns the requests since [`begin`](Self::begin), in the JSON format of the test vectors. Repeated requests are left out: see
    /// [`distinct`].
    #[must_use]
    pub fn requests(&self) -> Vec<Json> {
        distinct(self.state().seen.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the requests without repetitions, in the order of their first appearance. A library can send a request more than once, because
/// it can read a configuration more than once.
#[must_use]
pub fn distinct(requests: Vec<Json>) -> Vec<Json> {
    let mut distinct = Vec::new();
    for request in requests {
        if !distinct.contains(&request) {
            distinct.push(request);
        }
    }
    distinct
}

/// The parts of a request that determine the response.
struct Request {
    head: Parts,
    body: Bytes,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        self.head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the value of a form field in the body, or an empty string.
    fn field(&self, name: &str) -> String {
        field(&self.body, name)
    }

    /// Returns the value of a query parameter, or an empty string.
    fn query(&self, name: &str) -> String {
        field(self.head.uri.query().unwrap_or_default().as_bytes(), name)
    }

    /// Returns the user name in the URL of the proxy, if the client uses this server as a proxy. Without a user name, returns
    /// `anonymous`.
    fn proxy(&self) -> Option<String> {
        if self.head.method != Method::CONNECT && self.head.uri.scheme().is_none() {
            return None;
        }
        let encoded = self.header("proxy-authorization").strip_prefix("Basic ").unwrap_or_default();
        let user = BASE64_STANDARD.decode(encoded).ok().and_then(|user| String::from_utf8(user).ok());
        let user = user.and_then(|user| Some(user.split_once(':')?.0.to_owned()));
        Some(user.unwrap_or_else(|| "anonymous".to_owned()))
    }
}

fn field(form: &[u8], name: &str) -> String {
    let mut fields = url::form_urlencoded::parse(form);
    fields.find(|(other, _)| other == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A response, and the data to record about the request, if any.
struct Reply {
    seen: Option<Json>,
    status: StatusCode,
    media: &'static str,
    body: String,
}

impl Reply {
    fn recorded(seen: Json, media: &'static str, body: impl Into<String>) -> Self {
        Self { seen: Some(seen), status: StatusCode::OK, media, body: body.into() }
    }

    /// Creates a response without recording the request. Use this function for requests that can differ between libraries.
    fn unrecorded(body: impl Into<String>) -> Self {
        Self { seen: None, status: StatusCode::OK, media: "text/plain", body: body.into() }
    }
}

/// Accepts connections on `listener`. If the listener has one of AWS's link-local addresses, `host` is this address. Otherwise, `host` is
/// empty.
async fn serve(listener: TcpListener, host: String, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (host, state) = (host.clone(), Arc::clone(&state));
        let service = service_fn(move |request| answered(request, host.clone(), Arc::clone(&state)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answered(
    request: http::Request<Incoming>,
    host: String,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let request = Request { head, body };
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let Reply { seen, status, media, body } = reply(&request, &host, &state.server);
    if let Some(Json::Object(mut seen)) = seen {
        if let Some((key, region)) = signer(request.header("authorization")) {
            seen.insert("key".to_owned(), key.into());
            seen.insert("region".to_owned(), region.into());
            seen.insert("token".to_owned(), request.header("x-amz-security-token").into());
        }
        seen.insert("host".to_owned(), host.into());
        if let Some(proxy) = request.proxy() {
            seen.insert("host".to_owned(), request.head.uri.authority().map(|host| host.as_str()).into());
            seen.insert("proxy".to_owned(), proxy.into());
        }
        if !state.is_deep {
            ["token", "web_identity_token", "path", "version", "host", "proxy"]
                .iter()
                .for_each(|name| drop(seen.remove(*name)));
        }
        seen.retain(|_, value| value != "");
        state.seen.push(seen.into());
    }
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert("x-aws-ec2-metadata-token-ttl-seconds", HeaderValue::from_static("21600"));
    Ok(response)
}

fn reply(request: &Request, host: &str, server: &Json) -> Reply {
    let action = request.field("Action");
    let role = request.field("RoleArn");
    match request.head.uri.path() {
        _ if request.head.method == Method::CONNECT => {
            // The server cannot act as a host of AWS inside the tunnel, because the server has no certificates of AWS.
            Reply {
                status: StatusCode::FORBIDDEN,
                ..Reply::recorded(json!({"operation": "connect"}), "text/plain", "")
            }
        }
        _ if request.header("x-amz-target").contains("GetAuthorizationToken") => {
            Reply::recorded(json!({"operation": "GetAuthorizationToken"}), "application/x-amz-json-1.1", TOKEN)
        }
        _ if action.starts_with("AssumeRole") => {
            let session = Some(request.field("RoleSessionName")).filter(|name| name != SESSION_NAME);
            let seen = json!({
                "operation": action,
                "role": role,
                "external_id": request.field("ExternalId"),
                "duration_seconds": request.field("DurationSeconds"),
                "session_name": session.unwrap_or_default(),
                "web_identity_token": request.field("WebIdentityToken"),
            });
            Reply::recorded(seen, "text/xml", assumed(&action, &role))
        }
        _ if action == "GetCallerIdentity" => Reply::recorded(json!({"operation": action}), "text/xml", IDENTITY),
        "/federation/credentials" => {
            let name = request.query("role_name");
            let seen = json!({
                "operation": format!("GetRoleCredentials {}", request.header("x-amz-sso_bearer_token")),
                "role": format!("{}/{name}", request.query("account_id")),
            });
            Reply::recorded(seen, "application/json", sso(token(name != "EmptyToken")))
        }
        "/token" => renewal(request, "CreateToken", "invalid_grant", RENEWED_SSO),
        "/v1/token" => renewal(request, "CreateOAuth2Token", "TOKEN_EXPIRED", RENEWED_LOGIN),
        "/latest/api/token" => {
            let status = server["metadata_token_status"].as_u64().and_then(|status| u16::try_from(status).ok());
            let status = status.map(|status| StatusCode::from_u16(status).expect("a status"));
            Reply { status: status.unwrap_or_default(), ..Reply::unrecorded("imds-token") }
        }
        ROLES => Reply::unrecorded("instance-role"),
        "/latest/meta-data/placement/region" => Reply::unrecorded("eu-south-1"),
        path if path.starts_with(ROLES) => {
            let version = if request.header("x-aws-ec2-metadata-token").is_empty() { 1 } else { 2 };
            let token = token(server["metadata_empty_session_token"] != true);
            let seen = json!({"operation": "metadata", "version": version});
            Reply::recorded(seen, "application/json", session("ASIAINSTANCE00000000", token))
        }
        path if path.starts_with("/container") || host.starts_with("169.254.170.") => {
            let seen = json!({
                "operation": format!("container {}", request.header("authorization")),
                "path": path,
            });
            let token = token(!path.ends_with("/empty-token"));
            Reply::recorded(seen, "application/json", session("ASIACONTAINER0000000", token))
        }
        path => {
            let seen = json!({"operation": format!("other {} {path}", request.head.method)});
            Reply { status: StatusCode::NOT_FOUND, ..Reply::recorded(seen, "text/plain", "") }
        }
    }
}

/// Returns new credentials for a refresh token. For the refresh token `refused`, returns an error.
fn renewal(request: &Request, operation: &str, refusal: &str, renewed: &str) -> Reply {
    let body: Json = serde_json::from_slice(&request.body).unwrap_or_default();
    let refresh = body["refreshToken"].as_str().unwrap_or_default();
    let seen = json!({"operation": format!("{operation} {refresh}")});
    if refresh == "refused" {
        let body = json!({"error": refusal, "error_description": "refused", "message": "refused"}).to_string();
        return Reply { status: StatusCode::BAD_REQUEST, ..Reply::recorded(seen, "application/json", body) };
    }
    Reply::recorded(seen, "application/json", renewed)
}

/// Returns a session token, or an empty string if `is_present` is false.
fn token(is_present: bool) -> &'static str {
    if is_present { "t" } else { "" }
}

/// Returns the access key and the Region from an `Authorization` header.
fn signer(authorization: &str) -> Option<(&str, &str)> {
    let (_, scope) = authorization.split_once("Credential=")?;
    let mut parts = scope.split('/');
    Some((parts.next()?, parts.nth(1)?))
}

/// Returns the credentials of a role. The access key contains the name of the role, so that the next request shows which role was
/// used.
fn assumed(action: &str, role: &str) -> String {
    let name = role.rsplit('/').next().unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let key: String = format!("ASIAROLE{}{}", name.to_uppercase(), "0".repeat(20)).chars().take(20).collect();
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
         <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>{role}</Arn>\
         <AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></{action}Result></{action}Response>"
    )
}

/// Returns credentials in the format of EC2's metadata service and of container agents.
fn session(key: &str, token: &str) -> String {
    let session = json!({
        "Code": "Success",
        "Type": "AWS-HMAC",
        "LastUpdated": "2026-01-01T00:00:00Z",
        "AccessKeyId": key,
        "SecretAccessKey": "s",
        "Token": token,
        "Expiration": "2099-01-01T00:00:00Z",
    });
    session.to_string()
}

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

const TOKEN: &str = r#"{"authorizationData":[{"authorizationToken":"QVdTOmV5SnQ=","expiresAt":2051222400,"proxyEndpoint":"https://123456789012.dkr.ecr.us-east-1.amazonaws.com"}]}"#;

/// Returns credentials in the format of IAM Identity Center.
fn sso(token: &str) -> String {
    let keys = json!({
        "accessKeyId": "ASIASSO0000000000000",
        "secretAccessKey": "s",
        "sessionToken": token,
        "expiration": 4_070_908_800_000_u64,
    });
    json!({"roleCredentials": keys}).to_string()
}

const RENEWED_SSO: &str =
    r#"{"accessToken":"renewed-token","tokenType":"Bearer","expiresIn":28800,"refreshToken":"refresh-next"}"#;

const RENEWED_LOGIN: &str = r#"{"accessToken":{"accessKeyId":"ASIALOGINRENEWED0000","secretAccessKey":"s","sessionToken":"t"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"refresh-next"}"#;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>u</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
