//! Routes each request to the module that answers it: a request for a registry, an API, a tunnel, or `/_sandbox/`.

use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::{
    admin, api,
    api_call::ApiCall,
    gate, guard,
    port::Connection,
    proxy,
    reply::{Outcome, text},
    serve::{discard, discard_body},
    state::State,
};

/// The maximum size of a request body, in bytes. Valid calls of AWS's APIs are far smaller.
const MAX_BODY: usize = 1 << 20;

pub(crate) async fn answer(state: &State, request: Request<Incoming>, connection: &Connection) -> Outcome {
    if let Some(reply) = guard::reject_other_host(state, &request, connection) {
        discard(request).await;
        return Outcome::Reply(reply);
    }
    let path = request.uri().path().to_owned();
    if gate::is_for_registry(&request, connection) {
        return gate::answer(state, request, connection).await;
    }
    if connection.registry.is_some() {
        discard(request).await;
        return Outcome::Reply(text(
            StatusCode::NOT_FOUND,
            "ecr-sandbox: this is the port of a registry, which serves only paths below /v2/. Use the port that the sandbox \
             printed at its start for everything else.\n",
        ));
    }
    let (head, mut body) = request.into_parts();
    let body = match Limited::new(&mut body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            discard_body(&mut body).await;
            return Outcome::Reply(text(StatusCode::PAYLOAD_TOO_LARGE, "ecr-sandbox: the body has more than 1 MiB\n"));
        }
        // The client disconnected.
        Err(_) => return Outcome::Reset,
    };
    if admin::is_below(&path) {
        return Outcome::Reply(admin::answer(state, &head, &body));
    }
    let Connection { address, client, tunnel, .. } = connection.clone();
    let call =
        ApiCall { method: head.method, uri: head.uri, headers: head.headers, body, port: address, client, tunnel };
    state.calls.take(&call).await;
    if call.method == Method::CONNECT {
        return proxy::connect(state, &call).await;
    }
    api::answer(state, &call).await
}
