//! A client of EC2's instance metadata service. The client first tries version 2 of the service's protocol, and then version 1.
//!
//! The rules are the same as in AWS's SDK for Go. The client in AWS's SDK for Rust is not used, because it supports only
//! version 2. Its errors also show responses, and a response can repeat the session token. See
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html>.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::result::ConnectorError;
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, uri::InvalidUri};
use tokio::time::{sleep, timeout};
use tracing::info;

use crate::{
    document::Document,
    endpoint::Endpoint,
    error::Error,
    failure::Failure,
    foreign::Foreign,
    http_client::Client,
    limit::wait,
    origin::Origin,
    problem::{SettingProblem, SourceProblem},
    refusal::reason,
    region::Region,
    secret::Secret,
    secrets::Secrets,
    settings::EndpointMode,
    shown::Shown,
    sources::{Places, Sources},
};

/// The timeout for the connection. The response has a timeout of the same length. This timeout is short, because outside EC2 no
/// server responds.
const TIMEOUT: Duration = Duration::from_secs(1);
/// The timeout for the connection and the response together.
const LIMIT: Duration = TIMEOUT.saturating_mul(2);
/// The maximum number of attempts of a request.
const ATTEMPTS: u32 = 2;

const SESSION: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const REGION: &str = "/latest/meta-data/placement/region";

const TOKEN: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");
const SECONDS: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
/// The lifetime of a session in seconds. All requests together take less time.
const SECONDS_OF_SESSION: HeaderValue = HeaderValue::from_static("300");

/// The settings of the service: its URL, and whether the service is disabled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Imds {
    /// The setting that disables the service, if any.
    off: Option<Origin>,
    endpoint: Option<Endpoint>,
    mode: Option<EndpointMode>,
    /// The setting that disables version 1, if any.
    version_2_only: Option<Origin>,
}

impl Imds {
    /// Reads the settings of the service from the arguments, else from the environment, else from the profile.
    ///
    /// # Errors
    /// Returns an error if a setting is not valid.
    pub(crate) fn find(sources: &Sources) -> Result<Self, Error> {
        Ok(Self {
            off: off(sources)?,
            endpoint: endpoint(sources)?,
            mode: mode(sources)?,
            version_2_only: sources.switch(&VERSION_1_DISABLED, false)?,
        })
    }

    /// Checks whether the service is disabled.
    pub(crate) fn is_off(&self) -> bool {
        self.off.is_some()
    }

    /// Returns the configured endpoint, if any.
    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Creates a client of the service.
    ///
    /// # Errors
    /// Returns an error if the service is disabled. The error names the setting that disables the service.
    pub(crate) fn ask<'a>(&'a self, http: &'a Client, secrets: &'a Secrets) -> Result<Instance<'a>, SourceProblem> {
        match &self.off {
            Some(origin) => Err(SourceProblem::SwitchedOff { origin: origin.clone() }),
            None => Ok(Instance { imds: self, http, secrets, session: None }),
        }
    }

    fn url(&self) -> &str {
        match (&self.endpoint, self.mode) {
            (Some(endpoint), _) => endpoint.url.as_str(),
            (None, Some(EndpointMode::IpV6)) => "http://[fd00:ec2::254]",
            (None, Some(EndpointMode::IpV4) | None) => "http://169.254.169.254",
        }
    }

    /// Returns the URL for a request to `path`. As in AWS's SDK for Go, `path` replaces the path in the URL of the endpoint.
    fn uri(&self, path: &str) -> Result<Uri, FailedRequest> {
        let endpoint: Uri =
            self.url().parse().map_err(|error: InvalidUri| FailedRequest::because(error.to_string()))?;
        let mut parts = endpoint.into_parts();
        parts.path_and_query =
            Some(path.parse().map_err(|error: InvalidUri| FailedRequest::because(error.to_string()))?);
        Uri::from_parts(parts).map_err(|error| FailedRequest::because(error.to_string()))
    }
}

/// A client of the service. In version 2, all requests use one session. Version 1 has no sessions.
#[derive(Debug)]
pub(crate) struct Instance<'a> {
    imds: &'a Imds,
    http: &'a Client,
    /// The secrets that are hidden in a response before the response is shown.
    secrets: &'a Secrets,
    session: Option<MetadataSession>,
}

