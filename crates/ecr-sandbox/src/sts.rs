//! AWS STS: who asks, and roles.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>. Every role may be assumed by everybody, and every
//! web identity is taken whose token is not empty: [`Fault`](crate::Fault) refuses what is to be refused.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use http::StatusCode;

use crate::{
    api_call::ApiCall,
    key::is_account,
    principal::{Principal, Principals, Session},
    refusal::{NAMESPACE, Refusal, escaped},
};

/// What STS gives where nobody says how long.
const DURATION: u64 = 3600;

pub(crate) fn caller_identity(principal: &Principal, id: &str) -> String {
    let Principal { account, arn, user_id } = principal;
    let result = format!(
        "<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
        escaped(arn),
        escaped(user_id),
        escaped(account)
    );
    response("GetCallerIdentity", &result, id)
}

pub(crate) fn assume_role(principals: &Principals, request: &ApiCall, id: &str) -> Result<String, Refusal> {
    let (session, user) = assumed(principals, request)?;
    Ok(response("AssumeRole", &format!("{}{user}", credentials(&session)), id))
}

pub(crate) fn assume_role_with_web_identity(
    principals: &Principals,
    request: &ApiCall,
    id: &str,
) -> Result<String, Refusal> {
    if request.field("WebIdentityToken").is_none_or(|token| token.is_empty()) {
        return Err(missing("webIdentityToken"));
    }
    let (session, user) = assumed(principals, request)?;
    let subject = "<SubjectFromWebIdentityToken>sandbox</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience>\
                   <Provider>sandbox</Provider>";
    Ok(response("AssumeRoleWithWebIdentity", &format!("{}{user}{subject}", credentials(&session)), id))
}

/// The session, and the element that describes its user.
fn assumed(principals: &Principals, request: &ApiCall) -> Result<(Session, String), Refusal> {
    let role = request.field("RoleArn").ok_or_else(|| missing("roleArn"))?;
    let name = request.field("RoleSessionName").ok_or_else(|| missing("roleSessionName"))?;
    let is_session_name = (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !is_session_name {
        return Err(invalid(&format!("Value '{name}' at 'roleSessionName' failed to satisfy constraint")));
    }
    let duration = match request.field("DurationSeconds") {
        Some(text) => text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds)),
        None => Some(DURATION),
    };
    let Some(seconds) = duration else {
        return Err(invalid("Value at 'durationSeconds' failed to satisfy constraint: between 900 and 43200"));
    };
    let (partition, account, path) = parts(&role).ok_or_else(|| invalid(&format!("{role} is invalid")))?;
    let role_name = path.rsplit('/').next().unwrap_or(path);
    let principal = Principal::of_role(partition, account, role_name, &name);
    let user = format!(
        "<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>",
        escaped(&principal.user_id),
        escaped(&principal.arn)
    );
    Ok((principals.begin_session(principal, Duration::from_secs(seconds)), user))
}

/// Partition, account and path of a role's ARN.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let fields: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields[..] else { return None };
    // As long as IAM lets them be: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    let path = resource.strip_prefix("role/").filter(|path| (1..=576).contains(&path.len()))?;
    (!partition.is_empty() && is_account(account)).then_some((partition, account, path))
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
    fn a_role_has_a_partition_an_account_and_a_path() {
        assert_eq!(parts("arn:aws-cn:iam::123456789012:role/a/b"), Some(("aws-cn", "123456789012", "a/b")));
        for wrong in [
            "",
            "deploy",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::1:role/x",
            "arn:aws:iam::123456789012:role/",
            &format!("arn:aws:iam::123456789012:role/{}", "x".repeat(577)),
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
