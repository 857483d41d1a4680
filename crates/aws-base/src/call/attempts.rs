//! Decides whether to retry a failed attempt, and how long to wait before the retry.

use std::{marker::PhantomData, time::Duration};

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason},
};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::ErrorKind};
use tokio::time::Instant;
use tracing::info;

use super::{Call, windows};
use crate::{
    failure::Failure,
    limit::{ATTEMPT_TIMEOUT, FEW_ATTEMPTS, Limit, wait},
    refusal,
};

/// The longest wait that a response of AWS can request. The SDK has the same limit.
const MAX_REQUESTED_DELAY: Duration = Duration::from_secs(20);

/// A failed attempt that may succeed on a retry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum AttemptFailure {
    /// AWS returned an error that a retry may fix, such as an internal error. Throttling and a wrong clock have their own
    /// variants.
    Busy,
    /// The clock of this machine is wrong. The SDK signs the next attempt with the time of AWS's clock.
    Clock,
    /// The host name is unknown, no server listens, or the proxy does not connect. More than [`FEW_ATTEMPTS`] attempts would not
    /// help, so a higher configured number is ignored.
    Unreachable,
    /// AWS throttled the request.
    Throttled,
    /// The connection broke, or no response came in time.
    Unanswered,
}

impl AttemptFailure {
    /// Classifies the failure of an attempt that the SDK would retry.
    fn classify(context: &InterceptorContext, kind: ErrorKind) -> Self {
        let error = context.output_or_error().and_then(Result::err);
        let status = context.response().map_or(0, |response| response.status().as_u16());
        match error.and_then(|error| error.as_connector_error()) {
            Some(error) if matches!(Failure::classify(error), Failure::Dns | Failure::Proxy | Failure::Refused) => {
                Self::Unreachable
            }
            Some(_) => Self::Unanswered,
            None if error.is_some_and(|error| error.is_timeout_error()) => Self::Unanswered,
            None if kind == ErrorKind::ThrottlingError => Self::Throttled,
            // If the HTTP status is below 500, the SDK uses this kind of error only if AWS rejects the time of the signature.
            None if kind == ErrorKind::ServerError && status < 500 => Self::Clock,
            None => Self::Busy,
        }
    }

    /// Checks whether to retry after the attempt with the number `attempt`, counted from 1. The retry would start after `wait`.
    fn should_retry(self, attempt: u32, wait: Duration, limit: Limit) -> bool {
        let most = match (self, limit) {
            (Self::Clock, _) => 2,
            (Self::Unreachable, _) | (Self::Unanswered, Limit::Until(_)) => FEW_ATTEMPTS,
            (Self::Busy | Self::Throttled, _) | (Self::Unanswered, Limit::Count(_)) => u32::MAX,
        };
        match limit {
            Limit::Count(count) => attempt < count.min(most),
            Limit::Until(end) => attempt < most && Instant::now() + wait < latest_start(end),
        }
    }

    /// Returns the wait after the attempt with the number `attempt`, counted from 1. `first` is the start of the first attempt,
    /// and `last` is the start of the last attempt.
    fn wait(self, attempt: u32, first: Instant, last: Instant, limit: Limit) -> Duration {
        let latest = match limit {
            Limit::Count(_) => Duration::MAX,
            Limit::Until(end) => latest_start(end).saturating_duration_since(first),
        };
        match self {
            Self::Clock => Duration::ZERO,
            Self::Throttled => windows::wait(last.saturating_duration_since(first), first.elapsed(), latest),
            _ => wait(attempt),
        }
    }
}

/// Returns the latest time at which an attempt can start and still end before `end`.
fn latest_start(end: Instant) -> Instant {
    end.checked_sub(ATTEMPT_TIMEOUT).unwrap_or(end)
}

/// The retry classifier of one call. `E` is the error type of the operation. The classifier runs after the SDK's own classifiers,
/// which recognize the errors that a retry may fix.
#[derive(Debug)]
pub struct Attempts<E> {
    call: Call,
    limit: Limit,
    error: PhantomData<fn() -> E>,
}

impl<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static> Attempts<E> {
    pub(super) fn new(call: Call, limit: Limit) -> Self {
        Self { call, limit, error: PhantomData }
    }
}

/// Checks whether the response has the status 429. The SDK recognizes throttling only by AWS's error codes, and other servers may
/// omit these codes.
fn is_throttled(context: &InterceptorContext) -> bool {
    context.response().is_some_and(|response| response.status().as_u16() == 429)
}

