//! From a request to whoever answers it: a registry, an API, the proxy, or `/_sandbox/`.

use std::sync::Arc;

use http::{Method, Request as HttpRequest, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming as HttpBody;
use serde_json::json;

use crate::{
    action::REGISTRY,
    admin, api,
    call::Call,
    connection::{Outcome, discard, discard_body},
    gate, guard,
    port::Origin,
    proxy,
    record::Request,
    refusal::status_of,
    reply::{json, text},
    sandbox::State,
};

/// Far more than any call of these APIs has.
const MAX_BODY: usize = 1 << 20;

pub(crate) async fn answer(state: &Arc<State>, request: HttpRequest<HttpBody>, origin: &Origin) -> Outcome {
    if let Some(reply) = guard::misdirected(state, &request, origin) {
        discard(request).await;
        return Outcome::Reply(reply);
    }
    let path = request.uri().path().to_owned();
    if path == "/v2" || path.starts_with("/v2/") {
        return at_the_gate(state, request, origin).await;
    }
    if origin.scope.is_some() {
        discard(request).await;
        return Outcome::Reply(text(
            StatusCode::NOT_FOUND,
            "ecr-sandbox: this is the port of a registry, and all of a registry is below /v2/. Ask the port that the sandbox \
             printed at its start for everything else.\n",
        ));
    }
    let (head, mut body) = request.into_parts();
    let body = match Limited::new(&mut body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            discard_body(&mut body).await;
            return Outcome::Reply(text(StatusCode::PAYLOAD_TOO_LARGE, "ecr-sandbox: a body of more than 1 MiB\n"));
        }
        // The client went away.
        Err(_) => return Outcome::Reset,
    };
    if admin::is_below(&path) {
        return Outcome::Reply(admin::answer(state, &head, &body));
    }
    let Origin { port, tunnel, .. } = origin.clone();
    let call = Call { method: head.method, uri: head.uri, headers: head.headers, body, port, tunnel };
    state.calls.take(&call).await;
    if call.method == Method::CONNECT {
        return proxy::connect(state, &call).await;
    }
    api::answer(state, &call).await
}

async fn at_the_gate(state: &State, request: HttpRequest<HttpBody>, origin: &Origin) -> Outcome {
    let action = format!("{} {}", request.method(), request.uri().path());
    let befalls = state.faults.next(REGISTRY);
    befalls.wait().await;
    let refusal = |status, code: &str, message: &str| {
        json(status_of(status), &json!({"errors": [{"code": code, "message": message}]}))
    };
    let throttled = || text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n");
    let outcome = match befalls.instead.clone() {
        None => Outcome::Reply(gate::answer(state, request, origin).await),
        Some(effect) => {
            discard(request).await;
            effect.outcome(refusal, throttled)
        }
    };
    let outcome = befalls.cut(outcome);
    let (region, status) = (origin.scope.as_ref().map(|scope| scope.region.clone()), outcome.status());
    state.record.add(Request { service: "registry".to_owned(), action, region, status, ..Request::default() });
    outcome
}
