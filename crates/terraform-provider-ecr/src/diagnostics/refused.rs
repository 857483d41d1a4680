//! What AWS means when it says no.

use ecr_token::{Asked, Refusal};

use super::{Summary, attempts, called, request};

pub(super) fn text(asked: &Asked, refusal: &Refusal) -> (Summary, String) {
    let code = refusal.code.as_deref().unwrap_or_default();
    let (summary, advice) = match code {
        "AccessDenied" | "AccessDeniedException" | "ForbiddenException" | "UnauthorizedOperation" => {
            (Summary::AccessDenied, denied(asked.action))
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException"
            if refusal.message.as_deref().is_some_and(|message| message.starts_with("Signature ")) =>
        {
            (Summary::WrongClock, CLOCK)
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_of_region(refusal) => (
            Summary::AwsRefused,
            "The service does not take requests for that Region: is it the right one, and does the endpoint belong to it? ECR \
             Public hands out tokens in us-east-1.",
        ),
        "RequestTimeTooSkewed" => (Summary::WrongClock, CLOCK),
        "SignatureDoesNotMatch" | "InvalidSignatureException" => (
            Summary::WrongSecretKey,
            "The secret key does not belong to the access key, or the clock of this machine is wrong.",
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => (
            Summary::UnknownAccessKey,
            "AWS does not know the access key: it may be deleted, mistyped, of another partition, temporary and used \
             without its session token, or of an account in which this Region is not enabled.",
        ),
        "ExpiredTokenException" | "InvalidIdentityToken" if asked.action == WITH_WEB_IDENTITY => (
            Summary::UnusableWebIdentity,
            "AWS does not take the token: it may have expired, be meant for another audience, or come from an issuer that \
             is no identity provider of the account.",
        ),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            (Summary::ExpiredCredentials, "The session has ended: get new credentials.")
        }
        "OptInRequired" | "RegionDisabledException" => {
            (Summary::AwsRefused, "The account has not enabled this Region, or AWS STS in it.")
        }
        _ if THROTTLING.contains(&code) || refusal.status == 429 => {
            (Summary::Throttling, "Too many calls were made in this account and Region: try again in a while.")
        }
        "" if refusal.status >= 500 => {
            (Summary::AwsFailed, "AWS failed, or something in between, such as a proxy: try again in a while.")
        }
        _ if refusal.status >= 500 => (Summary::AwsFailed, "The fault is on AWS's side: try again in a while."),
        "" => (
            Summary::UnexpectedAnswer,
            "That is not how AWS answers: something in between, such as a proxy, may have answered in its place.",
        ),
        _ => (Summary::AwsRefused, "The message above is all that AWS says about it."),
    };
    let answer = match (&refusal.code, &refusal.message, &refusal.page) {
        (Some(code), Some(message), _) => format!("{code}: {message}"),
        (Some(code), None, _) => code.clone(),
        (None, _, Some(title)) => format!("the page {title:?}"),
        (None, _, None) if refusal.status < 300 => "something that is not of the form that was asked for".to_owned(),
        (None, _, None) => "no AWS error code".to_owned(),
    };
    let id = request(refusal.request_id.as_deref());
    let (called, status, attempts) = (called(asked), refusal.status, attempts(asked));
    (summary, format!("{called} was answered with HTTP {status} and {answer}{id}{attempts}\n\n{advice}"))
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
fn is_of_region(refusal: &Refusal) -> bool {
    let message = refusal.message.as_deref().unwrap_or_default();
    message.starts_with("Credential should be scoped to") && message.contains("region")
}

const CLOCK: &str = "The clock of this machine and AWS's differ by too much: set it.";

/// Those of aws-runtime's list of the same name that ECR, STS and SSO can say.
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
            "Either the credentials have no permission sts:AssumeRole for that role, or the role's trust policy does not \
             let them in."
        }
        WITH_WEB_IDENTITY => {
            "The role's trust policy does not let the holder of that token in: compare its conditions with the token's \
             issuer, audience and subject."
        }
        "ecr-public:GetAuthorizationToken" => {
            "The IAM principal needs two permissions, ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken, both \
             on the resource \"*\"."
        }
        "sso:GetRoleCredentials" => "Whoever has logged in has no such role in that account.",
        "sts:GetCallerIdentity" => "The account of the credentials has to be known, since only some are allowed.",
        _ => "The IAM principal needs the permission ecr:GetAuthorizationToken, on the resource \"*\".",
    }
}
