//! Answers `GetAuthorizationToken` of ECR and of ECR Public.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>,
//! <https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html>

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::{
    api_call::{ApiCall, Service},
    key::is_account,
    principal::Principal,
    refusal::{ACCESS_DENIED, Refusal},
    state::State,
};

/// The Region that requests to ECR Public must be signed for: <https://docs.aws.amazon.com/general/latest/gr/ecr-public.html>
const PUBLIC_REGION: &str = "us-east-1";

/// Returns a response with one token. For each registry in the request, the response has an entry with this token. If the request
/// does not name a registry, the only entry is for the registry of the caller's account.
pub(crate) async fn authorization_token(
    state: &State,
    request: &ApiCall,
    principal: Principal,
    region: &str,
) -> Result<Json, Refusal> {
    let accounts = match registry_ids(&request.body)? {
        ids if ids.is_empty() => vec![principal.account.clone()],
        ids => ids,
    };
    authorize(Service::Ecr, &principal, &["ecr:GetAuthorizationToken"])?;
    let token = state.tokens.issue(principal, Some(region.to_owned()), accounts.clone());
    let mut entries = Vec::new();
    for account in &accounts {
        let endpoint = state.proxy_endpoint(account, region, request.host_behind_proxy()).await.map_err(|error| {
            let message = format!("the sandbox cannot listen for the registry of account {account}: {error}");
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "ServerException", message)
        })?;
        entries.push(json!({
            "authorizationToken": token.encoded,
            "expiresAt": token.expires_at,
            "proxyEndpoint": endpoint,
        }));
    }
    Ok(json!({ "authorizationData": entries }))
}

pub(crate) fn public_authorization_token(state: &State, principal: Principal, region: &str) -> Result<Json, Refusal> {
    if region != PUBLIC_REGION {
        let message = "Credential should be scoped to a valid region.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidSignatureException", message));
    }
    authorize(Service::EcrPublic, &principal, &["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"])?;
    let accounts = vec![principal.account.clone()];
    let token = state.tokens.issue(principal, None, accounts);
    Ok(json!({"authorizationData": {"authorizationToken": token.encoded, "expiresAt": token.expires_at}}))
}

/// Checks that the principal's session policy allows these actions, which do not have a resource.
fn authorize(service: Service, principal: &Principal, actions: &[&str]) -> Result<(), Refusal> {
    let stopped = actions.iter().find_map(|action| principal.may(action, "*").err());
    stopped.map_or(Ok(()), |stopped| Err(Refusal::by(service, ACCESS_DENIED, stopped.to_string())))
}

fn registry_ids(body: &[u8]) -> Result<Vec<String>, Refusal> {
    let refuse = |code: &str, message: &str| Refusal::new(StatusCode::BAD_REQUEST, code, message);
    let malformed = || refuse("SerializationException", "the body is not a JSON object with the fields of the request");
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let request: Json = serde_json::from_slice(body).map_err(|_| malformed())?;
    let values = match request.as_object().ok_or_else(malformed)?.get("registryIds") {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(values) => values.as_array().ok_or_else(malformed)?,
    };
    let ids = values.iter().map(|id| id.as_str().map(ToOwned::to_owned)).collect::<Option<Vec<_>>>();
    let constraint = match ids.ok_or_else(malformed)? {
        ids if !(1..=10).contains(&ids.len()) => "between 1 and 10 items",
        ids if !ids.iter().all(|id| is_account(id)) => "Member must be 12 digits",
        ids => return Ok(ids),
    };
    let message = format!("Invalid parameter at 'registryIds' failed to satisfy constraint: '{constraint}'");
    Err(refuse("InvalidParameterException", &message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_registry_ids_that_are_not_accounts() {
        let read = |body: &str| registry_ids(body.as_bytes()).map_err(|refusal| refusal.code);
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(read("{}"), Ok(vec![]));
        assert_eq!(read(r#"{"registryIds":["123456789012"]}"#), Ok(vec!["123456789012".to_owned()]));
        let ten_and_one = format!(r#"{{"registryIds":[{}]}}"#, [r#""123456789012""#; 11].join(","));
        for (body, code) in [
            (r#"{"registryIds":["1234"]}"#, "InvalidParameterException"),
            (r#"{"registryIds":[]}"#, "InvalidParameterException"),
            (&ten_and_one, "InvalidParameterException"),
            (r#"{"registryIds":"123456789012"}"#, "SerializationException"),
            (r#"{"registryIds":[1]}"#, "SerializationException"),
            ("[]", "SerializationException"),
            ("{", "SerializationException"),
        ] {
            assert_eq!(read(body), Err(code.to_owned()), "{body}");
        }
    }
}
