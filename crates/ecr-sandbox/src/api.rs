//! The APIs: from a request to what is answered.

use std::{sync::Arc, time::SystemTime};

use http::StatusCode;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    call::{Call, Service},
    connection::Outcome,
    ecr,
    record::Request,
    refusal::{Refusal, status_of},
    reply::{Reply, json_1_1, text, xml},
    sandbox::State,
    signature::{Claim, verify},
    sts,
};

pub(crate) async fn answer(state: &Arc<State>, request: &Call) -> Outcome {
    let Some((service, action)) = request.operation() else {
        return Outcome::Reply(text(
            StatusCode::BAD_REQUEST,
            "ecr-sandbox: this is no call of ECR, ECR Public or STS that it knows: there is neither an X-Amz-Target header of \
             the first two, nor an Action in the form.\n",
        ));
    };
    let id = Uuid::new_v4().to_string();
    let outcome = outcome(state, request, &id, service, &action).await;
    let claim = request.header("authorization").and_then(Claim::parse);
    state.record.add(Request {
        service: service.signing_name().to_owned(),
        action,
        region: claim.as_ref().map(|claim| claim.region.clone()),
        access_key: claim.map(|claim| claim.access_key),
        role: request.field("RoleArn").filter(|_| service == Service::Sts),
        status: outcome.status(),
        request_id: Some(id),
    });
    outcome
}

async fn outcome(state: &Arc<State>, request: &Call, id: &str, service: Service, action: &str) -> Outcome {
    let befalls = state.faults.next(action);
    befalls.wait().await;
    let refusal = |status, code: &str, message: &str| Refusal::new(status_of(status), code, message).reply(service, id);
    let throttled =
        || Refusal::of(service, "ThrottlingException", (400, "Throttling"), "Rate exceeded").reply(service, id);
    let outcome = match befalls.instead.clone() {
        None => Outcome::Reply(well(state, request, service, action, id).await),
        Some(effect) => effect.outcome(refusal, throttled),
    };
    befalls.cut(outcome)
}

/// The answer of a service that works.
async fn well(state: &Arc<State>, request: &Call, service: Service, action: &str, id: &str) -> Reply {
    let answered = match service {
        Service::Ecr | Service::EcrPublic => {
            let answer = json_answer(state, request, service, action).await;
            answer.map(|body| json_1_1(StatusCode::OK, id, &body))
        }
        Service::Sts => sts_answer(state, request, action, id).map(|body| xml(StatusCode::OK, id, body)),
    };
    answered.unwrap_or_else(|refusal| refusal.reply(service, id))
}

async fn json_answer(state: &Arc<State>, request: &Call, service: Service, action: &str) -> Result<Json, Refusal> {
    let (principal, region) = verify(request, service, &state.principals, SystemTime::now())?;
    match (service, action) {
        (Service::Ecr, "GetAuthorizationToken") => {
            ecr::authorization_token(state, request, &principal.account, &region).await
        }
        (Service::EcrPublic, "GetAuthorizationToken") => {
            ecr::public_authorization_token(state, &principal.account, &region)
        }
        _ => {
            let message = format!("the sandbox has no operation {action}");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "UnknownOperationException", message))
        }
    }
}

fn sts_answer(state: &State, request: &Call, action: &str, id: &str) -> Result<String, Refusal> {
    let signed = || verify(request, Service::Sts, &state.principals, SystemTime::now());
    match action {
        // Whoever has a token needs no key.
        "AssumeRoleWithWebIdentity" => sts::assume_role_with_web_identity(&state.principals, request, id),
        "AssumeRole" => signed().and_then(|_| sts::assume_role(&state.principals, request, id)),
        "GetCallerIdentity" => signed().map(|(principal, _)| sts::caller_identity(&principal, id)),
        _ => {
            let message = format!("Could not find operation {action} for version 2011-06-15");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidAction", message))
        }
    }
}
