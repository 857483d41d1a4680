//! The retry settings of calls, such as the number of attempts.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use aws_sdk_sts::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::time::Instant;

use crate::{
    error::Error,
    limit::{ATTEMPT_TIMEOUT, FEW_ATTEMPTS, Limit, TIMEOUT},
    problem::SettingProblem,
    settings::RetryMode,
    shown::Shown,
    sources::{Places, Sources},
};

/// The maximum number of attempts that can be configured. Nobody waits for more attempts. A limit is needed because the SDK
/// prepares all attempts before it starts the first attempt.
const MAX_ATTEMPTS: u32 = 1000;
const ATTEMPTS: Places = Places { argument: "max_retries", variables: &["AWS_MAX_ATTEMPTS"], key: "max_attempts" };
const MODE: Places = Places { argument: "retry_mode", variables: &["AWS_RETRY_MODE"], key: "retry_mode" };

/// The retry settings that all calls of a configuration share.
#[derive(Clone, Debug)]
pub(crate) struct Retries {
    /// The retry settings of clients that the SDK creates for itself. [`Attempts`](crate::call::Attempts) does not apply to these
    /// clients.
    pub(crate) sdk_clients: RetryConfig,
    /// The retry settings of calls. [`Attempts`](crate::call::Attempts) decides on the number of attempts of these calls.
    pub(crate) calls: RetryConfig,
    pub(crate) timeouts: TimeoutConfig,
    /// The retry tokens. These tokens limit the number of retries while AWS keeps failing.
    pub(crate) partition: RetryPartition,
    count: Option<u32>,
}

impl Default for Retries {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Retries {
    /// Reads the retry settings from the arguments, else from the environment, else from the profile. This function parses the
    /// settings itself, because the SDK would panic on values that it cannot parse.
    ///
    /// # Errors
    /// Returns [`Error::InvalidSetting`] if a setting is not valid.
    pub(crate) fn find(sources: &Sources) -> Result<Self, Error> {
        let settings = &sources.settings;
        let attempts = sources.find(&ATTEMPTS, settings.max_retries.map(NonZeroU32::get), |text, origin| {
            let value = Shown::value(text);
            text.parse().map_err(|_| SettingProblem::MaxAttempts { key: ATTEMPTS.key, value }.at(origin.clone()))
        })?;
        sources.find(&MODE, settings.retry_mode, |text, origin| {
            let value = Shown::value(text);
            RetryMode::parse(text).ok_or_else(|| SettingProblem::RetryMode { key: MODE.key, value }.at(origin.clone()))
        })?;
        let attempts = attempts.map(|(attempts, _)| attempts).filter(|attempts| *attempts > 0);
        Ok(Self::new(attempts, settings.token_bucket_rate_limiter_capacity.map(NonZeroUsize::get)))
    }

    fn new(attempts: Option<u32>, capacity: Option<usize>) -> Self {
        let attempts = attempts.map(|attempts| attempts.min(MAX_ATTEMPTS));
        // Both retry modes use the standard configuration. The SDK's adaptive mode waits longer than its settings and the log
        // show.
        let config = RetryConfig::standard();
        let mut timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT);
        if attempts.is_none() {
            timeouts = timeouts.operation_timeout(TIMEOUT);
        }
        let bucket = match capacity {
            Some(capacity) => TokenBucket::builder().capacity(capacity).build(),
            None => TokenBucket::unlimited(),
        };
        Self {
            sdk_clients: config.clone().with_max_attempts(attempts.unwrap_or(FEW_ATTEMPTS)),
            calls: config.with_max_attempts(attempts.unwrap_or(MAX_ATTEMPTS)),
            timeouts: timeouts.build(),
            partition: RetryPartition::custom("aws-base").token_bucket(bucket).build(),
            count: attempts,
        }
    }

    /// Returns the limit for a series of calls that starts now. `spent` is the time that earlier calls have already taken.
    pub(crate) fn limit(&self, spent: Duration) -> Limit {
        match self.count {
            Some(count) => Limit::Count(count),
            None => Limit::Until(Instant::now() + TIMEOUT.saturating_sub(spent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_number_of_attempts_is_capped_and_has_no_timeout() {
        let counted = Retries::new(Some(u32::MAX), None);
        assert_eq!(counted.sdk_clients.max_attempts(), MAX_ATTEMPTS);
        assert_eq!(counted.timeouts.operation_timeout(), None);
        assert_eq!(Retries::default().timeouts.operation_timeout(), Some(TIMEOUT));
    }
}
