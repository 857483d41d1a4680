//! Answers requests to AWS's APIs.

use std::time::SystemTime;

use http::{Method, StatusCode};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    api_call::{ApiCall, Service},
    ecr, machine,
    record::Request,
    refusal::{Refusal, THROTTLED},
    reply::{Outcome, Reply, json_1_1, status_of, text, xml},
    signature::{Claim, verify},
    sso,
    state::State,
    sts,
};

/// Answers a request. Records the request if its service is known.
pub(crate) async fn answer(state: &State, request: &ApiCall) -> Outcome {
    let id = Uuid::new_v4().to_string();
    let operation = request.operation();
    let action = operation.as_ref().map_or_else(|| request.uri.path().to_owned(), |(_, action)| action.clone());
    let service = operation.map(|(service, _)| service);
    let outcome = outcome(state, request, &id, service, &action).await;
    let Some(service) = service else { return outcome };
    let claim = request.header("authorization").and_then(Claim::parse);
    state.record.add(Request {
        service: service.name().to_owned(),
        action,
        region: claim.as_ref().map(|claim| claim.region.clone()),
        access_key: claim.map(|claim| claim.access_key),
        role: request.field("RoleArn").filter(|_| service == Service::Sts),
        status: outcome.status(),
        request_id: Some(id),
    });
    outcome
}

async fn outcome(state: &State, request: &ApiCall, id: &str, service: Option<Service>, action: &str) -> Outcome {
    let injected = state.faults.next(action);
    injected.wait().await;
    let form = service.unwrap_or(Service::Ecr);
    injected.cut(match (injected.instead.clone(), service) {
        (Some(effect), _) => effect.outcome(
            |status, code, message| Refusal::new(status_of(status), code, message).reply(form, id),
            || Refusal::by(form, THROTTLED, "Rate exceeded").reply(form, id),
        ),
        (None, Some(service)) => Outcome::Reply(usual_reply(state, request, service, action, id).await),
        (None, None) => Outcome::Reply(not_found(&request.method)),
    })
}

fn not_found(method: &Method) -> Reply {
    if method == Method::POST {
        return text(
            StatusCode::BAD_REQUEST,
            "ecr-sandbox: this is not a request to ECR, ECR Public or STS. It has neither an X-Amz-Target header of ECR or ECR Public, \
             nor an Action of STS in the form.\n",
        );
    }
    text(
        StatusCode::NOT_FOUND,
        "ecr-sandbox: this path does not exist. The sandbox serves AWS's SDKs and CLI as ECR, ECR Public and STS do, and container \
         clients below /v2/. Set AWS_ENDPOINT_URL to this address.\n",
    )
}

/// Returns the usual response of a service to a request. This function is not called if a fault replaces the response.
async fn usual_reply(state: &State, request: &ApiCall, service: Service, action: &str, id: &str) -> Reply {
    let reply = match service {
        Service::Metadata => return machine::metadata(state, request),
        Service::Container => return machine::container(state, request),
        Service::Sts => sts_body(state, request, action, id).map(|body| xml(StatusCode::OK, id, body)),
        Service::Sso => sso::role_credentials(state, request).map(|body| json_1_1(StatusCode::OK, id, &body)),
        Service::SsoOidc => sso::create_token(state, request).map(|body| json_1_1(StatusCode::OK, id, &body)),
        Service::Ecr | Service::EcrPublic => {
            let body = json_body(state, request, service, action).await;
            body.map(|body| json_1_1(StatusCode::OK, id, &body))
        }
    };
    reply.unwrap_or_else(|refusal| refusal.reply(service, id))
}

async fn json_body(state: &State, request: &ApiCall, service: Service, action: &str) -> Result<Json, Refusal> {
    let (principal, region) = verify(request, service, &state.principals, SystemTime::now())?;
    match (service, action) {
        (Service::Ecr, "GetAuthorizationToken") => ecr::authorization_token(state, request, principal, &region).await,
        (Service::EcrPublic, "GetAuthorizationToken") => ecr::public_authorization_token(state, principal, &region),
        _ => {
            let message = format!("the sandbox does not support the operation {action}");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "UnknownOperationException", message))
        }
    }
}

fn sts_body(state: &State, request: &ApiCall, action: &str, id: &str) -> Result<String, Refusal> {
    let signed = || verify(request, Service::Sts, &state.principals, SystemTime::now());
    match action {
        // A request with a web identity token is not signed.
        "AssumeRoleWithWebIdentity" => sts::assume_role_with_web_identity(&state.principals, request, id),
        "AssumeRole" => {
            signed().and_then(|(principal, _)| sts::assume_role(&state.principals, &principal, request, id))
        }
        "GetCallerIdentity" => signed().map(|(principal, _)| sts::caller_identity(&principal, id)),
        _ => {
            let message = format!("Could not find operation {action} for version 2011-06-15");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidAction", message))
        }
    }
}
