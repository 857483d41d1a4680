//! `/_sandbox/`: what was asked, and what is to go wrong.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    fault::Fault,
    reply::{Reply, json as json_reply, text},
    sandbox::State,
};

/// Where it is.
pub(crate) const PREFIX: &str = "/_sandbox/";

pub(crate) fn answer(state: &State, method: &Method, path: &str, body: &Bytes) -> Reply {
    if !state.admin {
        return text(StatusCode::NOT_FOUND, "ecr-sandbox: not served: start it with --admin\n");
    }
    match (method, path.strip_prefix(PREFIX).unwrap_or_default()) {
        (&Method::GET, "requests") => json_reply(StatusCode::OK, &json!(state.record.all())),
        (&Method::DELETE, "requests") => {
            state.record.clear();
            done()
        }
        (&Method::GET, "faults") => json_reply(StatusCode::OK, &json!(state.faults.all())),
        (&Method::POST, "faults") => match serde_json::from_slice::<Fault>(body) {
            Ok(fault) => match fault.flaw() {
                None => {
                    state.faults.add(fault);
                    done()
                }
                Some(flaw) => text(StatusCode::BAD_REQUEST, format!("ecr-sandbox: this is no fault: {flaw}\n")),
            },
            Err(error) => text(StatusCode::BAD_REQUEST, format!("ecr-sandbox: this is no fault: {error}\n")),
        },
        (&Method::DELETE, "faults") => {
            state.faults.clear();
            done()
        }
        (_, "requests" | "faults") => {
            text(StatusCode::METHOD_NOT_ALLOWED, "ecr-sandbox: GET, POST (faults) or DELETE\n")
        }
        _ => text(StatusCode::NOT_FOUND, "ecr-sandbox: there are /_sandbox/requests and /_sandbox/faults\n"),
    }
}

fn done() -> Reply {
    text(StatusCode::NO_CONTENT, "")
}
