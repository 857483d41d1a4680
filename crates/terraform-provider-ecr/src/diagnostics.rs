//! What a person is told: what was tried, what came back, and what to do about it.

use ecr_token::{Asked, Error, HIDDEN, Origin, shown, shown_endpoint};
use terraform_plugin::{AttributePath, Diagnostic};

mod error;
mod refused;
mod summary;
mod unreachable;
mod warning;

pub(crate) use summary::Summary;
pub(crate) use warning::warning;

/// An error that belongs to the provider block.
pub(crate) fn of_provider(error: &Error) -> Diagnostic {
    let (summary, detail) = error::text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match path(error) {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

/// Arguments that may hold a secret as they are written. Terraform prints the line that a diagnostic points at.
const SECRETS: [&str; 5] = ["http_proxy", "https_proxy", "secret_key", "token", "web_identity_token"];

/// Whether a diagnostic may point at an argument; else it has to name it.
pub(crate) fn can_be_shown(argument: &str) -> bool {
    !SECRETS.contains(&argument)
}

/// The argument that an error is about, where it is about one that can be shown.
fn path(error: &Error) -> Option<AttributePath> {
    let origin = match error {
        // Terraform would show beside the text what the text hides.
        Error::Endpoint { url: text, .. }
        | Error::InvalidSetting { problem: text, .. }
        | Error::NoProfile { profile: text, .. }
        | Error::Role { role: text, .. }
        | Error::UnknownRegion { region: text, .. }
            if text.contains(HIDDEN) =>
        {
            return None;
        }
        Error::AccountNotAllowed { origin, .. }
        | Error::Endpoint { origin, .. }
        | Error::InvalidSetting { origin, .. }
        | Error::NoProfile { origin, .. }
        | Error::Role { origin, .. }
        | Error::UnknownRegion { origin, .. } => origin,
        Error::AccountNotAsked => return Some(AttributePath::new("allowed_account_ids")),
        Error::IncompleteKeys { set, .. } => return can_be_shown(set).then(|| AttributePath::new(*set)),
        _ => return None,
    };
    let path = match origin {
        Origin::Argument("assume_role_with_web_identity") => {
            AttributePath::new("assume_role_with_web_identity").index(0)
        }
        Origin::Argument(name) if can_be_shown(name) => AttributePath::new(*name),
        Origin::Element(name, position) => AttributePath::new(*name).index(*position),
        _ => return None,
    };
    Some(if matches!(error, Error::Role { .. }) { path.attribute("role_arn") } else { path })
}

/// An error that quotes `value`, at the argument with that value. Terraform prints the line that a diagnostic points at. If the
/// value may be a secret, the error points nowhere.
pub(crate) fn quoting(value: &str, path: impl Into<AttributePath>, error: Diagnostic) -> Diagnostic {
    if shown(value) == HIDDEN { error } else { error.at(path) }
}

/// An error that belongs to an ephemeral block.
pub(crate) fn of_resource(error: &Error) -> Diagnostic {
    let (summary, detail) = error::text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match error {
        Error::UnknownRegion { region, .. } if region == HIDDEN => diagnostic,
        Error::OtherPartition { .. }
        | Error::PublicPartition { of_caller: true, .. }
        | Error::UnknownRegion { origin: Origin::Caller, .. } => diagnostic.at("region"),
        _ => diagnostic,
    }
}

/// An argument of the `endpoints` block that is not a URL. An element of a set cannot be pointed at: the path is that of the set.
pub(crate) fn endpoint(service: &str, url: &str, problem: &str) -> Diagnostic {
    let url = shown_endpoint(url);
    let error = Diagnostic::error(
        Summary::InvalidEndpoint,
        format!(
            "In `endpoints`, `{service}` is {url:?}, which cannot be asked: {problem}.\n\nWrite it like https://host or http://127.0.0.1:5000."
        ),
    );
    if url.contains(HIDDEN) { error } else { error.at("endpoints") }
}

fn called(asked: &Asked) -> String {
    let at = asked.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    format!("{} in Region {}{at}", asked.action, asked.region)
}

/// The advice for an answer that is probably not AWS's.
fn check_source(asked: &Asked) -> String {
    let check = own_endpoint(asked).unwrap_or_else(|| {
        "what is on the way: a proxy (`https_proxy`, HTTPS_PROXY) or a firewall may have answered".to_owned()
    });
    format!("Check {check}.")
}

/// Names the endpoint and its origin, where somebody has configured one: what to check first.
fn own_endpoint(asked: &Asked) -> Option<String> {
    asked.origin.as_ref().map(|origin| format!("the endpoint, which {origin} sets"))
}

/// A line of its own, where AWS gave the request an id.
fn request(id: Option<&str>) -> String {
    id.map(|id| format!("\nRequest id: {id}")).unwrap_or_default()
}

/// A line of its own, where there was more than one.
fn attempts(asked: &Asked) -> String {
    if asked.attempts > 1 { format!("\nAttempts: {}", asked.attempts) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_another_partition_is_blamed_on_the_argument_in_the_words_of_the_reference() {
        let error = Error::OtherPartition { region: "cn-north-1".into(), got: "aws-cn", want: "aws" };
        let diagnostic = of_resource(&error);
        assert_eq!(diagnostic.summary(), "Invalid Region Value");
        assert!(diagnostic.detail().starts_with(
            "partition (aws-cn) for per-resource Region (cn-north-1) is not the provider's configured partition (aws)"
        ));
        assert_eq!(diagnostic.path().map(ToString::to_string).as_deref(), Some("region"));
    }

    #[test]
    fn a_setting_from_the_environment_is_named_and_blamed_on_no_argument() {
        let origin = Origin::Variable("AWS_REGION");
        let diagnostic = of_provider(&Error::UnknownRegion { region: "narnia-1".into(), origin });
        assert!(diagnostic.detail().contains("AWS_REGION") && diagnostic.detail().contains("narnia-1"));
        assert_eq!(diagnostic.path(), None);
    }

    #[test]
    fn a_password_in_an_endpoint_is_not_shown() {
        let diagnostic = endpoint("ecr", "http://user:hunter2@host", "it holds a user name");
        assert!(!diagnostic.detail().contains("hunter2") && diagnostic.detail().contains("host"), "{diagnostic:?}");
    }

    #[test]
    fn the_line_of_an_endpoint_with_a_password_is_not_pointed_at() {
        let origin = Origin::Argument("ec2_metadata_service_endpoint");
        let error = |url: &str| Error::Endpoint { origin: origin.clone(), url: url.into(), problem: "bad".into() };
        assert_eq!(of_provider(&error("http://(hidden)")).path(), None);
        assert!(of_provider(&error("host")).path().is_some());
    }

    #[test]
    fn the_line_of_a_region_that_may_be_a_token_is_not_pointed_at() {
        let error = |region: &str, origin| Error::UnknownRegion { region: region.into(), origin };
        for (region, is_shown) in [(HIDDEN, false), ("narnia-1", true)] {
            let of_block = of_provider(&error(region, Origin::Argument("region")));
            assert_eq!(of_block.path().is_some(), is_shown);
            assert_eq!(of_resource(&error(region, Origin::Caller)).path().is_some(), is_shown);
            let setting =
                Error::InvalidSetting { origin: Origin::Argument("sts_region"), problem: format!("{region:?}") };
            assert_eq!(of_provider(&setting).path().is_some(), is_shown);
        }
    }

    #[test]
    fn details_end_in_no_double_period() {
        for error in [
            Error::NoRegion,
            Error::SharedFiles { reason: "line 1".into() },
            Error::Credentials { from: "container".into(), reason: "refused".into() },
            Error::NoCredentials { tried: Vec::new(), profile: None },
            Error::IncompleteKeys { set: "access_key", missing: "secret_key" },
        ] {
            let diagnostic = of_provider(&error);
            assert!(!diagnostic.detail().contains(".."), "{}", diagnostic.detail());
        }
    }
}
