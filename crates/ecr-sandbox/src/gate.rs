//! The gate before the registries: whoever has a good token may pass.
//!
//! As ECR lets clients in: with basic authentication, whose user is `AWS` and whose password is from a token
//! (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>). What it answers to others was seen by many:
//! <https://github.com/enix/kube-image-keeper/issues/172>, <https://github.com/microsoft/vscode/issues/205489>.

use std::time::SystemTime;

use http::{
    HeaderValue, Request, StatusCode,
    header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE},
    uri::Authority,
};
use hyper::body::Incoming;
use serde_json::json;

use crate::{
    connection::discard,
    options::is_account,
    port::Origin,
    proxy::normal,
    reply::{Reply, json as json_reply, text},
    sandbox::State,
    tokens::Issued,
};

/// Where ECR Public is: <https://docs.aws.amazon.com/AmazonECR/latest/public/public-ecr-requests.html>
const PUBLIC: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];

/// The registry of an account in a Region.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Scope {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Scope {
    /// Of a host as ECR's are called: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`, or with any other end.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        let mut labels = host.split('.');
        let account = labels.next().filter(|label| is_account(label))?;
        match labels.next()? {
            "dkr" => labels.next().filter(|label| ["ecr", "ecr-fips"].contains(label))?,
            label => Some(label).filter(|label| ["dkr-ecr", "dkr-ecr-fips"].contains(label))?,
        };
        let region = labels.next().filter(|_| labels.next().is_some())?;
        Some(Self { account: account.to_owned(), region: region.to_owned() })
    }

    /// Whether a token lets in here, where everybody gets into the registries of `open` accounts.
    fn takes(&self, token: &Issued, open: &[String]) -> bool {
        let mut accounts = token.accounts.iter().chain(open);
        token.region.as_ref() == Some(&self.region) && accounts.any(|account| *account == self.account)
    }
}

/// The registry is that of the port on which the request came; on the main one, the host tells, and otherwise every token is
/// taken.
pub(crate) async fn answer(state: &State, request: Request<Incoming>, origin: &Origin) -> Reply {
    match (refusal(state, &request, origin), &state.registry) {
        (None, Some(registry)) => registry.pass(request, origin.is_secure).await,
        (None, None) if ["/v2/", "/v2"].contains(&request.uri().path()) => empty(),
        (refusal, _) => {
            discard(request).await;
            refusal.unwrap_or_else(nothing_behind)
        }
    }
}

/// Why whoever sends this may not pass, if so.
fn refusal<T>(state: &State, request: &Request<T>, origin: &Origin) -> Option<Reply> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or_else(|| header(HOST)).unwrap_or_default();
    // What the client has asked the proxy for is what it believes to be talking to.
    let asked = normal(origin.tunnel.as_deref().unwrap_or(host));
    let of_host = Scope::of_host(&asked);
    let Some(token) = header(AUTHORIZATION).and_then(|authorization| state.tokens.find(authorization)) else {
        return Some(not_authorized(host, origin.is_secure));
    };
    if token.expires_at <= SystemTime::now() {
        return Some(denied("Your authorization token has expired. Reauthenticate and try again."));
    }
    if PUBLIC.contains(&asked.as_str()) && token.region.is_some() {
        return Some(denied("This is ECR Public, and the token is not"));
    }
    let Scope { account, region } =
        origin.scope.as_ref().or(of_host.as_ref()).filter(|scope| !scope.takes(&token, &state.open_accounts))?;
    let of = token.region.as_ref().map_or_else(|| "for ECR Public".to_owned(), |region| format!("of Region {region}"));
    let accounts = token.accounts.join(", ");
    Some(denied(&format!(
        "This is the registry of account {account} in Region {region}, and the token is {of}, for {accounts}"
    )))
}

/// What a registry says to whoever has logged in.
fn empty() -> Reply {
    let mut reply = json_reply(StatusCode::OK, &json!({}));
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

fn nothing_behind() -> Reply {
    let message = "there is no registry behind the sandbox: it only lets clients log in. Start it with --registry.";
    json_reply(StatusCode::NOT_FOUND, &json!({"errors": [{"code": "NAME_UNKNOWN", "message": message}]}))
}

fn not_authorized(host: &str, is_secure: bool) -> Reply {
    let mut reply = text(StatusCode::UNAUTHORIZED, "Not Authorized\n");
    let scheme = if is_secure { "https" } else { "http" };
    let challenge = format!("Basic realm=\"{scheme}://{host}/\",service=\"ecr.amazonaws.com\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        reply.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    reply.headers_mut().insert("docker-distribution-api-version", HeaderValue::from_static("registry/2.0"));
    reply
}

fn denied(message: &str) -> Reply {
    json_reply(StatusCode::FORBIDDEN, &json!({"errors": [{"code": "DENIED", "message": message}]}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecrs_hosts_have_an_account_and_a_region() {
        let scope = Scope { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
        for host in [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com:443",
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            "123456789012.dkr.ecr.eu-west-1.localhost:5000",
        ] {
            assert_eq!(Scope::of_host(host), Some(scope.clone()), "{host}");
        }
        for host in [
            "",
            "127.0.0.1:5000",
            "localhost",
            "public.ecr.aws",
            "1.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1",
        ] {
            assert_eq!(Scope::of_host(host), None, "{host}");
        }
    }

    #[test]
    fn a_token_is_good_for_its_region_and_accounts() {
        let token = Issued {
            region: Some("eu-west-1".to_owned()),
            accounts: vec!["123456789012".to_owned()],
            expires_at: SystemTime::now(),
        };
        let takes = |account: &str, region: &str| {
            Scope { account: account.to_owned(), region: region.to_owned() }.takes(&token, &["222222222222".to_owned()])
        };
        assert!(takes("123456789012", "eu-west-1"));
        assert!(!takes("123456789012", "eu-west-2") && !takes("111111111111", "eu-west-1"));
        assert!(takes("222222222222", "eu-west-1") && !takes("222222222222", "eu-west-2"));
    }
}
