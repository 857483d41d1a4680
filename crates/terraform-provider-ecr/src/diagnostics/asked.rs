//! Words about a call: its endpoint, its attempts, and the place to check.

use aws_base::Asked;

pub(super) fn called(asked: &Asked) -> String {
    let at = asked.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    format!("{} in Region {}{at}", asked.action, asked.region)
}

/// The advice for an answer that is probably not AWS's.
pub(super) fn check_source(asked: &Asked) -> String {
    let check = own_endpoint(asked).unwrap_or_else(|| {
        "what is on the way: a proxy (`https_proxy`, HTTPS_PROXY) or a firewall may have answered".to_owned()
    });
    format!("Check {check}.")
}

/// Names the endpoint and its origin, where somebody has configured one: what to check first.
pub(super) fn own_endpoint(asked: &Asked) -> Option<String> {
    asked.origin.as_ref().map(|origin| format!("the endpoint, which {origin} sets"))
}

/// A line of its own, where AWS gave the request an id.
pub(super) fn request(id: Option<&str>) -> String {
    id.map(|id| format!("\nRequest id: {id}")).unwrap_or_default()
}

/// A line of its own, where there was more than one.
pub(super) fn attempts(asked: &Asked) -> String {
    if asked.attempts > 1 { format!("\nAttempts: {}", asked.attempts) } else { String::new() }
}
