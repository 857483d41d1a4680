//! Credentials of a container, such as an ECS task or an EKS pod. An agent returns the credentials over HTTP.
//!
//! The rules are the same as in AWS's SDK for Go:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.

use std::{io, net::IpAddr, path::PathBuf, time::Duration};

use aws_credential_types::Credentials;
use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use http::{HeaderValue, Uri, header::AUTHORIZATION, uri::Scheme};
use reqwest::Url;
use tokio::{
    net::lookup_host,
    time::{sleep, timeout},
};
use tracing::info;

use crate::{
    blocking,
    credential_source::CredentialSource,
    document::Document,
    endpoint_url::{InvalidEndpointUrl, check_url},
    environment::Environment,
    error::Error,
    http_client::{Addresses, Client},
    limit::{FEW_ATTEMPTS, wait},
    near::AGENTS,
    origin::Origin,
    problem::{SettingProblem, SourceProblem},
    refusal::reason,
    secret::Secret,
    secrets::Secrets,
    shown::{HIDDEN, Shown},
};

const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The URL of the ECS agent, without a path. The variable in [`RELATIVE`] sets only the path.
const AGENT: &str = "http://169.254.170.2";
/// The maximum size of a token file, in bytes. A token is much smaller.
const MAX_TOKEN: u64 = 64 << 10;
/// The timeout of one attempt. The timeout is short, because agents are on the same host or network link.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// The URL that returns the credentials, the variable that sets the URL, and the token for the request.
#[derive(Debug)]
pub(super) struct Container {
    url: String,
    origin: Origin,
    token: Option<TokenSource>,
}

#[derive(Debug)]
enum TokenSource {
    /// The token itself, from the environment variable.
    Text(Secret),
    File(PathBuf),
}

/// An attempt that failed.
struct FailedAttempt {
    reason: String,
    /// Whether a retry could succeed.
    again: bool,
}

impl Container {
    /// Returns the container that the environment variables configure, if any. If the variables in [`RELATIVE`] and [`FULL`] are
    /// both set, uses `RELATIVE`, as AWS's SDK for Go does.
    pub(super) fn find(environment: &Environment) -> Result<Option<Self>, Error> {
        let (url, origin) = match environment.first(&[RELATIVE, FULL])? {
            Some((path, origin @ Origin::Variable(RELATIVE))) => (format!("{AGENT}{path}"), origin),
            Some(full) => full,
            None => return Ok(None),
        };
        let token = match environment.path(TOKEN_FILE) {
            Some(file) => Some(TokenSource::File(file)),
            None => environment.text(TOKEN)?.map(|token| TokenSource::Text(token.into())),
        };
        Ok(Some(Self { url, origin, token }))
    }

    /// The problem that errors report if no environment variable sets the URL of an agent.
    pub(super) const NOT_SET: SourceProblem = SourceProblem::NotSetEither { one: RELATIVE, other: FULL };

    /// Returns the credentials from the agent. If a profile sets the container as its source of credentials, `profile` is the name
    /// of the profile. Errors show this name.
    pub(super) async fn credentials(
        &self,
        profile: Option<&str>,
        http: &Client,
        secrets: &Secrets,
    ) -> Result<Credentials, Error> {
        self.credentials_at(profile, http, secrets, addresses).await
    }

    /// Does the same as [`credentials`](Self::credentials), but uses the function `addresses` to look up the host.
    async fn credentials_at(
        &self,
        profile: Option<&str>,
        http: &Client,
        secrets: &Secrets,
        addresses: impl AsyncFnOnce(&str) -> io::Result<Vec<IpAddr>>,
    ) -> Result<Credentials, Error> {
        let (url, addresses) = self.url(addresses).await?;
        let token = self.token().await?;
        secrets.add_recent(token.as_ref().and_then(|token| token.to_str().ok()).map(Secret::from));
        let mut attempt = 1;
        let found = loop {
            match ask(http, &url, addresses.as_ref(), token.as_ref(), secrets).await {
                Ok(credentials) => break Ok(credentials),
                Err(FailedAttempt { reason, again: true }) if attempt < FEW_ATTEMPTS => {
                    let wait = wait(attempt);
                    info!(
                        from = "container",
                        attempt,
                        wait_ms = wait.as_millis(),
                        reason,
                        "waiting before the next attempt"
                    );
                    sleep(wait).await;
                    attempt += 1;
                }
                Err(FailedAttempt { reason, .. }) => break Err(reason),
            }
        };
        let host = self.shown().rsplit_once("://").map(|(_, host)| host.to_owned());
        let from = CredentialSource::Container { profile: profile.map(ToOwned::to_owned), host };
        found.map_err(|words| Error::Credentials { from, reason: SourceProblem::Agent { words } })
    }

    /// Returns only the scheme and the host of the URL, for errors. The path is hidden, because anybody who knows the path can get
    /// the credentials from the ECS agent.
    fn shown(&self) -> String {
        let url = Shown::endpoint(&self.url);
        let end = url
            .as_str()
            .split_once("://")
            .map(|(scheme, rest)| (scheme, rest.split(['/', '?']).next().unwrap_or_default()));
        end.map_or_else(|| HIDDEN.to_owned(), |(scheme, host)| format!("{scheme}://{host}"))
    }