/// The version of the protocol that the client uses.
#[derive(Clone, Debug)]
enum MetadataSession {
    /// Version 2, with the token of the session.
    Version2(HeaderValue),
    /// Version 1, without a session. `timed_out` is set if the request for a session had no response in time.
    Version1 { timed_out: bool },
}

/// A request that failed.
#[derive(Debug)]
struct FailedRequest {
    /// The status of the response. `None` if no response arrived.
    status: Option<StatusCode>,
    reason: String,
    /// Whether no server listens at the endpoint, so that any further request would fail too.
    is_not_there: bool,
    timed_out: bool,
}

impl FailedRequest {
    fn because(reason: String) -> Self {
        Self { status: None, reason, is_not_there: false, timed_out: false }
    }

    fn of_network(error: &ConnectorError, secrets: &Secrets) -> Self {
        let is_not_there = matches!(Failure::classify(error), Failure::Dns | Failure::Proxy | Failure::Refused);
        Self { is_not_there, timed_out: error.is_timeout(), ..Self::because(reason(error, secrets)) }
    }

    fn of_time(limit: Duration) -> Self {
        Self { timed_out: true, ..Self::because(format!("no response within {} s", limit.as_secs())) }
    }

    /// Creates the error for a response with this status. Omits the body of the response, because the body can be any page.
    fn of_status(status: StatusCode) -> Self {
        let meaning =
            if status == StatusCode::FORBIDDEN { ", as it does if it is disabled for the instance" } else { "" };
        Self { status: Some(status), ..Self::because(format!("it returned HTTP {}{meaning}", status.as_u16())) }
    }

    /// Checks whether a retry could succeed. If the first attempt could not even connect, a retry does not help.
    fn is_retryable(&self) -> bool {
        self.status.map_or(!self.is_not_there, |status| status.is_server_error())
    }
}