/// Returns the wait that AWS's response requests, if any, up to [`MAX_REQUESTED_DELAY`].
fn requested_delay(action: &RetryAction) -> Option<Duration> {
    match action {
        RetryAction::RetryIndicated(RetryReason::RetryableError { retry_after, .. }) => {
            retry_after.map(|wait| wait.min(MAX_REQUESTED_DELAY))
        }
        _ => None,
    }
}

impl<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static> ClassifyRetry for Attempts<E> {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        let kind = match previous {
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) => *kind,
            _ if is_throttled(context) => ErrorKind::ThrottlingError,
            _ => return RetryAction::NoActionIndicated,
        };
        // If a successful response cannot be parsed, a retry would get the same response.
        if context.response().is_some_and(|response| response.status().is_success()) {
            return RetryAction::RetryForbidden;
        }
        let failed = AttemptFailure::classify(context, kind);
        let operation = self.call.operation();
        let (wait, is_new) = self.call.wait(failed == AttemptFailure::Throttled, |first, last| {
            failed.wait(operation.attempts, first, last, self.limit).max(requested_delay(previous).unwrap_or_default())
        });
        if !failed.should_retry(operation.attempts, wait, self.limit) {
            return RetryAction::RetryForbidden;
        }
        if is_new {
            let (action, region, attempt) = (operation.action, operation.region.as_str(), operation.attempts);
            let (wait_ms, reason) = (wait.as_millis(), refusal::attempt::<E>(context, self.call.secrets()));
            info!(action, region, attempt, wait_ms, reason, "waiting before the next attempt");
        }
        RetryAction::retryable_error_with_explicit_delay(kind, wait)
    }

    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulates a call that always fails. Returns the number of attempts, and the time from the first attempt to the last attempt.
    async fn attempts(failed: AttemptFailure, limit: impl Fn() -> Limit) -> (u32, Duration) {
        let (start, limit) = (Instant::now(), limit());
        let mut attempt = 1;
        loop {
            let wait = failed.wait(attempt, start, Instant::now(), limit);
            if !failed.should_retry(attempt, wait, limit) {
                return (attempt, start.elapsed());
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    fn in_60_s() -> Limit {
        Limit::Until(Instant::now() + Duration::from_secs(60))
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_call_is_retried_once_in_each_window() {
        for _ in 0..20 {
            let (count, elapsed) = attempts(AttemptFailure::Throttled, in_60_s).await;
            assert_eq!(count, 7);
            assert!((45..=50).contains(&elapsed.as_secs()), "{elapsed:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_to_a_busy_service_is_retried_until_the_deadline() {
        let (count, elapsed) = attempts(AttemptFailure::Busy, in_60_s).await;
        assert!((7..=14).contains(&count), "{count}");
        assert!((40..=50).contains(&elapsed.as_secs()), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_unanswered_call_is_retried_a_few_times() {
        for failed in [AttemptFailure::Unreachable, AttemptFailure::Unanswered] {
            let (count, elapsed) = attempts(failed, in_60_s).await;
            assert_eq!(count, FEW_ATTEMPTS);
            assert!(elapsed <= Duration::from_secs(3), "{elapsed:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_configured_number_of_attempts_is_made() {
        for (failed, counted, made) in [
            (AttemptFailure::Busy, 12, 12),
            (AttemptFailure::Throttled, 12, 12),
            (AttemptFailure::Unanswered, 12, 12),
            (AttemptFailure::Unreachable, 12, FEW_ATTEMPTS),
            (AttemptFailure::Unreachable, 2, 2),
            (AttemptFailure::Clock, 12, 2),
            (AttemptFailure::Clock, 1, 1),
        ] {
            assert_eq!(attempts(failed, || Limit::Count(counted)).await.0, made, "{failed:?} of {counted}");
        }
    }

    #[test]
    fn a_retry_delay_from_aws_is_used_up_to_a_limit() {
        let asking = |wait| RetryAction::retryable_error_with_explicit_delay(ErrorKind::ThrottlingError, wait);
        let seconds = Duration::from_secs;
        assert_eq!(requested_delay(&asking(seconds(15))), Some(seconds(15)));
        assert_eq!(requested_delay(&asking(seconds(3600))), Some(MAX_REQUESTED_DELAY));
        assert_eq!(requested_delay(&RetryAction::throttling_error()), None);
    }
}
