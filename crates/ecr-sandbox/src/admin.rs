//! The admin API below `/_sandbox/`: lists requests, and lists, adds and removes faults.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
    request::Parts,
};
use serde::Serialize;

use crate::{
    fault::Fault,
    guard,
    reply::{Reply, text, with_type},
    state::State,
};

const ROOT: &str = "/_sandbox";
const REQUESTS: &str = "/_sandbox/requests";
const FAULTS: &str = "/_sandbox/faults";

/// Whether this module answers requests for this path.
pub(crate) fn is_below(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a request below `/_sandbox`. Every response body ends in a newline, for clients that print the body in a terminal.
pub(crate) fn answer(state: &State, Parts { method, uri, headers, .. }: &Parts, body: &Bytes) -> Reply {
    let path = uri.path();
    if let Some(refusal) = guard::reject_web_page(headers) {
        return refusal;
    }
    if !state.admin {
        return problem(StatusCode::NOT_FOUND, &format!("{path} is not served\nStart the sandbox with --admin"));
    }
    let (methods, has_body) = match path {
        REQUESTS => ("GET, HEAD, DELETE", false),
        FAULTS => ("GET, HEAD, POST, DELETE", *method == Method::POST),
        _ => {
            let missing = format!("{path} does not exist\nUse {REQUESTS} or {FAULTS}");
            return problem(StatusCode::NOT_FOUND, &missing);
        }
    };
    if !methods.split(", ").any(|allowed| allowed == method.as_str()) {
        let wrong = format!("{path} does not accept {method}\nUse one of these methods: {methods}");
        let mut reply = problem(StatusCode::METHOD_NOT_ALLOWED, &wrong);
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        return reply;
    }
    if uri.query().is_some() {
        return problem(
            StatusCode::BAD_REQUEST,
            &format!("{path} does not accept a query\nRemove the ? and the text after it"),
        );
    }
    if !has_body && !body.is_empty() {
        let ignored = format!(
            "{method} {path} is for the whole list, and does not accept a body\nSend the request without a body"
        );
        return problem(StatusCode::BAD_REQUEST, &ignored);
    }
    // This check also rejects requests from web pages, which cannot set this content type without a preflight request:
    // <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
    if has_body && !is_json(headers) {
        let other = format!("{path} accepts only JSON\nSet the header Content-Type: application/json");
        return problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &other);
    }
    match (path, method) {
        (REQUESTS, &Method::DELETE) => {
            state.record.clear();
            done()
        }
        (REQUESTS, _) => list(&state.record.all()),
        (_, &Method::POST) => add_fault(state, body),
        (_, &Method::DELETE) => {
            state.faults.clear();
            done()
        }
        _ => list(&state.faults.all()),
    }
}

/// Whether the request has exactly one `Content-Type` header, and the type in this header is JSON. The type can have parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let types: Vec<_> = headers.get_all(CONTENT_TYPE).iter().collect();
    let [one] = types[..] else { return false };
    let essence = one.to_str().ok().and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn add_fault(state: &State, body: &[u8]) -> Reply {
    let fault = match Fault::from_json(body) {
        Ok(fault) => fault,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &format!("this fault is not valid: {error}")),
    };
    if let Some(earlier) = state.faults.hides(&fault) {
        let earlier = serde_json::to_string(&earlier).unwrap_or_default();
        let hidden = format!(
            "this fault would never apply, since an earlier fault has all its requests: {earlier}\n\
             End all faults first with DELETE {FAULTS}, or set count in the earlier fault"
        );
        return problem(StatusCode::CONFLICT, &hidden);
    }
    state.faults.add(fault);
    done()
}

fn done() -> Reply {
    text(StatusCode::NO_CONTENT, "")
}

fn list(entries: &[impl Serialize]) -> Reply {
    match serde_json::to_string(entries) {
        Ok(json) => with_type(StatusCode::OK, "application/json", json + "\n"),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &format!("cannot write the list: {error}")),
    }
}

/// Returns an error response. The text has the problem on the first line, and the remedy on the second line.
fn problem(status: StatusCode, text_of_problem: &str) -> Reply {
    text(status, format!("ecr-sandbox: {text_of_problem}\n"))
}
