//! The errors for error responses, from AWS or from another server.

use aws_base::{Operation, Refusal};

use super::{
    operation::{attempts, called, check_source, own_endpoint, request},
    summary::Summary,
};

/// Returns the headline and the text of the error. The text has the response and the advice.
pub(super) fn text(operation: &Operation, refusal: &Refusal) -> (Summary, String) {
    let (summary, advice) = match known(operation, refusal) {
        Some((summary, advice)) => (summary, advice.to_owned()),
        None if refusal.code.as_deref().is_some_and(|code| THROTTLING.contains(&code)) => {
            (Summary::Throttling, too_many(operation))
        }
        None => other(operation, refusal),
    };
    let answer = match (&refusal.code, &refusal.message, &refusal.page) {
        (Some(code), Some(message), _) => format!("{code}: {message}"),
        (Some(code), None, _) => code.to_string(),
        (None, _, Some(title)) => format!("the page {title:?}"),
        (None, Some(message), None) => format!("no AWS error code: {message}"),
        (None, None, None) if refusal.status < 300 => "a response in another format".to_owned(),
        (None, None, None) => "no AWS error code".to_owned(),
    };
    let id = request(refusal.request_id.as_deref());
    let (called, status, attempts) = (called(operation), refusal.status, attempts(operation));
    (summary, format!("{called} failed: HTTP {status}, {answer}{id}{attempts}\n\n{advice}"))
}

/// Returns the headline and the advice for an error code of AWS, if the code is known.
fn known(operation: &Operation, refusal: &Refusal) -> Option<(Summary, &'static str)> {
    let code = refusal.code.as_deref()?;
    Some(match code {
        "AccessDenied" | "AccessDeniedException" | "ForbiddenException" | "UnauthorizedOperation" => {
            (Summary::AccessDenied, denied(operation.action))
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException"
            if refusal.message.as_deref().is_some_and(|message| message.starts_with("Signature ")) =>
        {
            (Summary::WrongClock, CLOCK)
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_of_region(refusal) => (
            Summary::AwsRefused,
            "The service rejects requests for that Region. Check the Region, and that the endpoint belongs to it. ECR Public \
             returns tokens in us-east-1.",
        ),
        "RequestTimeTooSkewed" => (Summary::WrongClock, CLOCK),
        "SignatureDoesNotMatch" | "InvalidSignatureException" => (
            Summary::WrongSecretKey,
            "The secret key does not belong to the access key, or the clock of this machine is wrong. Check both.",
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => (
            Summary::UnknownAccessKey,
            "AWS does not know the access key. It may be deleted, mistyped, from another partition, or a temporary key \
             without its session token. Or its account has not enabled this Region.",
        ),
        "ExpiredTokenException" | "InvalidIdentityToken" if operation.action == WITH_WEB_IDENTITY => (
            Summary::UnusableWebIdentity,
            "AWS rejected the token. It may have expired, be for another audience, or come from an issuer that is not an \
             identity provider of the account.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            (Summary::ExpiredCredentials, "The session has expired. Get new credentials.")
        }
        "OptInRequired" | "RegionDisabledException" => (
            Summary::AwsRefused,
            "The account has not enabled this Region, or AWS STS in it. Enable it, or use another Region.",
        ),
        "ValidationError" if refusal.message.as_deref().is_some_and(|message| message.contains("role chaining")) => (
            Summary::AwsRefused,
            "A session of a role that another role assumes lasts at most one hour. Set `duration` of the block, or \
             `duration_seconds` of the profile, to one hour or less.",
        ),
        _ => return None,
    })
}

/// Returns the headline and the advice for a response without a known error code. Both depend on the status and on the server that may have
/// sent the response.
///
/// A response with a request ID probably comes from AWS, or from a program that replaces AWS. A response without a request ID may
/// come from a load balancer or from a proxy, even if the host belongs to AWS.
fn other(operation: &Operation, refusal: &Refusal) -> (Summary, String) {
    let (has_code, has_id) = (refusal.code.is_some(), refusal.request_id.is_some());
    let is_foreign = !has_id && operation.origin.is_some();
    let (summary, advice) = match refusal.status {
        status if is_foreign => {
            let may_pass = MAY_PASS.contains(&status);
            let later = if may_pass { " If the endpoint is correct, try again later." } else { "" };
            return (Summary::UnexpectedAnswer, not_aws(operation) + later);
        }
        429 => return (Summary::Throttling, too_many(operation)),
        // 501 is not in this range, because a retry does not help: a service returns 501 if the service does not have the operation.
        500 | 502.. if has_code || has_id => (Summary::AwsFailed, "The failure is on AWS's side. Try again later."),
        500 | 502.. => (Summary::AwsFailed, "AWS failed, or a proxy in between failed. Try again later."),
        _ if has_code => {
            let check =
                own_endpoint(operation).map(|endpoint| format!(" If that is not AWS's message, check {endpoint}."));
            let advice = "AWS returned no more details than the message above.".to_owned();
            return (Summary::AwsRefused, advice + &check.unwrap_or_default());
        }
        _ => return (Summary::UnexpectedAnswer, not_aws(operation)),
    };
    (summary, advice.to_owned())
}

/// The status codes of temporary failures: the server is overloaded, or is not running at the moment.
const MAY_PASS: [u16; 5] = [429, 500, 502, 503, 504];

/// Returns the advice for throttling: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>
fn too_many(operation: &Operation) -> String {
    let requests = match operation.throttled {
        1 => "1 request".to_owned(),
        throttled => format!("{throttled} requests"),
    };
    format!(
        "AWS refused {requests} of this run. The limit is shared by all callers in this account and Region. Start fewer runs \
         at once, share one token among jobs, or ask AWS for a higher quota."
    )
}

fn not_aws(operation: &Operation) -> String {
    format!("The answer does not look like AWS's. {}", check_source(operation))
}

/// Returns whether AWS rejects the Region in the signature:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
fn is_of_region(refusal: &Refusal) -> bool {
    let message = refusal.message.as_deref().unwrap_or_default();
    message.starts_with("Credential should be scoped to") && message.contains("region")
}

const CLOCK: &str = "The clock of this machine is too far from AWS's clock. Set the clock.";

/// The error codes for throttling that ECR, STS and SSO can return. The list `THROTTLING_ERRORS` in the crate aws-runtime has more codes.
const THROTTLING: [&str; 8] = [
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

const WITH_WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";

fn denied(action: &str) -> &'static str {
    match action {
        "sts:AssumeRole" => {
            "Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not \
             allow them. Check both."
        }
        WITH_WEB_IDENTITY => {
            "The role's trust policy does not allow that token. Compare its conditions with the token's issuer, audience and \
             subject."
        }
        "ecr-public:GetAuthorizationToken" => {
            "The IAM principal needs two permissions, ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken, both \
             on the resource \"*\"."
        }
        "sso:GetRoleCredentials" => "The person who logged in does not have this role in that account.",
        "sts:GetCallerIdentity" => {
            "The provider must read the account of the credentials, because only some accounts are allowed."
        }
        _ => "The IAM principal needs the permission ecr:GetAuthorizationToken, on the resource \"*\".",
    }
}