    /// Returns the URL and the addresses of the URL's host. Without TLS, each address must belong to this machine or to a known
    /// agent. With TLS, returns `None` instead of addresses, because the certificate identifies the server.
    async fn url(
        &self,
        addresses: impl AsyncFnOnce(&str) -> io::Result<Vec<IpAddr>>,
    ) -> Result<(Uri, Option<Addresses>), Error> {
        let invalid = |problem: InvalidEndpointUrl| {
            let url = Shown::hidden(format!("{}/{HIDDEN}", self.shown()));
            Error::Endpoint { origin: self.origin.clone(), url, problem }
        };
        check_url(&self.url).map_err(invalid)?;
        let malformed = |error: &dyn ToString| invalid(InvalidEndpointUrl::Malformed(error.to_string()));
        let url: Uri = self.url.parse().map_err(|error: http::uri::InvalidUri| malformed(&error))?;
        if url.scheme() == Some(&Scheme::HTTPS) {
            return Ok((url, None));
        }
        // Parses the host in the same way as the HTTP client, which accepts `127.1` as an address.
        let read = Url::parse(&self.url).map_err(|error| malformed(&error))?;
        let host = read.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => {
                let found = addresses(host).await;
                found.map_err(|error| invalid(InvalidEndpointUrl::NoAddress(format!(": {error}"))))?
            }
        };
        if found.is_empty() {
            return Err(invalid(InvalidEndpointUrl::NoAddress(String::new())));
        }
        let is_near = |ip: &IpAddr| ip.to_canonical().is_loopback() || AGENTS.contains(&ip.to_canonical());
        if found.iter().all(is_near) {
            return Ok((url, Some(found.into_iter().collect())));
        }
        Err(invalid(InvalidEndpointUrl::NoTls))
    }

    async fn token(&self) -> Result<Option<HeaderValue>, Error> {
        let (text, name, holder) = match &self.token {
            None => return Ok(None),
            Some(TokenSource::Text(token)) => (token.clone(), TOKEN, "it".to_owned()),
            Some(TokenSource::File(file)) => {
                let path = file.display().to_string();
                match blocking::text(file, MAX_TOKEN).await {
                    Ok(text) => (text.into(), TOKEN_FILE, path),
                    Err(error) => {
                        let problem = SettingProblem::TokenUnreadable { path: path.into(), error: error.to_string() };
                        return Err(problem.at(Origin::Variable(TOKEN_FILE)));
                    }
                }
            }
        };
        let Ok(mut value) = HeaderValue::from_str(text.expose()) else {
            let problem = if text.expose().contains(['\n', '\r']) {
                SettingProblem::TokenLineBreak { holder }
            } else {
                SettingProblem::TokenCharacter { holder }
            };
            return Err(problem.at(Origin::Variable(name)));
        };
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

/// Returns the addresses of a host from the system's name lookup.
async fn addresses(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok(lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
}

/// Sends the request once. If the HTTP status of the response is an error, the returned error contains the status. If the response
/// contains a message in AWS's format, the returned error also contains the message.
async fn ask(
    http: &Client,
    url: &Uri,
    addresses: Option<&Addresses>,
    token: Option<&HeaderValue>,
    secrets: &Secrets,
) -> Result<Credentials, FailedAttempt> {
    let headers = token.map(|token| (AUTHORIZATION, token.clone()));
    let (status, body) = match timeout(ATTEMPT_TIMEOUT, http.get(url, addresses, headers)).await {
        Err(_) => {
            let reason = format!("no data came within {} s", ATTEMPT_TIMEOUT.as_secs());
            return Err(FailedAttempt { reason, again: true });
        }
        Ok(Err(error)) => {
            let again = error.is_io() || error.is_timeout();
            return Err(FailedAttempt { reason: reason(&error, secrets), again });
        }
        Ok(Ok(answer)) => answer,
    };
    let document = Document::parse(&body);
    secrets.add_recent(document.secrets());
    let is_success = (200..300).contains(&status);
    match document.credentials("container").filter(|_| is_success) {
        Some(credentials) => Ok(credentials),
        None => {
            let problem = if is_success { "no credentials".to_owned() } else { format!("HTTP {status}") };
            let message = document
                .error_message()
                .and_then(|message| message.quote(secrets))
                .map(|message| format!(": {message}"))
                .unwrap_or_default();
            let again = !is_success && (status >= 500 || status == 429 || document.code().is_some_and(is_busy));
            Err(FailedAttempt { reason: format!("it returned {problem}{message}"), again })
        }
    }
}

/// Checks whether to retry after an error with this code, regardless of the HTTP status. AWS's SDK for Go has the same lists of
/// codes.
fn is_busy(code: &str) -> bool {
    THROTTLING_ERRORS.contains(&code) || TRANSIENT_ERRORS.contains(&code)
}

#[cfg(test)]
mod tests;
