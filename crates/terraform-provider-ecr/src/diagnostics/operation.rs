//! Describes a call in the text of an error: the endpoint, the number of attempts, and the setting to check.

use aws_base::Operation;

pub(super) fn called(operation: &Operation) -> String {
    let at = operation.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    format!("{} in Region {}{at}", operation.action, operation.region)
}

/// Returns the advice for a response that probably does not come from AWS.
pub(super) fn check_source(operation: &Operation) -> String {
    let check = own_endpoint(operation).unwrap_or_else(|| {
        "the network path: a proxy (`https_proxy`, HTTPS_PROXY) or a firewall may have answered".to_owned()
    });
    format!("Check {check}.")
}

/// Returns a text that names the endpoint and the setting that configures the endpoint. The user has to check this setting first. Returns
/// `None` if no setting configures the endpoint.
pub(super) fn own_endpoint(operation: &Operation) -> Option<String> {
    operation.origin.as_ref().map(|origin| format!("the endpoint, set by {origin}"))
}

/// Returns a line with the request ID, if AWS returned a request ID.
pub(super) fn request(id: Option<&str>) -> String {
    id.map(|id| format!("\nRequest id: {id}")).unwrap_or_default()
}

/// Returns a line with the number of attempts, if the call had more than one attempt.
pub(super) fn attempts(operation: &Operation) -> String {
    if operation.attempts > 1 { format!("\nAttempts: {}", operation.attempts) } else { String::new() }
}
