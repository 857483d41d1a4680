//! Stands in for services that give credentials to a machine: EC2's instance metadata service, and the agents of ECS and EKS.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html>,
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::{
    api_call::ApiCall,
    path,
    principal::{Principal, Session},
    reply::{Reply, json as json_reply, text},
    state::State,
};

/// The Region of the instance.
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
/// The name of the instance's only role.
const INSTANCE: &str = "instance";

const TOKEN: &str = "x-aws-ec2-metadata-token";
const TTL: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");

/// Answers a request to the metadata service. Requests with a session token use version 2 of the service, and requests without a
/// token use version 1.
pub(crate) fn metadata(state: &State, request: &ApiCall) -> Reply {
    let asked = request.uri.path();
    if asked == path::SESSION {
        return session(state, request);
    }
    if request.method != Method::GET {
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    if request.header(TOKEN).is_some_and(|token| token != state.secrets.metadata_token) {
        return text(StatusCode::UNAUTHORIZED, "");
    }
    match asked {
        path::ROLES | path::ROLES_WITHOUT_SLASH => text(StatusCode::OK, INSTANCE),
        path::CREDENTIALS => {
            let instance = Principal::of_instance(ACCOUNT, INSTANCE, "i-0123456789abcdef0");
            let mut credentials = credentials(&session_of(state, instance));
            credentials["Code"] = "Success".into();
            credentials["Type"] = "AWS-HMAC".into();
            credentials["LastUpdated"] = "2026-01-01T00:00:00Z".into();
            json_reply(StatusCode::OK, &credentials)
        }
        path::REGION => text(StatusCode::OK, REGION),
        path::IDENTITY => json_reply(StatusCode::OK, &json!({"accountId": ACCOUNT, "region": REGION})),
        _ => text(StatusCode::NOT_FOUND, ""),
    }
}

/// Starts a session with the metadata service:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html>
fn session(state: &State, request: &ApiCall) -> Reply {
    let seconds = request.header(TTL.as_str()).and_then(|seconds| seconds.parse::<u32>().ok());
    match seconds.filter(|seconds| (1..=21_600).contains(seconds)) {
        Some(seconds) if request.method == Method::PUT => {
            let mut reply = text(StatusCode::OK, &*state.secrets.metadata_token);
            reply.headers_mut().insert(TTL, HeaderValue::from(seconds));
            reply
        }
        Some(_) => text(StatusCode::METHOD_NOT_ALLOWED, ""),
        None => text(StatusCode::BAD_REQUEST, ""),
    }
}

/// Answers a request for the credentials of a container. The header `Authorization` may have any value.
pub(crate) fn container(state: &State, request: &ApiCall) -> Reply {
    if request.method != Method::GET {
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    json_reply(
        StatusCode::OK,
        &credentials(&session_of(state, Principal::of_role("aws", ACCOUNT, "container", "task"))),
    )
}

fn session_of(state: &State, principal: Principal) -> Session {
    state.principals.begin_session(principal, Duration::from_secs(6 * 60 * 60))
}

fn credentials(session: &Session) -> Json {
    json!({
        "AccessKeyId": session.id,
        "SecretAccessKey": session.known.secret,
        "Token": session.known.token,
        "Expiration": session.ends_at().fmt(Format::DateTime).unwrap_or_default(),
    })
}
