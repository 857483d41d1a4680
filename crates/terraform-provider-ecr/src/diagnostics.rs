//! What a person is told: what was tried, what came back, and what to do about it.

use ecr_token::{Asked, Error, Failure, Origin, Refusal, shown_endpoint};
use terraform_plugin::Diagnostic;

/// An error that belongs to the provider block.
pub(crate) fn of_provider(error: &Error) -> Diagnostic {
    let (summary, detail) = text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match error {
        Error::Endpoint { origin: Origin::Argument(name), .. }
        | Error::NoProfile { origin: Origin::Argument(name), .. }
        | Error::UnknownRegion { origin: Origin::Argument(name), .. }
        | Error::IncompleteKeys { set: name, .. } => diagnostic.at(*name),
        _ => diagnostic,
    }
}

/// An error that belongs to an ephemeral block.
pub(crate) fn of_resource(error: &Error) -> Diagnostic {
    let (summary, detail) = text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match error {
        Error::OtherPartition { .. } | Error::UnknownRegion { origin: Origin::Caller, .. } => diagnostic.at("region"),
        _ => diagnostic,
    }
}

/// An argument of the `endpoints` block that is no URL.
pub(crate) fn endpoint(service: &str, url: &str, problem: &str) -> Diagnostic {
    let url = shown_endpoint(url);
    Diagnostic::error(
        "Invalid Endpoint URL",
        format!(
            "In `endpoints`, `{service}` is {url:?}, which cannot be asked: {problem}.\n\nWrite it like https://host or http://127.0.0.1:5000."
        ),
    )
}

const STATIC_KEYS: &str = "Static credentials are `access_key` and `secret_key` together, with `token` where they are \
                           temporary. Set what is missing, or remove them all to use the environment, a profile or a role.";

fn text(error: &Error) -> (&'static str, String) {
    match error {
        Error::Credentials { from, reason } => (
            "AWS Credentials Cannot Be Used",
            format!(
                "Credentials were to come from {from}, and did not: {reason}.\n\nOther sources were not tried: they \
                 would be somebody else's."
            ),
        ),
        Error::Endpoint { origin, url, problem } => (
            "Invalid Endpoint URL",
            format!(
                "{url:?} (from {origin}) cannot be asked: {problem}.\n\nWrite it like https://host or http://127.0.0.1:5000."
            ),
        ),
        Error::IncompleteKeys { set, missing } => {
            ("Incomplete Static Credentials", format!("`{set}` is set and `{missing}` is not. {STATIC_KEYS}"))
        }
        Error::Malformed { asked, problem } => (
            "Unexpected Answer From ECR",
            format!(
                "{} answered, but not as ECR does: {problem}.\n\nIs that endpoint ECR, or something that stands in for it?",
                called(asked)
            ),
        ),
        Error::NoCredentials { tried, profile } => {
            let sources: Vec<_> = tried.iter().map(|tried| format!("  {}: {}", tried.from, tried.reason)).collect();
            let advice = match profile {
                Some(profile) => format!(
                    "The provider block names the profile {profile:?}, so keys in the environment do not count. Give that \
                     profile credentials, or remove `profile`."
                ),
                None => "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run \
                         where AWS provides a role."
                    .to_owned(),
            };
            (
                "No Valid Credential Sources Found",
                format!("No source has AWS credentials. Tried, in this order:\n\n{}\n\n{advice}", sources.join("\n")),
            )
        }
        Error::NoProfile { profile, origin, files } => (
            "AWS Profile Not Found",
            format!(
                "There is no profile {profile:?}, which {origin} names. Files that were searched:\n\n  {}\n\n`aws \
                 configure list-profiles` lists the profiles there are.",
                files.join("\n  ")
            ),
        ),
        Error::NoRegion => (
            "No AWS Region",
            "No AWS Region is configured. Set `region` here or in the provider block, or AWS_REGION or \
             AWS_DEFAULT_REGION, or `region` in the profile."
                .to_owned(),
        ),
        Error::OtherPartition { region, got, want } => (
            "Invalid Region Value",
            format!(
                "partition ({got}) for per-resource Region ({region}) is not the provider's configured partition \
                 ({want}).\n\nCredentials of one partition mean nothing in another: use a provider block of its own."
            ),
        ),
        Error::NotSent { asked, reason } => (
            "Request Not Possible",
            format!(
                "{} could not even be asked: {reason}.\n\nSomething in the provider block, the environment or the shared \
                 files stands in its way.",
                called(asked)
            ),
        ),
        Error::Refused { asked, refusal } => refused(asked, refusal),
        Error::SharedFiles { reason } => {
            ("Unreadable AWS Configuration", format!("The shared AWS files cannot be read: {reason}."))
        }
        Error::UnknownRegion { region, origin: Origin::Caller } => (
            "Invalid Region Value",
            format!("{region:?} is not a Region of AWS, nor of the form of one, such as eu-west-1."),
        ),
        Error::UnknownRegion { region, origin } => (
            "Invalid AWS Region",
            format!(
                "{region:?}, from {origin}, is not a Region that this version of the provider knows.\n\nIf AWS has \
                 opened it since, set `skip_region_validation = true` in the provider block."
            ),
        ),
        Error::Unreachable { asked, failure, reason } => unreachable(asked, *failure, reason),
        // `Error` may grow: its own words are better than none.
        other => ("No ECR Authorization Token", format!("{other}.")),
    }
}

