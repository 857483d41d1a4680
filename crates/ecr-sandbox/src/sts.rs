//! Stands in for AWS STS: returns the identity of the caller, and assumes roles.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>. Every caller may assume every role, unless the
//! caller's session policy denies the call. Every web identity token that is not empty is accepted. Tests can use a
//! [`Fault`](crate::Fault) to reject a request.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use http::StatusCode;

use crate::{
    api_call::{ApiCall, Service},
    domain::is_partition,
    key::is_account,
    policy::Policy,
    principal::{Principal, Principals, Session},
    refusal::{ACCESS_DENIED, NAMESPACE, Refusal, escaped},
};

/// The default duration of a session, in seconds.
const DURATION: u64 = 3600;

/// The maximum duration of a session, in seconds. [`MAX_CHAINED_SESSION`] is the maximum if the caller is itself the session of a
/// role: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const MAX_SESSION: u64 = 12 * 3600;
const MAX_CHAINED_SESSION: u64 = 3600;

/// The maximum length of an ARN and of a session policy, in characters.
const MAX_LENGTH: usize = 2048;

/// Returns the identity of the caller. The call needs no permission:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) fn caller_identity(principal: &Principal, id: &str) -> String {
    let Principal { account, arn, user_id, .. } = principal;
    let result = format!(
        "<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
        escaped(arn),
        escaped(user_id),
        escaped(account)
    );
    response("GetCallerIdentity", &result, id)
}

/// Assumes a role. The new session has the policy of the request, and does not inherit the caller's policy:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_assumerole.html>
pub(crate) fn assume_role(
    principals: &Principals,
    caller: &Principal,
    request: &ApiCall,
    id: &str,
) -> Result<String, Refusal> {
    let role = role_arn(request)?;
    if let Some(stopped) = actions(request).iter().find_map(|action| caller.may(action, &role).err()) {
        return Err(Refusal::by(Service::Sts, ACCESS_DENIED, stopped.to_string()));
    }
    let policy = policy(request, |length| {
        // The message is from <https://repost.aws/knowledge-center/iam-role-aws-sts-error>.
        let percent = length.saturating_mul(100).div_ceil(MAX_LENGTH);
        let message = format!(
            "Packed policy consumes {percent}% of allotted space, please use smaller policy. (ecr-sandbox: the policy has \
             {length} characters, and AWS accepts {MAX_LENGTH}.)"
        );
        Refusal::new(StatusCode::BAD_REQUEST, "PackedPolicyTooLarge", message)
    })?;
    let seconds = duration(request)?;
    if caller.is_role && seconds > MAX_CHAINED_SESSION {
        // The message is from <https://github.com/99designs/aws-vault/issues/263>.
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "ValidationError", message));
    }
    let (session, user) = assumed(principals, request, &role, policy, seconds)?;
    Ok(response("AssumeRole", &format!("{}{user}", credentials(&session)), id))
}

/// Returns the actions that the caller must be allowed to perform on the role:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
fn actions(request: &ApiCall) -> Vec<&'static str> {
    let has = |prefix: &str| request.fields().any(|(name, _)| name.starts_with(prefix));
    let conditional = [("Tags.", "sts:TagSession"), ("SourceIdentity", "sts:SetSourceIdentity")];
    let conditional = conditional.into_iter().filter(|(prefix, _)| has(prefix)).map(|(_, action)| action);
    ["sts:AssumeRole"].into_iter().chain(conditional).collect()
}

pub(crate) fn assume_role_with_web_identity(
    principals: &Principals,
    request: &ApiCall,
    id: &str,
) -> Result<String, Refusal> {
    if request.field("WebIdentityToken").is_none_or(|token| token.is_empty()) {
        return Err(missing("webIdentityToken"));
    }
    let role = role_arn(request)?;
    let policy = policy(request, |_| {
        invalid(&format!(
            "Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to {MAX_LENGTH}"
        ))
    })?;
    let (session, user) = assumed(principals, request, &role, policy, duration(request)?)?;
    let subject = "<SubjectFromWebIdentityToken>sandbox</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience>\
                   <Provider>sandbox</Provider>";
    Ok(response("AssumeRoleWithWebIdentity", &format!("{}{user}{subject}", credentials(&session)), id))
}

