//! The headlines and texts of errors.

use aws_base::{Error, Operation, Origin, Quote};

use super::{
    operation::{called, check_source, request},
    refused,
    summary::Summary,
    unreachable,
};

/// Returns the headline and the text of the error that explains why the provider has no token.
pub(super) fn of_token(error: &ecr_token::Error) -> (Summary, String) {
    match error {
        ecr_token::Error::Aws(error) => text(error),
        ecr_token::Error::InvalidToken { operation, request_id, problem } => {
            malformed(operation, request_id.as_ref(), &problem.to_string())
        }
        ecr_token::Error::PublicPartition { region, partition, of_caller } => {
            let whose = if *of_caller { "" } else { ", for which the provider is configured," };
            let detail = format!(
                "{region}{whose} is in the partition {partition}, and ECR Public is only in the partition aws.\n\nCredentials \
                 of one partition are not valid in another. Use credentials of an account in the partition aws, in another \
                 provider block."
            );
            (Summary::NotInPartition, detail)
        }
        // `ecr_token::Error` may get new variants. For a new variant, the message of the error is shown.
        other => (Summary::NoToken, format!("{other}.")),
    }
}

fn malformed(operation: &Operation, request_id: Option<&Quote>, problem: &str) -> (Summary, String) {
    let (called, id, advice) = (called(operation), request(request_id.map(|id| &**id)), check_source(operation));
    let detail = format!("{called} returned an unexpected answer: {problem}.{id}\n\n{advice}");
    (Summary::UnexpectedAnswer, detail)
}