fn called(asked: &Asked) -> String {
    let at = asked.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    format!("{} in Region {}{at}", asked.action, asked.region)
}

fn refused(asked: &Asked, refusal: &Refusal) -> (&'static str, String) {
    let code = refusal.code.as_deref().unwrap_or_default();
    let (summary, advice) = match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => (
            "Access Denied by AWS",
            "The IAM principal needs the permission ecr:GetAuthorizationToken, on the resource \"*\".",
        ),
        "SignatureDoesNotMatch" | "InvalidSignatureException" => (
            "Wrong AWS Secret Key",
            "The secret key does not belong to the access key, or the clock of this machine is wrong.",
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => (
            "Unknown AWS Access Key",
            "AWS does not know the access key: it may be deleted, mistyped, of another partition, or temporary and used \
             without its session token.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            ("Expired AWS Credentials", "The session has ended: get new credentials.")
        }
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "RequestLimitExceeded" => {
            ("AWS Is Throttling", "Too many calls were made in this account and Region: try again in a while.")
        }
        _ if refusal.status >= 500 => ("AWS Failed", "The fault is on AWS's side: try again in a while."),
        "" => (
            "Unexpected Answer From ECR",
            "That is not how AWS answers: something in between, such as a proxy, may have answered in its place.",
        ),
        _ => ("ECR Refused", "The message above is all that AWS says about it."),
    };
    let answer = match (&refusal.code, &refusal.message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.clone(),
        (None, _) => "no AWS error code".to_owned(),
    };
    let id = refusal.request_id.as_ref().map(|id| format!("\nRequest id: {id}")).unwrap_or_default();
    (summary, format!("{} was answered with HTTP {} and {answer}{id}\n\n{advice}", called(asked), refusal.status))
}

fn unreachable(asked: &Asked, failure: Failure, reason: &str) -> (&'static str, String) {
    let (summary, advice) = match failure {
        Failure::Dns => (
            "Unknown Host",
            "The host has no address: is the Region spelled right, and is there a network with name resolution?",
        ),
        Failure::Refused => {
            ("Connection Refused", "Nothing listens there: is the endpoint right, and is the service running?")
        }
        Failure::Proxy => (
            "No Way Through the Proxy",
            "That is what the proxy says, or the way to it: are HTTPS_PROXY and HTTP_PROXY right, and should NO_PROXY \
             name that host?",
        ),
        Failure::Timeout => ("No Answer in Time", "Is there a way to that host from here, past firewalls and proxies?"),
        Failure::Tls => (
            "No Secure Connection",
            "The other side could not prove that it is that host: is there a proxy in between whose certificate is not \
             trusted here, or a server that does not speak TLS?",
        ),
        _ => ("No Answer From ECR", "Is there a way to that host from here, past firewalls and proxies?"),
    };
    (summary, format!("{} got no answer: {reason}.\n\n{advice}", called(asked)))
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
    fn summaries_are_short_and_details_end_in_no_double_period() {
        for error in [
            Error::NoRegion,
            Error::SharedFiles { reason: "line 1".into() },
            Error::Credentials { from: "container", reason: "refused".into() },
            Error::NoCredentials { tried: Vec::new(), profile: None },
            Error::IncompleteKeys { set: "access_key", missing: "secret_key" },
        ] {
            let diagnostic = of_provider(&error);
            assert!(diagnostic.summary().len() <= 60, "{}", diagnostic.summary());
            assert!(!diagnostic.detail().contains(".."), "{}", diagnostic.detail());
        }
    }
}
