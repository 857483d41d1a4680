//! One call to AWS: the client that sends it, its endpoint, and its attempts.

mod attempts;
mod windows;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_sts::config::retry::RetryPartition;
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef},
        result::SdkError,
        runtime_components::RuntimeComponents,
    },
    http::Response,
};
use aws_smithy_types::{config_bag::ConfigBag, error::metadata::ProvideErrorMetadata};
use aws_types::{SdkConfig, request_id::RequestId};
use http::header::AUTHORIZATION;
use tokio::time::Instant;
use tracing::info;

use crate::{
    config::Config,
    error::{Error, Operation},
    failure::Failure,
    foreign::Quote,
    limit::{Limit, TIMEOUT},
    malformed::Malformed,
    origin::Origin,
    refusal,
    region::Region,
    secret::Secret,
    secrets::Secrets,
    service::Service,
    shown::Shown,
    user_agent::UserAgent,
};

pub use attempts::Attempts;
pub use windows::wait as wait_when_throttled;

/// Creates a client of an SDK crate for one [`Call`]. The second argument is the error type of the operation. Create every client
/// with this macro. A client that is created without this macro has no time limit, and its errors may contain secrets.
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($sdk:ident, $error:ty, $call:expr) => {{
        let call: &$crate::Call = &$call;
        let config = $sdk::config::Builder::from(call.sdk_config())
            .interceptor(call.user_agent())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<$error>())
            .retry_partition(call.retry_partition());
        $sdk::Client::from_conf(config.build())
    }};
}

#[doc(inline)]
pub use __client as client;

/// One call to AWS with all its attempts. Clones are cheap and share the state of the call.
#[derive(Clone, Debug)]
pub struct Call(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    action: &'static str,
    region: Region,
    limit: Limit,
    /// The setting that configures the endpoint, or `None` for AWS's own endpoint.
    origin: Option<Origin>,
    /// The secrets to hide in text from a response when the text is shown.
    secrets: Secrets,
    sdk: SdkConfig,
    user_agent: UserAgent,
    retry_partition: RetryPartition,
    seen: Mutex<Seen>,
}

/// Data about the attempts of a call. The SDK's errors do not contain this data.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// The URL of the last attempt, without its query. The URL may contain secrets from the configuration. These secrets are
    /// not hidden before the URL is printed, because a search for many secrets is slow, and most calls succeed.
    endpoint: Option<Secret>,
    /// The start of the first attempt.
    first: Option<Instant>,
    /// The start of the last attempt.
    last: Option<Instant>,
    attempts: u32,
    throttled: u32,
    /// The wait after the last attempt, or `None` if the wait has not been chosen yet.
    wait: Option<Duration>,
}

impl Call {
    /// Creates a call of an action, such as `ecr:GetAuthorizationToken`. If `credentials` is set, the requests of the call are
    /// signed with these credentials.
    ///
    /// # Errors
    /// Returns an error if the configured endpoint cannot be used.
    pub fn new(
        config: &Config,
        service: Service,
        action: &'static str,
        region: &Region,
        limit: Limit,
        credentials: Option<&Credentials>,
    ) -> Result<Self, Error> {
        let mut sdk = config.sdk(service, region)?.into_builder();
        if let Some(credentials) = credentials {
            config.secrets.add_credentials(credentials);
            sdk.set_credentials_provider(Some(SharedCredentialsProvider::new(credentials.clone())));
        }
        Ok(Self(Arc::new(Inner {
            action,
            region: region.clone(),
            limit,
            origin: config.endpoint(service).map(|endpoint| endpoint.origin.clone()),
            secrets: config.secrets.clone(),
            sdk: sdk.build(),
            user_agent: config.user_agent.clone(),
            retry_partition: config.retries.partition.clone(),
            seen: Mutex::default(),
        })))
    }

    /// Adds secrets of the request, so that these secrets are hidden in responses.
    #[must_use]
    pub fn hiding(self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.0.secrets.add_recent(secrets);
        self
    }

