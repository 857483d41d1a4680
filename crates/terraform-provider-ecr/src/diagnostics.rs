//! What a person is told: what was tried, what came back, and what to do about it.

use ecr_token::{Asked, Error, Failure, Origin, Refusal, Warning, shown_endpoint};
use terraform_plugin::{AttributePath, Diagnostic};

/// An error that belongs to the provider block.
pub(crate) fn of_provider(error: &Error) -> Diagnostic {
    let (summary, detail) = text(error);
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

/// An error that belongs to an ephemeral block.
pub(crate) fn of_resource(error: &Error) -> Diagnostic {
    let (summary, detail) = text(error);
    let diagnostic = Diagnostic::error(summary, detail);
    match error {
        Error::OtherPartition { .. } | Error::UnknownRegion { origin: Origin::Caller, .. } => diagnostic.at("region"),
        _ => diagnostic,
    }
}

/// Something in the provider block that works, and will hardly be meant.
pub(crate) fn warning(warning: &Warning) -> Diagnostic {
    match warning {
        Warning::DeprecatedVariable { name, instead } => Diagnostic::warning(
            "Deprecated Environment Variable",
            format!("The environment variable {name} is deprecated: set {instead} in its place."),
        ),
        Warning::ForbiddenAccountsNotChecked => Diagnostic::warning(
            "Forbidden Accounts Are Not Checked",
            "`forbidden_account_ids` rules nothing out: `skip_credentials_validation` together with \
             `skip_requesting_account_id` forbids to ask STS for the account. Remove one of the two.",
        )
        .at("forbidden_account_ids"),
        Warning::HttpProxyForHttps { proxy } => Diagnostic::warning(
            "Missing HTTPS Proxy",
            format!(
                "`http_proxy` is set, and no proxy for HTTPS is: neither `https_proxy` nor HTTPS_PROXY. So {proxy} is used \
                 for HTTPS as well, as in hashicorp/aws, where that may change.\n\nSet `https_proxy` to keep it so, or to \
                 \"\" to use no proxy for HTTPS."
            ),
        ),
        Warning::Insecure => Diagnostic::warning(
            "TLS Certificates Are Not Verified",
            "With `insecure`, whoever is between here and AWS can read the token and pass for AWS.\n\nTo trust a proxy's \
             certificate, name its root in `custom_ca_bundle`.",
        )
        .at("insecure"),
        Warning::ProfileOverEnvironment { profile } => Diagnostic::warning(
            "Configuration conflict detected",
            format!(
                "`profile` is {profile:?}, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the environment. The \
                 profile counts, not the keys of the environment.\n\nRemove `profile` to use them, or unset them."
            ),
        )
        .at("profile"),
        // There may be more: better said in the words of a developer than not at all.
        other => Diagnostic::warning("Questionable AWS Configuration", format!("{other:?}.")),
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
        Error::AccountNotAllowed { account, origin } => (
            "AWS Account Not Allowed",
            format!(
                "AWS account ID not allowed: {account}\n\nThe credentials that were found belong to that account, and \
                 {origin} rules it out. Use other credentials, or change the list."
            ),
        ),
        Error::AccountNotAsked => (
            "AWS Account Cannot Be Checked",
            "`allowed_account_ids` wants the account of the credentials, and `skip_credentials_validation` together with \
             `skip_requesting_account_id` forbids to ask STS for it. Remove one of the three."
                .to_owned(),
        ),
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
        Error::InvalidSetting { origin, problem } => {
            ("Invalid AWS Configuration", format!("What {origin} says cannot be used: {problem}."))
        }
        Error::Login { profile, command, reason } => (
            "AWS Login Needed",
            format!("The profile {profile:?} is not logged in: {reason}.\n\nLog in with: {command}"),
        ),
        Error::Malformed { asked, problem } => (
            "Unexpected Answer From AWS",
            format!(
                "{} answered, but not as AWS does: {problem}.\n\nIs that endpoint AWS, or something that stands in for it?",
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
                "There is no profile {profile:?}, which {origin} names. Files that were searched:\n\n  {}\n\nIn a config file \
                 its head is [profile {profile}], in a credentials file [{profile}]. `aws configure list-profiles` lists \
                 the profiles there are.",
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
        Error::Role { role, origin, source } => (
            "Cannot Assume IAM Role",
            format!("The IAM role {role}, which {origin} names, was not assumed.\n\n{}", text(source).1),
        ),
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

/// A line of its own, where there was more than one.
fn attempts(asked: &Asked) -> String {
    if asked.attempts > 1 { format!("\nAttempts: {}", asked.attempts) } else { String::new() }
}

fn refused(asked: &Asked, refusal: &Refusal) -> (&'static str, String) {
    let code = refusal.code.as_deref().unwrap_or_default();
    let (summary, advice) = match code {
        "AccessDenied" | "AccessDeniedException" | "ForbiddenException" | "UnauthorizedOperation" => {
            ("Access Denied by AWS", denied(asked.action))
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException"
            if refusal.message.as_deref().is_some_and(|message| message.starts_with("Signature ")) =>
        {
            ("Wrong Clock", "The clock of this machine and AWS's differ by too much: set it.")
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => (
            "Wrong AWS Secret Key",
            "The secret key does not belong to the access key, or the clock of this machine is wrong.",
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => (
            "Unknown AWS Access Key",
            "AWS does not know the access key: it may be deleted, mistyped, of another partition, or temporary and used \
             without its session token.",
        ),
        "ExpiredTokenException" | "InvalidIdentityToken" if asked.action == WITH_WEB_IDENTITY => (
            "Unusable Web Identity Token",
            "AWS does not take the token: it may have expired, be meant for another audience, or come from an issuer that \
             is no identity provider of the account.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            ("Expired AWS Credentials", "The session has ended: get new credentials.")
        }
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "RequestLimitExceeded" => {
            ("AWS Is Throttling", "Too many calls were made in this account and Region: try again in a while.")
        }
        _ if refusal.status >= 500 => ("AWS Failed", "The fault is on AWS's side: try again in a while."),
        "" => (
            "Unexpected Answer From AWS",
            "That is not how AWS answers: something in between, such as a proxy, may have answered in its place.",
        ),
        _ => ("AWS Refused", "The message above is all that AWS says about it."),
    };
    let answer = match (&refusal.code, &refusal.message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.clone(),
        (None, _) => "no AWS error code".to_owned(),
    };
    let id = refusal.request_id.as_ref().map(|id| format!("\nRequest id: {id}")).unwrap_or_default();
    let (called, status, attempts) = (called(asked), refusal.status, attempts(asked));
    (summary, format!("{called} was answered with HTTP {status} and {answer}{id}{attempts}\n\n{advice}"))
}

const WITH_WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";

fn denied(action: &str) -> &'static str {
    match action {
        "sts:AssumeRole" => {
            "Either the credentials have no permission sts:AssumeRole for that role, or the role's trust policy does not \
             let them in."
        }
        WITH_WEB_IDENTITY => {
            "The role's trust policy does not let the holder of that token in: compare its conditions with the token's \
             issuer, audience and subject."
        }
        "sso:GetRoleCredentials" => "Whoever has logged in has no such role in that account.",
        "sts:GetCallerIdentity" => "The account of the credentials has to be known, since only some are allowed.",
        _ => "The IAM principal needs the permission ecr:GetAuthorizationToken, on the resource \"*\".",
    }
}

fn unreachable(asked: &Asked, failure: Failure, reason: &str) -> (&'static str, String) {
    let (summary, advice) = match failure {
        // Others go on without FIPS where the name is not known: that is for a person to decide.
        Failure::Dns if asked.endpoint.as_deref().is_some_and(|endpoint| endpoint.contains("-fips.")) => (
            "No FIPS Endpoint",
            "That is the FIPS endpoint of the Region, as `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile wants \
             it, and it has no address: AWS has FIPS endpoints in some Regions only. Ask in one of those, or do without.",
        ),
        Failure::Dns => (
            "Unknown Host",
            "The host has no address: is the Region spelled right, and is there a network with name resolution?",
        ),
        Failure::Refused => {
            ("Connection Refused", "Nothing listens there: is the endpoint right, and is the service running?")
        }
        Failure::Proxy => (
            "No Way Through the Proxy",
            "That is what the proxy says, or the way to it. Is it right, with its user name and password, in `https_proxy` \
             and `http_proxy` or HTTPS_PROXY and HTTP_PROXY? Should `no_proxy` or NO_PROXY name that host?",
        ),
        Failure::Timeout => ("No Answer in Time", "Is there a way to that host from here, past firewalls and proxies?"),
        Failure::Tls => (
            "No Secure Connection",
            "The other side could not prove that it is that host: is there a proxy in between whose certificate is not \
             trusted here (then name its authority with `custom_ca_bundle` or AWS_CA_BUNDLE), or a server that does not \
             speak TLS?",
        ),
        _ => ("No Answer From AWS", "Is there a way to that host from here, past firewalls and proxies?"),
    };
    (summary, format!("{} got no answer: {reason}.{}\n\n{advice}", called(asked), attempts(asked)))
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
            Error::Credentials { from: "container".into(), reason: "refused".into() },
            Error::NoCredentials { tried: Vec::new(), profile: None },
            Error::IncompleteKeys { set: "access_key", missing: "secret_key" },
        ] {
            let diagnostic = of_provider(&error);
            assert!(diagnostic.summary().len() <= 60, "{}", diagnostic.summary());
            assert!(!diagnostic.detail().contains(".."), "{}", diagnostic.detail());
        }
    }
}
