//! The gate before the registries: whoever has a good token may pass.
//!
//! As ECR lets clients in: with basic authentication, whose user is `AWS` and whose password is from a token
//! (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>). What it answers to others was seen by many:
//! <https://github.com/enix/kube-image-keeper/issues/172>, <https://github.com/microsoft/vscode/issues/205489>.

use std::time::SystemTime;

use http::{
    HeaderValue, Request, StatusCode,
    header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE},
    uri::Authority,
};
use hyper::body::Incoming;
use serde_json::json;

use crate::{
    action::REGISTRY,
    domain::normal,
    port::Connection,
    record,
    registry::Registry,
    reply::{Outcome, Reply, json as json_reply, registry_error, status_of, text, too_many_requests},
    serve::discard,
    state::State,
};

/// Where ECR Public is: <https://docs.aws.amazon.com/AmazonECR/latest/public/public-ecr-requests.html>
const PUBLIC: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];

/// Answers a request for a registry, and records it.
pub(crate) async fn answer(state: &State, request: Request<Incoming>, connection: &Connection) -> Outcome {
    let action = format!("{} {}", request.method(), request.uri().path());
    let injected = state.faults.next(REGISTRY);
    injected.wait().await;
    let outcome = injected.cut(match injected.instead.clone() {
        None => Outcome::Reply(pass(state, request, connection).await),
        Some(effect) => {
            discard(request).await;
            effect.outcome(|status, code, message| registry_error(status_of(status), code, message), too_many_requests)
        }
    });
    let region = connection.registry.as_ref().map(|registry| registry.region.clone());
    state.record.add(record::Request::unsigned("registry", action, region, outcome.status()));
    outcome
}

/// Passes a request with a good token on. The port names the registry; on the main port, the host does. A host that names no registry takes
/// every token.
async fn pass(state: &State, request: Request<Incoming>, connection: &Connection) -> Reply {
    match (refusal(state, &request, connection), &state.upstream) {
        (None, Some(upstream)) => upstream.pass(request, connection.is_secure).await,
        (None, None) if ["/v2/", "/v2"].contains(&request.uri().path()) => empty(),
        (refusal, _) => {
            discard(request).await;
            refusal.unwrap_or_else(nothing_behind)
        }
    }
}

/// The answer to a request without a good token.
fn refusal<T>(state: &State, request: &Request<T>, connection: &Connection) -> Option<Reply> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or_else(|| header(HOST)).unwrap_or_default();
    // A client behind the proxy believes to be talking to the target of its tunnel.
    let target = normal(connection.tunnel.as_deref().unwrap_or(host));
    let of_host = Registry::at_host(&target);
    let Some(token) = header(AUTHORIZATION).and_then(|authorization| state.tokens.find(authorization)) else {
        return Some(not_authorized(host, connection.is_secure));
    };
    if token.expires_at <= SystemTime::now() {
        return Some(denied("Your authorization token has expired. Reauthenticate and try again."));
    }
    if PUBLIC.contains(&target.as_str()) && token.region.is_some() {
        return Some(denied("This is ECR Public, and the token is not"));
    }
    let registry = connection.registry.as_ref().or(of_host.as_ref());
    let Registry { account, region } = registry.filter(|registry| !registry.takes(&token, &state.open_accounts))?;
    let scope = token.region.map_or_else(|| "for ECR Public".to_owned(), |region| format!("of Region {region}"));
    let accounts = token.accounts.join(", ");
    Some(denied(&format!(
        "This is the registry of account {account} in Region {region}, and the token is {scope}, for {accounts}"
    )))
}

/// The answer of a registry to a client that has logged in.
fn empty() -> Reply {
    let mut reply = json_reply(StatusCode::OK, &json!({}));
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

fn nothing_behind() -> Reply {
    let message = "there is no registry behind the sandbox: it only lets clients log in. Start it with --registry.";
    registry_error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", message)
}

fn not_authorized(host: &str, is_secure: bool) -> Reply {
    let mut reply = text(StatusCode::UNAUTHORIZED, "Not Authorized\n");
    let scheme = if is_secure { "https" } else { "http" };
    let challenge = format!("Basic realm=\"{scheme}://{host}/\",service=\"ecr.amazonaws.com\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        reply.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

fn denied(message: &str) -> Reply {
    registry_error(StatusCode::FORBIDDEN, "DENIED", message)
}
