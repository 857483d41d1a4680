//! Texts about a call: its endpoint, its attempts, and the place to check.

use aws_base::Operation;

pub(super) fn called(operation: &Operation) -> String {
    let at = operation.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    format!("{} in Region {}{at}", operation.action, operation.region)
}

/// Returns the advice for a response that is probably not AWS's.
pub(super) fn check_source(operation: &Operation) -> String {
    let check = own_endpoint(operation).unwrap_or_else(|| {
        "the network path: a proxy (`https_proxy`, HTTPS_PROXY) or a firewall may have answered".to_owned()
    });
    format!("Check {check}.")
}

/// Returns the endpoint and its origin, if a person has configured the endpoint. It is the first thing to check.
pub(super) fn own_endpoint(operation: &Operation) -> Option<String> {
    operation.origin.as_ref().map(|origin| format!("the endpoint, set by {origin}"))
}

/// Returns a line with the request id, if AWS returned one.
pub(super) fn request(id: Option<&str>) -> String {
    id.map(|id| format!("\nRequest id: {id}")).unwrap_or_default()
}

/// Returns a line with the number of attempts, if there was more than one.
pub(super) fn attempts(operation: &Operation) -> String {
    if operation.attempts > 1 { format!("\nAttempts: {}", operation.attempts) } else { String::new() }
}
