//! Converts errors and warnings to diagnostics. A diagnostic has the failure, the message of the server or program, and a remedy.

use aws_base::{Error, Origin};
use terraform_plugin::{AttributePath, Diagnostic, Problem};

mod error;
mod operation;
mod refused;
mod summary;
mod unreachable;
mod warning;

pub(crate) use summary::Summary;
pub(crate) use warning::warning;

/// Returns a diagnostic for an error that concerns the provider block.
pub(crate) fn of_provider(error: &Error) -> Diagnostic {
    let (summary, detail) = error::text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match path(error) {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

/// Converts an error about the value of an argument in the provider block to a `Problem`.
pub(crate) fn problem(error: &Error) -> Problem {
    let (summary, detail) = error::text(error);
    Problem::new(summary, detail).hides_value(error.hides_value())
}

/// Returns the path of the argument that an error concerns. Terraform prints the line with this argument. An error that hides a
/// value has no path, because the line would show the value.
fn path(error: &Error) -> Option<AttributePath> {
    let origin = match error {
        error if error.hides_value() => return None,
        Error::AccountNotAllowed { origin, .. }
        | Error::Endpoint { origin, .. }
        | Error::InvalidSetting { origin, .. }
        | Error::NoProfile { origin, .. }
        | Error::Role { origin, .. }
        | Error::UnknownRegion { origin, .. } => origin,
        Error::AccountNotAsked => return Some(AttributePath::new("allowed_account_ids")),
        _ => return None,
    };
    let path = match origin {
        Origin::Argument("assume_role_with_web_identity") => {
            AttributePath::new("assume_role_with_web_identity").index(0)
        }
        Origin::Argument(name) => AttributePath::new(*name),
        Origin::Element(name, position) => AttributePath::new(*name).index(*position),
        _ => return None,
    };
    Some(if matches!(error, Error::Role { .. }) { path.attribute("role_arn") } else { path })
}

/// Returns a diagnostic for an error that concerns an ephemeral block.
pub(crate) fn of_resource(error: &ecr_token::Error) -> Diagnostic {
    let (summary, detail) = error::of_token(error);
    let diagnostic = Diagnostic::error(summary, detail);
    let path = match error {
        ecr_token::Error::Aws(error) => path_of_resource(error),
        ecr_token::Error::PublicPartition { of_caller: true, .. } => Some(AttributePath::new("region")),
        _ => None,
    };
    match path {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

/// Returns the path of the argument in an ephemeral block, if an error concerns an argument. An error that hides a value has no path.
fn path_of_resource(error: &Error) -> Option<AttributePath> {
    match error {
        error if error.hides_value() => None,
        Error::OtherPartition { .. } | Error::UnknownRegion { origin: Origin::Caller, .. } => {
            Some(AttributePath::new("region"))
        }
        Error::Role { origin: Origin::CallerElement(name, position), .. } => {
            Some(AttributePath::new(*name).index(*position).attribute("role_arn"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_base::{CredentialSource, InvalidEndpointUrl, Region, SharedFilesProblem, Shown, SourceProblem};

    use super::*;

    fn of_block(error: Error) -> Diagnostic {
        of_resource(&error.into())
    }

    #[test]
    fn an_error_of_another_partition_matches_hashicorp_aws() {
        let region = Region::parse("cn-north-1").expect("a Region");
        let diagnostic = of_block(Error::OtherPartition { region, got: "aws-cn", want: "aws" });
        assert_eq!(diagnostic.summary(), "Invalid Region Value");
        assert!(diagnostic.detail().starts_with(
            "partition (aws-cn) for per-resource Region (cn-north-1) is not the provider's configured partition (aws)"
        ));
        assert_eq!(diagnostic.path().map(ToString::to_string).as_deref(), Some("region"));
    }

    #[test]
    fn an_error_names_the_variable_and_not_an_argument() {
        let origin = Origin::Variable("AWS_REGION");
        let diagnostic = of_provider(&Error::UnknownRegion { region: "narnia-1".into(), origin, flaw: None });
        assert!(diagnostic.detail().contains("AWS_REGION") && diagnostic.detail().contains("narnia-1"));
        assert_eq!(diagnostic.path(), None);
    }

    #[test]
    fn an_error_does_not_point_at_an_endpoint_with_a_password() {
        let origin = Origin::Argument("ec2_metadata_service_endpoint");
        let error = |url: &str| Error::Endpoint {
            origin: origin.clone(),
            url: Shown::endpoint(url),
            problem: InvalidEndpointUrl::NoHost,
        };
        assert_eq!(of_provider(&error("http://me:hunter2@host")).path(), None);
        assert!(of_provider(&error("http://host")).path().is_some());
    }

    #[test]
    fn an_error_does_not_point_at_a_region_that_may_be_a_token() {
        let error = |region: &str, origin| Error::UnknownRegion { region: Shown::value(region), origin, flaw: None };
        for (region, is_shown) in [("wJalrXUtnFEMI/K7MDENG", false), ("narnia-1", true)] {
            assert_eq!(of_provider(&error(region, Origin::Argument("region"))).path().is_some(), is_shown);
            assert_eq!(of_block(error(region, Origin::Caller)).path().is_some(), is_shown);
        }
    }

    #[test]
    fn details_do_not_end_with_two_periods() {
        for error in [
            Error::NoRegion,
            Error::SharedFiles { problem: SharedFilesProblem::Utf16 { path: "x".into() } },
            Error::Credentials { from: CredentialSource::StaticKeys, reason: SourceProblem::TokenEmpty },
            Error::NoCredentials { tried: Vec::new(), profile: None },
        ] {
            let diagnostic = of_provider(&error);
            assert!(!diagnostic.detail().contains(".."), "{}", diagnostic.detail());
        }
    }
}
