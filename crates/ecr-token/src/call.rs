//! One call to AWS: where its requests really went, and how often it was tried.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_credential_types::Credentials;
use aws_sdk_ecr::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::{BoxError, ProvideErrorMetadata, SdkError},
    operation::RequestId,
};
use http::header::AUTHORIZATION;
use tracing::info;

use crate::{
    attempts::{Attempts, Limit},
    endpoint::{Endpoint, shown_endpoint},
    error::{Asked, Error, Failure, Origin},
    refusal,
    retries::TIMEOUT,
    secret::{Secret, Secrets},
    token::Malformed,
};

/// Belongs to one call, with all its attempts. Give it to the client as an interceptor, and [`Call::attempts`] as the
/// classifier of its retries.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    action: &'static str,
    region: String,
    limit: Limit,
    /// Of the endpoint, where somebody configured one.
    origin: Option<Origin>,
    /// Not to be repeated by any answer.
    secrets: Secrets,
    seen: Arc<Mutex<Seen>>,
}

/// The SDK's errors do not say.
#[derive(Clone, Debug, Default)]
struct Seen {
    endpoint: Option<String>,
    attempts: u32,
    /// After the last attempt.
    wait: Option<Duration>,
}

impl Call {
    /// The action is written as in [`Asked`]. Errors and logs hold none of the secrets.
    pub(crate) fn new(action: &'static str, region: &str, limit: Limit, secrets: &Secrets) -> Self {
        let (secrets, seen) = (secrets.clone(), Arc::default());
        Self { action, region: region.to_owned(), limit, origin: None, secrets, seen }
    }

    /// Says that this endpoint is asked, and not AWS's own.
    pub(crate) fn at(self, endpoint: Option<&Endpoint>) -> Self {
        Self { origin: endpoint.map(|endpoint| endpoint.origin.clone()), ..self }
    }

    /// Adds secrets that the request is made with.
    pub(crate) fn hiding(self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets.add(secrets);
        self
    }

    /// Adds the credentials that sign the request.
    pub(crate) fn hiding_credentials(self, credentials: &Credentials) -> Self {
        self.secrets.add_credentials(credentials);
        self
    }

    /// What comes of it in time.
    pub(crate) async fn answer<T, E>(&self, request: impl Future<Output = Result<T, SdkError<E>>>) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + RequestId + std::error::Error + 'static,
    {
        match self.limit.bound(request).await {
            Some(answer) => answer.map_err(|error| self.failed(&error)),
            None => Err(self.too_late()),
        }
    }

    /// The secrets that no answer is to repeat.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// What was asked, once it was.
    pub(crate) fn asked(&self) -> Asked {
        let Seen { endpoint, attempts, .. } = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Asked {
            action: self.action,
            region: self.region.clone(),
            endpoint,
            origin: self.origin.clone().map(Box::new),
            attempts,
        }
    }

    /// How long to wait after the last attempt, and whether that is asked for the first time: the SDK does so twice.
    pub(crate) fn wait(&self, choose: impl FnOnce() -> Duration) -> (Duration, bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.wait {
            Some(wait) => (wait, false),
            None => (*seen.wait.insert(choose()), true),
        }
    }

    /// What decides about attempts, for a call whose error is `E`.
    pub(crate) fn attempts<E>(&self) -> Attempts<E>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        Attempts::new(self.clone(), self.limit)
    }

    /// Why it failed.
    fn failed<E>(&self, error: &SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + RequestId + std::error::Error + 'static,
    {
        refusal::error(self.asked(), error, &self.secrets)
    }

    /// That there was no time left for it.
    fn too_late(&self) -> Error {
        let reason = format!("all together, with its credentials, took longer than {} s", TIMEOUT.as_secs());
        Error::Unreachable { asked: self.asked(), failure: Failure::Timeout, reason }
    }

    /// That it was answered with something else, in the answer to the request of this id.
    pub(crate) fn malformed(&self, answer: &impl RequestId, problem: Malformed) -> Error {
        let request_id = refusal::request_id(answer, &self.secrets);
        Error::Malformed { asked: self.asked(), request_id, problem }
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
        // Without what comes after a question mark, which might be more than is good to repeat.
        let uri: Option<http::Uri> = context.request().uri().parse().ok();
        let path = |uri: &http::Uri| uri.path().trim_end_matches('/').to_owned();
        let endpoint = uri.and_then(|uri| Some(format!("{}://{}{}", uri.scheme_str()?, uri.authority()?, path(&uri))));
        let authorization = context.request().headers().get(AUTHORIZATION).unwrap_or_default();
        // With it, the request could be made once more.
        self.secrets.add(authorization.split_once("Signature=").map(|(_, signature)| signature.into()));
        let endpoint = endpoint.map(|url| self.secrets.hidden_in(&shown_endpoint(&url)));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.attempts == 0 {
            let (action, region) = (self.action, &self.region);
            let set_by = self.origin.as_ref().map(ToString::to_string);
            info!(action, region, endpoint, set_by, "asking AWS");
        }
        *seen = Seen { endpoint, attempts: seen.attempts + 1, wait: None };
        Ok(())
    }
}