impl Instance<'_> {
    /// Returns the credentials of the instance's role.
    ///
    /// # Errors
    /// Returns an error if the service returned no credentials. The error contains the reason.
    pub(crate) async fn credentials(&mut self) -> Result<Credentials, SourceProblem> {
        let found = self.role_credentials().await;
        let words = |reason| format!("{reason} ({})", Shown::endpoint(self.imds.url()));
        found.map_err(|reason| SourceProblem::Agent { words: words(reason) })
    }

    async fn role_credentials(&mut self) -> Result<Credentials, String> {
        let roles = self.get(ROLES).await?.unwrap_or_default();
        let role = roles.lines().next().map(str::trim).filter(|role| !role.is_empty());
        let role = role.ok_or("the instance has no IAM role")?;
        if !is_role_name(role) {
            return Err("its response is not the name of a role".to_owned());
        }
        let answer = Document::parse(&self.get(&format!("{ROLES}{role}")).await?.unwrap_or_default());
        self.secrets.add_recent(answer.secrets());
        match answer.credentials("EC2 instance metadata") {
            // If the service cannot get new keys, it returns the old keys together with an error code.
            Some(credentials) if answer.succeeded() => Ok(credentials),
            _ => {
                let message = answer.error_message().and_then(|message| message.quote(self.secrets));
                let message = message.map(|message| format!(": {message}")).unwrap_or_default();
                let role = Foreign::from(role).quote(self.secrets);
                let role = role.map(|role| format!(" {role}")).unwrap_or_default();
                Err(format!("for the role{role} it returned no credentials{message}"))
            }
        }
    }

    /// Returns the Region of the instance.
    ///
    /// # Errors
    /// Returns an error if the Region is not known. The error contains the reason.
    pub(crate) async fn region(&mut self) -> Result<Region, String> {
        let region = self.get(REGION).await?.ok_or("it returned no Region")?;
        // The name becomes a part of host names and logs, so it must not contain a secret.
        let is_printable = Foreign::from(region.trim()).name(self.secrets).is_some();
        let region = Region::parse(region.trim()).ok().filter(|_| is_printable);
        region.ok_or_else(|| "its response is not the name of a Region".to_owned())
    }

    /// Returns the text at a path, or `None` if the service returns HTTP 404.
    async fn get(&mut self, path: &str) -> Result<Option<String>, String> {
        let mut answer = self.get_once(path).await;
        if answer.as_ref().is_err_and(|failed| failed.status == Some(StatusCode::UNAUTHORIZED)) {
            // The session has expired, or the service no longer accepts requests without a session.
            self.session = None;
            answer = self.get_once(path).await;
        }
        match answer {
            Ok(text) => Ok(Some(text)),
            Err(FailedRequest { status: Some(StatusCode::NOT_FOUND), .. }) => Ok(None),
            Err(FailedRequest { reason, .. }) => Err(reason),
        }
    }

    async fn get_once(&mut self, path: &str) -> Result<String, FailedRequest> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.begin().await.map_err(FailedRequest::because)?,
        };
        self.session = Some(session.clone());
        let (header, limit) = match session {
            MetadataSession::Version2(token) => (Some((TOKEN, token)), LIMIT),
            MetadataSession::Version1 { timed_out: true } => (None, TIMEOUT),
            MetadataSession::Version1 { timed_out: false } => (None, LIMIT),
        };
        self.send(Method::GET, path, header, limit).await.map(http::Response::into_body)
    }

    /// Requests a session of version 2. If the request fails, selects version 1, as AWS's SDK for Go does. Returns an error
    /// instead if the response is HTTP 400, if no server listens, or if version 1 is disabled. Version 1 is needed if the
    /// service does not support version 2. Some containers need version 1 too: the response with the session token is limited
    /// to one network hop, and does not reach these containers.
    async fn begin(&self) -> Result<MetadataSession, String> {
        let failed = match self.send(Method::PUT, SESSION, Some((SECONDS, SECONDS_OF_SESSION)), LIMIT).await {
            Ok(answer) => match token(&answer) {
                Some(token) => {
                    self.secrets.add_recent(token.to_str().ok().map(Secret::from));
                    return Ok(MetadataSession::Version2(token));
                }
                None => FailedRequest::because("it returned no session token".to_owned()),
            },
            Err(failed) => failed,
        };
        let FailedRequest { status, reason, is_not_there, timed_out } = failed;
        if status == Some(StatusCode::BAD_REQUEST) || is_not_there {
            return Err(reason);
        }
        if let Some(origin) = &self.imds.version_2_only {
            return Err(format!(
                "a session could not be started: {reason}. Version 1, which needs no session, is disabled by \
                                {origin}"
            ));
        }
        info!(reason, "EC2's metadata service did not start a session of version 2, using version 1");
        Ok(MetadataSession::Version1 { timed_out })
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        header: Option<(HeaderName, HeaderValue)>,
        limit: Duration,
    ) -> Result<http::Response<String>, FailedRequest> {
        let uri = self.imds.uri(path)?;
        // If a request for a session has no response, this request is not repeated. The next request is sent without a session,
        // counts as the second attempt, and is not repeated either.
        let is_one_of_two =
            |failed: &FailedRequest| failed.status.is_none() && (method == Method::PUT || limit < LIMIT);
        let mut attempt = 1;
        loop {
            let answer = match timeout(limit, self.http.send(method.clone(), &uri, header.clone())).await {
                Err(_) => Err(FailedRequest::of_time(limit)),
                Ok(Err(error)) => Err(FailedRequest::of_network(&error, self.secrets)),
                Ok(Ok(answer)) if answer.status().is_success() => Ok(answer),
                Ok(Ok(answer)) => Err(FailedRequest::of_status(answer.status())),
            };
            match answer {
                Err(failed) if attempt < ATTEMPTS && failed.is_retryable() && !is_one_of_two(&failed) => {
                    sleep(wait(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }
}

/// Returns the session token in a response. Returns `None` if the response does not contain the lifetime of the token, because
/// such a response is not from this service.
fn token(answer: &http::Response<String>) -> Option<HeaderValue> {
    answer.headers().get(SECONDS)?.to_str().ok()?.parse::<u64>().ok()?;
    let token = Some(answer.body().trim()).filter(|token| !token.is_empty())?;
    let mut token = HeaderValue::from_str(token).ok()?;
    token.set_sensitive(true);
    Some(token)
}

/// Checks whether the text is a role name that IAM accepts. With any other text, the request could be sent to a different path of
/// the service.
fn is_role_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

const ENDPOINT: Places = Places {
    argument: "ec2_metadata_service_endpoint",
    // hashicorp/aws introduced the second variable, which is older than the first variable.
    variables: &["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_URL"],
    key: "ec2_metadata_service_endpoint",
};
const MODE: Places = Places {
    argument: "ec2_metadata_service_endpoint_mode",
    variables: &["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"],
    key: "ec2_metadata_service_endpoint_mode",
};
const VERSION_1_DISABLED: Places =
    Places { argument: "", variables: &["AWS_EC2_METADATA_V1_DISABLED"], key: "ec2_metadata_v1_disabled" };

fn off(sources: &Sources) -> Result<Option<Origin>, Error> {
    const VARIABLE: &str = "AWS_EC2_METADATA_DISABLED";
    Ok(match sources.settings.skip_metadata_api_check {
        Some(true) => Some(Origin::Argument("skip_metadata_api_check")),
        Some(false) => None,
        None => sources
            .environment
            .text(VARIABLE)?
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
            .then_some(Origin::Variable(VARIABLE)),
    })
}

fn endpoint(sources: &Sources) -> Result<Option<Endpoint>, Error> {
    let argument = sources.settings.ec2_metadata_service_endpoint.clone();
    let found = sources.find(&ENDPOINT, argument, |url, origin| Ok(Endpoint::parse(url, origin)?.url))?;
    Ok(found.map(|(url, origin)| Endpoint { url, origin }))
}

fn mode(sources: &Sources) -> Result<Option<EndpointMode>, Error> {
    let found = sources.find(&MODE, sources.settings.ec2_metadata_service_endpoint_mode, |text, origin| {
        EndpointMode::parse(text)
            .ok_or_else(|| SettingProblem::EndpointMode { value: Shown::value(text) }.at(origin.clone()))
    })?;
    Ok(found.map(|(mode, _)| mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{endpoint_url::EndpointUrl, environment::Environment, settings::Settings};

    fn found(settings: Settings, variables: &[(&str, &str)]) -> Result<Imds, Error> {
        let settings = Settings { shared_config_files: vec!["/nonexistent".into()], ..settings };
        Imds::find(&Sources::load(&settings, &Environment::from_variables(variables)).expect("loaded"))
    }

    #[test]
    fn the_argument_overrides_the_variable_in_both_directions() {
        let off = |skip, value| {
            let settings = Settings { skip_metadata_api_check: skip, ..Settings::default() };
            found(settings, &[("AWS_EC2_METADATA_DISABLED", value)]).expect("read").off
        };
        assert_eq!(off(Some(true), "false"), Some(Origin::Argument("skip_metadata_api_check")));
        assert_eq!(off(Some(false), "true"), None);
        assert_eq!(off(None, "True"), Some(Origin::Variable("AWS_EC2_METADATA_DISABLED")));
        assert_eq!(off(None, ""), None);
    }

    #[test]
    fn the_most_specific_endpoint_is_used_and_validated() {
        let old = ("AWS_METADATA_URL", "http://old");
        let new = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://new");
        let url = EndpointUrl::parse("http://argument").expect("a URL");
        let argument = Settings { ec2_metadata_service_endpoint: Some(url), ..Settings::default() };
        let endpoint = |settings, variables: &[(&str, &str)]| {
            let endpoint = found(settings, variables).expect("read").endpoint;
            endpoint.map(|endpoint| endpoint.url.as_str().to_owned())
        };
        assert_eq!(endpoint(argument, &[old, new]).as_deref(), Some("http://argument"));
        assert_eq!(endpoint(Settings::default(), &[old, new]).as_deref(), Some("http://new"));
        assert_eq!(endpoint(Settings::default(), &[old]).as_deref(), Some("http://old"));
        let bad = found(Settings::default(), &[("AWS_METADATA_URL", "nowhere")]);
        assert!(matches!(bad, Err(Error::Endpoint { origin: Origin::Variable(_), .. })), "{bad:?}");
        let bad = found(Settings::default(), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5")]);
        assert!(matches!(bad, Err(Error::InvalidSetting { .. })), "{bad:?}");
    }
}