fn role_arn(request: &ApiCall) -> Result<String, Refusal> {
    let role = request.field("RoleArn").ok_or_else(|| missing("roleArn"))?;
    if role.chars().count() > MAX_LENGTH {
        let constraint = format!("Member must have length less than or equal to {MAX_LENGTH}");
        return Err(invalid(&format!("Value at 'roleArn' failed to satisfy constraint: {constraint}")));
    }
    Ok(role)
}

/// Returns the session policy of a request: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>. If the
/// policy is too long, `too_long` converts the length of the policy, in characters, to an error. AWS's API models define this
/// error for each operation.
fn policy(request: &ApiCall, too_long: impl FnOnce(usize) -> Refusal) -> Result<Option<Policy>, Refusal> {
    if request.fields().any(|(name, _)| name.starts_with("PolicyArns.")) {
        let message = "ecr-sandbox: the sandbox has no managed policies, and cannot enforce PolicyArns. Send the policy itself as \
                       Policy, or test managed policies with AWS.";
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message));
    }
    let Some(text) = request.field("Policy") else { return Ok(None) };
    let length = text.chars().count();
    if length > MAX_LENGTH {
        return Err(too_long(length));
    }
    let is_letter = |letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    if length == 0 || !text.chars().all(is_letter) {
        let constraint = "Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+";
        return Err(invalid(&format!("Value at 'policy' failed to satisfy constraint: {constraint}")));
    }
    match Policy::from_json(&text) {
        Ok(policy) => Ok(Some(policy)),
        Err(error) => Err(Refusal::new(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", error.to_string())),
    }
}

/// Returns the duration of the session, in seconds.
fn duration(request: &ApiCall) -> Result<u64, Refusal> {
    let seconds = match request.field("DurationSeconds") {
        Some(text) => text.parse().ok().filter(|seconds| (900..=MAX_SESSION).contains(seconds)),
        None => Some(DURATION),
    };
    seconds.ok_or_else(|| {
        invalid(&format!("Value at 'durationSeconds' failed to satisfy constraint: between 900 and {MAX_SESSION}"))
    })
}

/// Starts the session of a role. Returns the session, and the XML element `AssumedRoleUser`.
fn assumed(
    principals: &Principals,
    request: &ApiCall,
    role: &str,
    policy: Option<Policy>,
    seconds: u64,
) -> Result<(Session, String), Refusal> {
    let name = request.field("RoleSessionName").ok_or_else(|| missing("roleSessionName"))?;
    let is_session_name = (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !is_session_name {
        return Err(invalid(&format!("Value '{name}' at 'roleSessionName' failed to satisfy constraint")));
    }
    let (partition, account, path) = parts(role).ok_or_else(|| invalid(&format!("{role} is invalid")))?;
    let role_name = path.rsplit('/').next().unwrap_or(path);
    let principal = Principal::of_role(partition, account, role_name, &name).with_policy(policy);
    let user = format!(
        "<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>",
        escaped(&principal.user_id),
        escaped(&principal.arn)
    );
    Ok((principals.begin_session(principal, Duration::from_secs(seconds)), user))
}

/// Returns the partition, the account and the path in a role's ARN.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let fields: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields[..] else { return None };
    // IAM limits a role's path and name to 576 characters in total:
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    let path = resource.strip_prefix("role/").filter(|path| (1..=576).contains(&path.len()))?;
    (is_partition(partition) && is_account(account)).then_some((partition, account, path))
}

fn credentials(session: &Session) -> String {
    let expiration = session.ends_at().fmt(Format::DateTime).unwrap_or_default();
    format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
         <Expiration>{expiration}</Expiration></Credentials>",
        session.id,
        session.known.secret,
        session.known.token.as_deref().unwrap_or_default()
    )
}

fn response(action: &str, result: &str, id: &str) -> String {
    let metadata = format!("<ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>");
    format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>{metadata}</{action}Response>"
    )
}

fn missing(parameter: &str) -> Refusal {
    invalid(&format!("Value null at '{parameter}' failed to satisfy constraint: Member must not be null"))
}

fn invalid(problem: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "ValidationError", format!("1 validation error detected: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_partition_account_and_path_of_a_role() {
        assert_eq!(parts("arn:aws-cn:iam::123456789012:role/a/b"), Some(("aws-cn", "123456789012", "a/b")));
        for wrong in [
            "",
            "deploy",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::1:role/x",
            "arn::iam::123456789012:role/x",
            "arn:amazon:iam::123456789012:role/x",
            "arn:aws:iam::123456789012:role/",
            &format!("arn:aws:iam::123456789012:role/{}", "x".repeat(577)),
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
