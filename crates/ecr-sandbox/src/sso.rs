//! Stands in for IAM Identity Center: for its portal, which returns the credentials of roles, and for the renewal of logins.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>,
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>. Every token that is not empty is
//! accepted.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::{api_call::ApiCall, key::is_account, principal::Principal, refusal::Refusal, state::State};

/// The lifetime of a role's credentials.
const SESSION: Duration = Duration::from_secs(60 * 60);
/// The lifetime of a login, in seconds.
const LOGIN: u32 = 8 * 60 * 60;

pub(crate) fn role_credentials(state: &State, request: &ApiCall) -> Result<Json, Refusal> {
    if request.header("x-amz-sso_bearer_token").is_none_or(str::is_empty) {
        let message = "Session token not found or invalid";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "UnauthorizedException", message));
    }
    let parameter = |name: &str| request.query(name).filter(|value| !value.is_empty());
    let (Some(role), Some(account)) = (parameter("role_name"), parameter("account_id")) else {
        return Err(invalid("InvalidRequestException", "role_name or account_id is missing in the query"));
    };
    if !is_account(&account) || role.len() > 64 {
        return Err(invalid("InvalidRequestException", "account_id is not 12 digits, or role_name is too long"));
    }
    // IAM Identity Center gives its roles names of this form, with a random suffix.
    let role = format!("AWSReservedSSO_{role}_0123456789abcdef");
    let session = state.principals.begin_session(Principal::of_role("aws", &account, &role, "sandbox"), SESSION);
    let credentials = json!({
        "accessKeyId": session.id,
        "secretAccessKey": session.known.secret,
        "sessionToken": session.known.token,
        "expiration": session.ends_at().to_millis().unwrap_or_default(),
    });
    Ok(json!({"roleCredentials": credentials}))
}

pub(crate) fn create_token(state: &State, request: &ApiCall) -> Result<Json, Refusal> {
    let body: Json = serde_json::from_slice(&request.body)
        .map_err(|_| invalid("InvalidRequestException", "the body is not a JSON object"))?;
    let field = |name: &str| body[name].as_str().filter(|value| !value.is_empty());
    if field("grantType") != Some("refresh_token") {
        return Err(invalid(
            "UnsupportedGrantTypeException",
            "the sandbox only renews logins, and does not start a login",
        ));
    }
    if field("clientId").is_none() || field("clientSecret").is_none() {
        return Err(invalid("InvalidClientException", "clientId or clientSecret is missing"));
    }
    if field("refreshToken").is_none() {
        return Err(invalid("InvalidGrantException", "refreshToken is missing"));
    }
    Ok(json!({
        "accessToken": state.secrets.access_token,
        "refreshToken": state.secrets.refresh_token,
        "expiresIn": LOGIN,
        "tokenType": "Bearer",
    }))
}

fn invalid(code: &str, message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, message)
}