/// Returns the headline and the text of an error from the configuration or from a call to AWS.
pub(super) fn text(error: &Error) -> (Summary, String) {
    match error {
        Error::AccountNotAllowed { account, origin } => (
            Summary::AccountNotAllowed,
            format!(
                "AWS account ID not allowed: {account}\n\nThe credentials belong to that account, and {origin} does not allow \
                 it. Use other credentials, or change the list."
            ),
        ),
        Error::AccountNotAsked => (
            Summary::AccountNotChecked,
            "`allowed_account_ids` needs the account of the credentials, but `skip_credentials_validation` together with \
             `skip_requesting_account_id` forbids the request to STS. Remove one of the three."
                .to_owned(),
        ),
        Error::Credentials { from, reason } => (
            Summary::UnusableCredentials,
            format!(
                "The credentials from {from} cannot be used: {reason}.\n\nOther sources were not tried, because they \
                 could be another identity."
            ),
        ),
        Error::Endpoint { origin, url, problem } => (
            Summary::InvalidEndpoint,
            format!(
                "The endpoint {url:?} (from {origin}) cannot be used: {problem}.\n\nWrite a URL such as https://host or http://127.0.0.1:5000."
            ),
        ),
        Error::InvalidSetting { origin, problem } => {
            (Summary::InvalidConfiguration, format!("Cannot use {origin}: {problem}."))
        }
        Error::Login { profile, command, reason } => (
            Summary::LoginNeeded,
            format!("The profile {profile:?} is not logged in: {reason}.\n\nLog in with: {command}"),
        ),
        Error::Malformed { operation, request_id, problem } => {
            malformed(operation, request_id.as_ref(), &problem.to_string())
        }
        Error::NoCredentials { tried, profile } => {
            let sources: Vec<_> = tried.iter().map(|tried| format!("  {}: {}", tried.from, tried.reason)).collect();
            let advice = match profile {
                Some(profile) => format!(
                    "The provider block names the profile {profile:?}, so keys in the environment are ignored. Add \
                     credentials to that profile, or remove `profile`."
                ),
                None => "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS \
                         with a role."
                    .to_owned(),
            };
            (
                Summary::NoCredentials,
                format!("No source has AWS credentials. Tried, in this order:\n\n{}\n\n{advice}", sources.join("\n")),
            )
        }
        Error::NoProfile { profile, origin, files } => (
            Summary::NoProfile,
            format!(
                "The profile {profile:?}, which {origin} names, does not exist. Files that were searched:\n\n  {}\n\nIn a \
                 config file, its section begins with [profile {profile}]. In a credentials file, the section begins with the \
                 name alone in brackets. `aws configure list-profiles` lists the existing profiles.",
                files.join("\n  ")
            ),
        ),
        Error::NoRegion => (
            Summary::NoRegion,
            "No AWS Region is configured. Set `region` here or in the provider block, or AWS_REGION or \
             AWS_DEFAULT_REGION, or `region` in the profile."
                .to_owned(),
        ),
        Error::OtherPartition { region, got, want } => (
            Summary::InvalidRegionValue,
            format!(
                "partition ({got}) for per-resource Region ({region}) is not the provider's configured partition \
                 ({want}).\n\nCredentials of one partition are not valid in another. Use another provider block for this \
                 Region."
            ),
        ),
        Error::NotSent { operation, reason } => (
            Summary::RequestNotPossible,
            format!(
                "{} could not be sent: {reason}.\n\nThe cause is local: check the provider block, the environment, the shared \
                 files and this system.",
                called(operation)
            ),
        ),
        Error::Refused { operation, refusal } => refused::text(operation, refusal),
        Error::Role { role, source, .. } if let Error::AccountNotAllowed { account, origin } = &**source => {
            let detail = format!(
                "AWS account ID not allowed: {account}\n\nThe IAM role {role} belongs to that account, and {origin} does not \
                 allow it. Assume a role of another account, or change the list."
            );
            (Summary::AccountNotAllowed, detail)
        }
        Error::Role { role, origin, source } => {
            let (summary, why) = text(source);
            let summary = match summary {
                Summary::UnusableWebIdentity => summary,
                _ => Summary::CannotAssumeRole,
            };
            let detail = match origin {
                // Terraform names the ephemeral block and the line. The word "here" in the text means that the `assume_role` block belongs
                // to the ephemeral block, and not to the provider block.
                Origin::CallerElement(name, position) => {
                    format!("The IAM role {role}, in block {} of `{name}` here, was not assumed.\n\n{why}", position + 1)
                }
                origin => format!("The IAM role {role}, which {origin} names, was not assumed.\n\n{why}"),
            };
            (summary, detail)
        }
        Error::SharedFiles { problem } => {
            (Summary::UnreadableFiles, format!("The shared AWS files cannot be read: {problem}."))
        }
        Error::UnknownRegion { origin, .. } if error.hides_value() => {
            let summary =
                if *origin == Origin::Caller { Summary::InvalidRegionValue } else { Summary::InvalidRegion };
            let from = match origin {
                Origin::Caller => "`region` is".to_owned(),
                origin => format!("The value of {origin} is"),
            };
            let detail = format!(
                "{from} not an AWS Region, and does not look like one, such as eu-west-1. The value is not shown, because it \
                 may be a secret in the wrong place.\n\nCheck that value."
            );
            (summary, detail)
        }
        Error::UnknownRegion { region, origin: Origin::Caller, flaw } => {
            let detail = match flaw {
                Some(flaw) => format!("{region:?} is not a valid Region name: it {flaw}."),
                None => format!("{region:?} is not an AWS Region, and does not look like one, such as eu-west-1."),
            };
            (Summary::InvalidRegionValue, detail)
        }
        Error::UnknownRegion { region, origin, flaw } => {
            let detail = match flaw {
                Some(flaw) => format!("{region:?}, from {origin}, is not a valid Region name: it {flaw}."),
                None => format!(
                    "{region:?}, from {origin}, is not a Region that this version of the provider knows.\n\nIf it is a new \
                     Region, set `skip_region_validation = true` in the provider block."
                ),
            };
            (Summary::InvalidRegion, detail)
        }
        Error::Unreachable { operation, failure, reason } => unreachable::text(operation, *failure, reason),
        // `aws_base::Error` may get new variants. For a new variant, the message of the error is shown.
        other => (Summary::NoToken, format!("{other}.")),
    }
}
