//! The sandbox as a proxy. The sandbox itself answers the requests within each tunnel.

use http::{StatusCode, Uri};

use crate::{
    action::CONNECT,
    api_call::ApiCall,
    domain::{is_known, normalize},
    record::Request,
    reply::{Outcome, json, status_of, text, too_many_requests},
    state::State,
};

/// Answers a CONNECT request: opens a tunnel to this sandbox itself, or rejects the request.
pub(crate) async fn connect(state: &State, request: &ApiCall) -> Outcome {
    let target = if request.tunnel.is_none() { target(&request.uri) } else { None };
    let action = target.as_ref().map_or_else(|| CONNECT.to_owned(), |(host, port)| format!("{CONNECT} {host}:{port}"));
    let injected = state.faults.next(CONNECT);
    injected.wait().await;
    let outcome = injected.cut(match (injected.instead.clone(), target) {
        (Some(effect), _) => effect.outcome(
            |status, code, message| json(status_of(status), &serde_json::json!({code: message})),
            too_many_requests,
        ),
        (None, None) => Outcome::Reply(text(
            StatusCode::BAD_REQUEST,
            "ecr-sandbox: CONNECT needs HOST:PORT, and cannot be used within a tunnel\n",
        )),
        (None, Some((host, port))) if is_known(&host) => Outcome::Tunnel(format!("{host}:{port}")),
        (None, Some((host, _))) => {
            let problem = format!("ecr-sandbox: the proxy connects only to AWS's hosts, and not to {host}\n");
            Outcome::Reply(text(StatusCode::FORBIDDEN, problem))
        }
    });
    state.record.add(Request::unsigned("proxy", action, None, outcome.status()));
    outcome
}

/// Returns the host and the port of a CONNECT request. The host is normalized: see [`normalize`]. Returns `None` for a URI with a
/// user name, because the user name may be a secret.
fn target(uri: &Uri) -> Option<(String, u16)> {
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let port = authority.port_u16().filter(|_| uri.scheme().is_none())?;
    Some((normalize(authority.host()), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_target_without_a_host_and_a_port() {
        let target = |text: &str| target(&text.parse().expect("a URI"));
        assert_eq!(
            target("API.ECR.eu-west-1.amazonaws.com.:443"),
            Some(("api.ecr.eu-west-1.amazonaws.com".to_owned(), 443))
        );
        for text in ["me:hunter2@sts.amazonaws.com:443", "http://amazonaws.com/", "amazonaws.com", "test:99999"] {
            assert_eq!(target(text), None, "{text}");
        }
    }
}
