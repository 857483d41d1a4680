//! Logins of container clients. Checks whether a client's token is valid for the registry in the request.
//!
//! ECR uses basic authentication. The user is `AWS`, and the password comes from a token
//! (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>). Users have reported ECR's responses to clients
//! without a valid login: <https://github.com/enix/kube-image-keeper/issues/172>,
//! <https://github.com/microsoft/vscode/issues/205489>.

use std::time::SystemTime;

use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};

use crate::{
    public,
    registry::{Registry, Target},
    reply::{Reply, registry_error, text},
    state::State,
    tokens::Issued,
};

/// A container client.
pub(crate) enum Client {
    /// A client of ECR Public that has not logged in.
    Anonymous,
    /// A client that has logged in with this token.
    LoggedIn(Issued),
}

/// The reason why a client is rejected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum LoginError {
    /// The client must log in with a password.
    ByPassword,
    /// The client must log in with a bearer token.
    ByBearer,
    /// The bearer token is not valid, for this reason.
    NotValid(String),
    /// The token has expired or is not valid for this registry. The text is the error message.
    Denied(String),
}

/// Returns the client that sent this `Authorization` header.
pub(crate) fn client(state: &State, target: &Target, header: Option<&str>) -> Result<Client, LoginError> {
    let client = match target {
        Target::Public => of_public(state, header)?,
        Target::Private(_) | Target::Unnamed => {
            let token = header.and_then(|header| state.tokens.find("basic", header));
            Client::LoggedIn(token.ok_or(LoginError::ByPassword)?)
        }
    };
    let Client::LoggedIn(token) = &client else { return Ok(client) };
    if token.expires_at <= SystemTime::now() {
        let expired = "Your authorization token has expired. Reauthenticate and try again.";
        return Err(LoginError::Denied(expired.to_owned()));
    }
    match target {
        Target::Private(registry) if !registry.takes(token, &state.open_accounts) => {
            Err(LoginError::Denied(of_another(registry, token)))
        }
        Target::Private(_) | Target::Public | Target::Unnamed => Ok(client),
    }
}

fn of_public(state: &State, header: Option<&str>) -> Result<Client, LoginError> {
    let header = header.ok_or(LoginError::ByBearer)?;
    if public::is_anonymous(header, &state.secrets.anonymous_token) {
        return Ok(Client::Anonymous);
    }
    let reason = match state.tokens.find(public::SCHEME, header) {
        Some(Issued { region: Some(region), .. }) => {
            format!("this is ECR Public, and the token is for ECR in Region {region}")
        }
        Some(token) => return Ok(Client::LoggedIn(token)),
        None if state.tokens.find("basic", header).is_some() => {
            "ECR Public accepts Bearer and not Basic, as in its challenge".to_owned()
        }
        None => "the sandbox did not issue this token".to_owned(),
    };
    Err(LoginError::NotValid(reason))
}

fn of_another(Registry { account, region }: &Registry, token: &Issued) -> String {
    let scope =
        token.region.as_ref().map_or_else(|| "for ECR Public".to_owned(), |region| format!("for Region {region}"));
    let accounts = token.accounts.join(", ");
    format!(
        "This is the registry of account {account} in Region {region}, and the token is {scope} (accounts: {accounts})"
    )
}

impl LoginError {
    /// Returns the error response of the registry with this URL.
    pub(crate) fn reply(&self, url: &str) -> Reply {
        match self {
            Self::ByPassword => not_authorized(url),
            Self::ByBearer => public::not_authorized(url),
            Self::NotValid(reason) => public::not_valid(reason),
            Self::Denied(message) => denied(message),
        }
    }
}

fn not_authorized(url: &str) -> Reply {
    let mut reply = text(StatusCode::UNAUTHORIZED, "Not Authorized\n");
    let challenge = format!("Basic realm=\"{url}/\",service=\"ecr.amazonaws.com\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        reply.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

/// Returns the error response to a request that the client's token does not permit.
pub(crate) fn denied(message: &str) -> Reply {
    registry_error(StatusCode::FORBIDDEN, "DENIED", message)
}