    /// Sends the request, and returns the response if the response comes within the time limit.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn answer<T, E>(
        &self,
        request: impl Future<Output = Result<T, SdkError<E, Response>>>,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + RequestId + std::error::Error + 'static,
    {
        match self.0.limit.bound(request).await {
            Some(answer) => answer.map_err(|error| refusal::error(self.operation(), &error, &self.0.secrets)),
            None => {
                let reason = format!("the call, including its credentials, took longer than {} s", TIMEOUT.as_secs());
                Err(Error::Unreachable { operation: self.operation(), failure: Failure::Timeout, reason })
            }
        }
    }

    /// Returns the secrets to hide in responses.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Returns the description of the call for errors.
    pub fn operation(&self) -> Operation {
        let Seen { endpoint, attempts, throttled, .. } = self.seen().clone();
        let Inner { action, region, origin, .. } = &*self.0;
        let endpoint = endpoint.map(|url| self.shown(&url));
        Operation {
            action,
            region: region.clone(),
            endpoint,
            origin: origin.clone().map(Box::new),
            attempts,
            throttled,
        }
    }

    fn shown(&self, endpoint: &Secret) -> String {
        self.0.secrets.hidden_in(Shown::endpoint(endpoint.expose()).as_str()).to_string()
    }

    /// Returns AWS's request ID from a response.
    pub fn request_id(&self, answer: &impl RequestId) -> Option<Quote> {
        refusal::request_id(answer, &self.0.secrets)
    }

    /// Returns the error for a response that is not valid.
    pub(crate) fn malformed(&self, answer: &impl RequestId, problem: Malformed) -> Error {
        Error::Malformed { operation: self.operation(), request_id: self.request_id(answer), problem }
    }

    /// Returns the time to wait after the last attempt. Also returns `true` if the wait has just been chosen, or `false` if the
    /// wait was already stored. The SDK calls the classifier twice for each attempt, so the wait is chosen once and then stored.
    /// `choose` chooses the wait. Its arguments are the start of the first attempt and the start of the last attempt.
    fn wait(&self, is_throttled: bool, choose: impl FnOnce(Instant, Instant) -> Duration) -> (Duration, bool) {
        let mut seen = self.seen();
        if let Some(wait) = seen.wait {
            return (wait, false);
        }
        let now = Instant::now();
        let wait = choose(seen.first.unwrap_or(now), seen.last.unwrap_or(now));
        seen.wait = Some(wait);
        seen.throttled += u32::from(is_throttled);
        (wait, true)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The methods that the macro [`client!`](client) uses.
#[doc(hidden)]
impl Call {
    pub fn sdk_config(&self) -> &SdkConfig {
        &self.0.sdk
    }

    pub fn user_agent(&self) -> UserAgent {
        self.0.user_agent.clone()
    }

    pub fn attempts<E>(&self) -> Attempts<E>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        Attempts::new(self.clone(), self.0.limit)
    }

    pub fn retry_partition(&self) -> RetryPartition {
        self.0.retry_partition.clone()
    }
}

impl Intercept for Call {
    fn name(&self) -> &'static str {
        "Call"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Inner { action, region, origin, secrets, .. } = &*self.0;
        let authorization = context.request().headers().get(AUTHORIZATION).unwrap_or_default();
        // Anybody who has the signature could send the request again.
        secrets.add_recent(authorization.split_once("Signature=").map(|(_, signature)| signature.into()));
        let endpoint = endpoint(context.request().uri()).map(Secret::from);
        let mut seen = self.seen();
        if seen.attempts == 0 {
            let set_by = origin.as_ref().map(ToString::to_string);
            let shown = || endpoint.as_ref().map(|url| self.shown(url));
            info!(action, region = region.as_str(), endpoint = shown(), set_by, "asking AWS");
        }
        let now = Instant::now();
        seen.first.get_or_insert(now);
        seen.last = Some(now);
        seen.attempts += 1;
        seen.endpoint = endpoint;
        seen.wait = None;
        Ok(())
    }
}

/// Returns a URL without its query, because the query may contain secrets.
fn endpoint(uri: &str) -> Option<String> {
    let uri: http::Uri = uri.parse().ok()?;
    Some(format!("{}://{}{}", uri.scheme_str()?, uri.authority()?, uri.path().trim_end_matches('/')))
}
