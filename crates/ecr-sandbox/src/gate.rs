//! The gate in front of the registries. Forwards a request if its token is valid, and if the token's session policy allows the
//! request.

use http::{
    HeaderValue, Request, StatusCode,
    header::{AUTHORIZATION, HOST},
    uri::Authority,
};
use hyper::body::Incoming;
use serde_json::json;

use crate::{
    action::REGISTRY,
    domain::normalize,
    login::{Client, LoginError, client, denied},
    port::Connection,
    principal::Principal,
    public, record,
    registry::{Registry, Target},
    registry_call::{Permission, Place, RegistryCall, UnsupportedRequest},
    reply::{Outcome, Reply, json as json_reply, registry_error, registry_error_with, status_of, too_many_requests},
    serve::discard,
    state::State,
    tokens::Issued,
};

/// Whether a request is for a registry, or for a bearer token of ECR Public.
pub(crate) fn is_for_registry<T>(request: &Request<T>, connection: &Connection) -> bool {
    let path = request.uri().path();
    path == "/v2"
        || path.starts_with("/v2/")
        || public::is_token_path(path) && target(request, connection) == Target::Public
}

/// Answers a request to a registry, and records the request.
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

/// The gate's decision about a request.
enum Decision {
    Refuse(Reply),
    Pass,
    /// Forward the request without the query that mounts a blob.
    PassWithoutMount,
}

/// Forwards a request if the gate allows the request. Otherwise, returns an error response.
async fn pass(state: &State, mut request: Request<Incoming>, connection: &Connection) -> Reply {
    match decision(state, &request, connection) {
        Decision::Refuse(reply) => {
            discard(request).await;
            return reply;
        }
        Decision::PassWithoutMount => remove_mount(&mut request),
        Decision::Pass => {}
    }
    match &state.upstream {
        Some(upstream) => upstream.pass(request, connection.is_secure).await,
        None if ["/v2/", "/v2"].contains(&request.uri().path()) => empty(),
        None => {
            discard(request).await;
            without_registry()
        }
    }
}

fn decision<T>(state: &State, request: &Request<T>, connection: &Connection) -> Decision {
    if public::is_token_path(request.uri().path()) {
        return Decision::Refuse(public::token(request, &state.secrets.anonymous_token));
    }
    let (target, scheme) = (target(request, connection), if connection.is_secure { "https" } else { "http" });
    let url = format!("{scheme}://{}", host(request));
    let header = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let call = RegistryCall::parse(request.method(), request.uri());
    match client(state, &target, header) {
        Err(not_let_in) => Decision::Refuse(not_let_in.reply(&url)),
        Ok(Client::Anonymous) if call.as_ref().is_ok_and(RegistryCall::is_public) => Decision::Pass,
        Ok(Client::Anonymous) => Decision::Refuse(LoginError::ByBearer.reply(&url)),
        Ok(Client::LoggedIn(token)) if token.principal.policy.is_none() => Decision::Pass,
        Ok(Client::LoggedIn(token)) => match call {
            Ok(call) => by_policy(&token.principal, &call, &place(target, &token)),
            Err(not_a_call) => Decision::Refuse(not_supported(not_a_call)),
        },
    }
}

/// Decides whether to forward a request, according to the principal's session policy.
/// <https://github.com/ministryofjustice/cloud-platform/issues/7245> shows ECR's response to a request that is not allowed. In
/// that report, the policy is not a session policy.
fn by_policy(principal: &Principal, call: &RegistryCall, place: &Place) -> Decision {
    let permissions = match call.permissions(place) {
        Ok(permissions) => permissions,
        Err(not_a_call) => return Decision::Refuse(not_supported(not_a_call)),
    };
    let may = |Permission { action, resource }: &Permission| principal.may(action, resource);
    if let Some(stopped) = permissions.iter().find_map(|needed| may(needed).err()) {
        return Decision::Refuse(denied(&stopped.to_string()));
    }
    let mounts = call.mounts(place);
    let may_mount = mounts.iter().all(|needed| needed.as_ref().is_some_and(|needed| may(needed).is_ok()));
    if may_mount { Decision::Pass } else { Decision::PassWithoutMount }
}

/// Converts a request to mount a blob into a request to start an upload. Registries that do not support mounts treat the request
/// in this way: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository>
fn remove_mount<T>(request: &mut Request<T>) {
    // This cannot fail: the path of a request is a valid URI.
    if let Ok(without_query) = request.uri().path().parse() {
        *request.uri_mut() = without_query;
    }
}

/// Returns the registry that contains the repositories of a request, according to the target and the token of the request.
fn place(target: Target, token: &Issued) -> Place {
    match (target, &token.region) {
        (Target::Private(registry), _) => Place::Private(registry),
        (Target::Unnamed, Some(region)) => {
            let account = token.accounts.first().unwrap_or(&token.principal.account);
            Place::Private(Registry { account: account.clone(), region: region.clone() })
        }
        (Target::Public | Target::Unnamed, _) => Place::Public { account: token.principal.account.clone() },
    }
}

/// Returns the registry that a request is for: the registry of the port or, on the main port, the registry that the request's
/// host names.
fn target<T>(request: &Request<T>, connection: &Connection) -> Target {
    if let Some(registry) = &connection.registry {
        return Target::Private(registry.clone());
    }
    // If the request comes through a tunnel, the host is the tunnel's target.
    Target::at_host(&normalize(connection.tunnel.as_deref().unwrap_or_else(|| host(request))))
}

/// Returns the host that the request names, possibly with a port.
fn host<T>(request: &Request<T>) -> &str {
    let header = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    request.uri().authority().map(Authority::as_str).or(header).unwrap_or_default()
}

/// Returns a registry's response to `GET /v2/` from a client that has logged in.
fn empty() -> Reply {
    let mut reply = json_reply(StatusCode::OK, &json!({}));
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

fn without_registry() -> Reply {
    let message =
        "the sandbox runs without a registry, and clients can only log in. Start the sandbox with --registry.";
    registry_error(StatusCode::NOT_FOUND, "NAME_UNKNOWN", message)
}

/// Returns the error response to a request that ECR does not support. The error code is one of
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>.
fn not_supported(not_a_call: UnsupportedRequest) -> Reply {
    let (status, code, message, detail) = match not_a_call {
        UnsupportedRequest::Unsupported => (
            StatusCode::METHOD_NOT_ALLOWED,
            "UNSUPPORTED",
            "The operation is unsupported.",
            "ecr-sandbox: the session has a policy, and the sandbox does not know the action of ECR for this request",
        ),
        UnsupportedRequest::Name => (
            StatusCode::BAD_REQUEST,
            "NAME_INVALID",
            "invalid repository name",
            "ecr-sandbox: a repository of ECR cannot have this name; in ECR Public, names are ALIAS/NAME",
        ),
    };
    registry_error_with(status, code, message, detail)
}
