//! Logins at ECR Public with a bearer token. Clients fetch the bearer token with a token of ECR Public's API, or without
//! credentials.  All responses in this module are from reports of users. <https://github.com/helm/helm/issues/12491> shows
//! the challenge, and <https://github.com/aws/containers-roadmap/issues/2671> shows a token for a client without
//! credentials. In <https://github.com/kreuzwerker/terraform-provider-docker/pull/666>, the API's token is valid as a bearer
//! token, but not for basic authentication. <https://github.com/lablup/backend.ai/pull/2549> shows the status 400 for a
//! token that is not valid.

use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{ALLOW, AUTHORIZATION, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::reply::{Reply, json as json_reply, registry_error, registry_error_with, text};

/// The scheme of the `Authorization` headers that ECR Public accepts.
pub(crate) const SCHEME: &str = "bearer";

/// Whether clients fetch bearer tokens at this path. <https://github.com/aws/containers-roadmap/issues/2091> shows the path with
/// a slash at the end, and <https://github.com/aws/containers-roadmap/issues/2671> shows the path without this slash.
pub(crate) fn is_token_path(path: &str) -> bool {
    ["/token/", "/token"].contains(&path)
}

/// Returns a bearer token. If the client sends a user name and a password, the bearer token is the unchanged base64 text of both.
/// This function does not check the user name and the password. If they are wrong, the registry later rejects the bearer token
/// (<https://github.com/CircleCI-Public/aws-ecr-orb/issues/128>).
pub(crate) fn token<T>(request: &Request<T>, anonymous: &str) -> Reply {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut reply =
            text(StatusCode::METHOD_NOT_ALLOWED, "ecr-sandbox: the method is not valid for bearer tokens. Use GET\n");
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return reply;
    }
    let header = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let token = match header.map(|header| header.split_once(' ').unwrap_or_default()) {
        None => anonymous,
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => encoded.trim(),
        Some(_) => return not_valid("the header Authorization is not for basic authentication"),
    };
    json_reply(StatusCode::OK, &json!({ "token": token }))
}

/// Whether the `Authorization` header has the bearer token of clients that have not logged in.
pub(crate) fn is_anonymous(header: &str, anonymous: &str) -> bool {
    header
        .split_once(' ')
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case(SCHEME) && token.trim() == anonymous)
}

/// Returns the response to a client that must log in.
pub(crate) fn not_authorized(url: &str) -> Reply {
    let mut reply = versioned(registry_error(StatusCode::UNAUTHORIZED, "DENIED", "Not Authorized"));
    let challenge = format!("Bearer realm=\"{url}/token/\",service=\"public.ecr.aws\",scope=\"aws\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        reply.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    reply
}

/// Returns the response to credentials that are not valid for ECR Public. AWS does not state the reason, but the sandbox does.
pub(crate) fn not_valid(reason: &str) -> Reply {
    let detail = format!("ecr-sandbox: {reason}");
    let message = "Your Authorization Token is invalid.";
    versioned(registry_error_with(StatusCode::BAD_REQUEST, "DENIED", message, &detail))
}

fn versioned(mut reply: Reply) -> Reply {
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}
