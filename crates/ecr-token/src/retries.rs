//! How often a call is made before it has failed.

use std::time::Duration;

use aws_sdk_ecr::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::time::Instant;

use crate::{
    attempts::{FEW, Limit},
    environment::Environment,
    error::Error,
    settings::Settings,
    shared_files::SharedFiles,
    shown::shown,
};

/// More than anybody waits for: the SDK prepares every attempt before the first is made.
const MOST_ATTEMPTS: u32 = 1000;
/// The longest that one attempt may take.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that all attempts together may take, those for credentials included, where nobody says how many there are to
/// be.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// For every call of one configuration.
#[derive(Clone, Debug)]
pub(crate) struct Retries {
    /// Where [`Attempts`](crate::attempts::Attempts) does not decide: in clients that the SDK makes for itself.
    pub(crate) config: RetryConfig,
    /// Where it does: as many attempts as it wants.
    pub(crate) ours: RetryConfig,
    pub(crate) timeouts: TimeoutConfig,
    /// How many failures are still tried again while AWS keeps failing.
    pub(crate) partition: RetryPartition,
    count: Option<u32>,
}

impl Default for Retries {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Retries {
    /// Of the settings, else of the environment, else of the profile. Read here since the SDK panics on what it cannot
    /// read.
    pub(crate) fn find(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Self, Error> {
        let attempts = match settings.max_retries {
            Some(attempts) => Some(attempts),
            None => written(env, "AWS_MAX_ATTEMPTS", files, "max_attempts", |text| {
                text.parse().map_err(|_| "a number of attempts")
            })?,
        };
        if settings.retry_mode.is_none() {
            written(env, "AWS_RETRY_MODE", files, "retry_mode", |text| match text {
                "standard" | "adaptive" => Ok(()),
                _ => Err("standard or adaptive"),
            })?;
        }
        Ok(Self::new(
            attempts.filter(|attempts| *attempts > 0),
            settings.token_bucket_rate_limiter_capacity.filter(|capacity| *capacity > 0),
        ))
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
            config: config.clone().with_max_attempts(attempts.unwrap_or(FEW)),
            ours: config.with_max_attempts(attempts.unwrap_or(MOST_ATTEMPTS)),
            timeouts: timeouts.build(),
            partition: RetryPartition::custom("ecr-token").token_bucket(bucket).build(),
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

fn written<T>(
    env: &Environment,
    name: &'static str,
    files: &SharedFiles,
    key: &str,
    read: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Option<T>, Error> {
    let Some((text, origin)) = files.setting(env, &[name], key)? else { return Ok(None) };
    let problem = |wanted| format!("{key} is {:?}, and not {wanted}", shown(&text));
    let invalid = |wanted| Error::InvalidSetting { origin, problem: problem(wanted) };
    read(&text).map(Some).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::retry;

    use super::*;
    use crate::error::Origin;

    async fn found(attempts: Option<u32>, variables: &[(&str, &str)]) -> Result<Retries, Error> {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        let text =
            "[default]\nmax_attempts = 7\nretry_mode = adaptive\n[profile plain]\n[profile bad]\nretry_mode = x\n";
        std::fs::write(&config, text).expect("written");
        let settings = Settings { max_retries: attempts, shared_config_files: vec![config], ..Settings::default() };
        let env = Environment::given(variables);
        Retries::find(&settings, &env, &SharedFiles::load(&settings, &env).expect("loaded"))
    }

    #[tokio::test]
    async fn argument_then_environment_then_profile_then_ours() {
        let attempts = async |attempts, variables: &[(&str, &str)]| {
            found(attempts, variables).await.expect("retries").config.max_attempts()
        };
        assert_eq!(attempts(Some(9), &[("AWS_MAX_ATTEMPTS", "8")]).await, 9);
        assert_eq!(attempts(None, &[("AWS_MAX_ATTEMPTS", "8")]).await, 8);
        assert_eq!(attempts(None, &[]).await, 7);
        assert_eq!(attempts(None, &[("AWS_PROFILE", "plain")]).await, FEW);
        assert_eq!(attempts(Some(0), &[("AWS_PROFILE", "plain")]).await, FEW);
        let mode = found(None, &[]).await.expect("retries").config.mode();
        assert_eq!(mode, retry::RetryMode::Standard, "also where the profile wants another");
    }

    #[tokio::test]
    async fn there_is_an_end_to_attempts() {
        let found = found(Some(u32::MAX), &[]).await.expect("retries");
        assert_eq!(found.config.max_attempts(), MOST_ATTEMPTS);
    }

    #[tokio::test]
    async fn all_attempts_are_made_where_they_are_counted() {
        let whole = async |attempts| found(attempts, &[]).await.expect("retries").timeouts.operation_timeout();
        assert_eq!(whole(Some(2)).await, None);
        let plain = found(None, &[("AWS_PROFILE", "plain")]).await.expect("retries");
        assert_eq!(plain.timeouts.operation_timeout(), Some(TIMEOUT));
    }

    #[tokio::test]
    async fn nonsense_is_blamed_on_where_it_comes_from() {
        for (variables, expected) in [
            ([("AWS_MAX_ATTEMPTS", "many")], Origin::Variable("AWS_MAX_ATTEMPTS")),
            ([("AWS_MAX_ATTEMPTS", "-1")], Origin::Variable("AWS_MAX_ATTEMPTS")),
            ([("AWS_RETRY_MODE", "legacy")], Origin::Variable("AWS_RETRY_MODE")),
            ([("AWS_PROFILE", "bad")], Origin::Profile("bad".into())),
        ] {
            match found(None, &variables).await {
                Err(Error::InvalidSetting { origin, .. }) => assert_eq!(origin, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}
