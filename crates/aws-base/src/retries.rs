//! The attempts of a call before it has failed.

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
    shown::shown,
    sources::{Places, Sources},
};

/// More than anybody waits for: the SDK prepares every attempt before the first is made.
const MOST_ATTEMPTS: u32 = 1000;
const ATTEMPTS: Places = Places { argument: "max_retries", variables: &["AWS_MAX_ATTEMPTS"], key: "max_attempts" };
const MODE: Places = Places { argument: "retry_mode", variables: &["AWS_RETRY_MODE"], key: "retry_mode" };

/// For every call of one configuration.
#[derive(Clone, Debug)]
pub(crate) struct Retries {
    /// For clients that the SDK makes for itself, in which [`Attempts`](crate::call::Attempts) does not decide.
    pub(crate) sdk_clients: RetryConfig,
    /// For calls, in which it does: as many attempts as it wants.
    pub(crate) calls: RetryConfig,
    pub(crate) timeouts: TimeoutConfig,
    /// The number of failures that are still tried again while AWS keeps failing.
    pub(crate) partition: RetryPartition,
    count: Option<u32>,
}

impl Default for Retries {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Retries {
    /// The retries of the settings, else of the environment, else of the profile. The SDK panics on values that it cannot read.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`].
    pub(crate) fn find(sources: &Sources) -> Result<Self, Error> {
        let settings = &sources.settings;
        let attempts = sources.find(&ATTEMPTS, settings.max_retries.map(NonZeroU32::get), |text, origin| {
            let value = shown(text).to_owned();
            text.parse().map_err(|_| SettingProblem::MaxAttempts { key: ATTEMPTS.key, value }.at(origin.clone()))
        })?;
        sources.find(&MODE, settings.retry_mode, |text, origin| {
            let value = shown(text).to_owned();
            RetryMode::parse(text).ok_or_else(|| SettingProblem::RetryMode { key: MODE.key, value }.at(origin.clone()))
        })?;
        let attempts = attempts.map(|(attempts, _)| attempts).filter(|attempts| *attempts > 0);
        Ok(Self::new(attempts, settings.token_bucket_rate_limiter_capacity.map(NonZeroUsize::get)))
    }

    fn new(attempts: Option<u32>, capacity: Option<usize>) -> Self {
        let attempts = attempts.map(|attempts| attempts.min(MOST_ATTEMPTS));
        // Whatever the mode: the SDK's adaptive one waits longer than it is told to, and than the log says.
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
            calls: config.with_max_attempts(attempts.unwrap_or(MOST_ATTEMPTS)),
            timeouts: timeouts.build(),
            partition: RetryPartition::custom("aws-base").token_bucket(bucket).build(),
            count: attempts,
        }
    }

    /// For all calls together that begin now, one after the other, where those before them took so long.
    pub(crate) fn limit(&self, spent: Duration) -> Limit {
        match self.count {
            Some(count) => Limit::Count(count),
            None => Limit::Until(Instant::now() + TIMEOUT.saturating_sub(spent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::retry;

    use super::*;
    use crate::{environment::Environment, origin::Origin, settings::Settings};

    fn found(attempts: Option<u32>, variables: &[(&str, &str)]) -> Result<Retries, Error> {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        let text =
            "[default]\nmax_attempts = 7\nretry_mode = adaptive\n[profile plain]\n[profile bad]\nretry_mode = x\n";
        std::fs::write(&config, text).expect("written");
        let settings = Settings {
            max_retries: attempts.and_then(NonZeroU32::new),
            shared_config_files: vec![config],
            ..Settings::default()
        };
        Retries::find(&Sources::load(&settings, &Environment::from_variables(variables)).expect("loaded"))
    }

    #[test]
    fn argument_then_environment_then_profile_then_the_default() {
        let attempts = |attempts, variables: &[(&str, &str)]| {
            found(attempts, variables).expect("retries").sdk_clients.max_attempts()
        };
        assert_eq!(attempts(Some(9), &[("AWS_MAX_ATTEMPTS", "8")]), 9);
        assert_eq!(attempts(None, &[("AWS_MAX_ATTEMPTS", "8")]), 8);
        assert_eq!(attempts(None, &[]), 7);
        assert_eq!(attempts(None, &[("AWS_PROFILE", "plain")]), FEW_ATTEMPTS);
        assert_eq!(attempts(Some(0), &[("AWS_PROFILE", "plain")]), FEW_ATTEMPTS);
        let mode = found(None, &[]).expect("retries").sdk_clients.mode();
        assert_eq!(mode, retry::RetryMode::Standard, "also where the profile wants another");
    }

    #[test]
    fn there_is_an_end_to_attempts() {
        let found = found(Some(u32::MAX), &[]).expect("retries");
        assert_eq!(found.sdk_clients.max_attempts(), MOST_ATTEMPTS);
    }

    #[test]
    fn all_attempts_are_made_where_they_are_counted() {
        let whole = |attempts| found(attempts, &[]).expect("retries").timeouts.operation_timeout();
        assert_eq!(whole(Some(2)), None);
        let plain = found(None, &[("AWS_PROFILE", "plain")]).expect("retries");
        assert_eq!(plain.timeouts.operation_timeout(), Some(TIMEOUT));
    }

    #[test]
    fn nonsense_is_blamed_on_where_it_comes_from() {
        for (variables, expected) in [
            ([("AWS_MAX_ATTEMPTS", "many")], Origin::Variable("AWS_MAX_ATTEMPTS")),
            ([("AWS_MAX_ATTEMPTS", "-1")], Origin::Variable("AWS_MAX_ATTEMPTS")),
            ([("AWS_RETRY_MODE", "legacy")], Origin::Variable("AWS_RETRY_MODE")),
            ([("AWS_PROFILE", "bad")], Origin::Profile("bad".into())),
        ] {
            match found(None, &variables) {
                Err(Error::InvalidSetting { origin, .. }) => assert_eq!(origin, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}
