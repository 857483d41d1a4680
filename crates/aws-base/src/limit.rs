//! The limit of a call: the time at which the call ends, or a number of attempts.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// The maximum duration of one attempt.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The maximum duration of all attempts together, including the search for credentials. This maximum does not apply if the
/// number of attempts is configured.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
/// The maximum number of attempts after a failure that is probably permanent. The waits between these attempts take at most three
/// seconds in total.
pub(crate) const FEW_ATTEMPTS: u32 = 3;
/// The maximum duration of the first wait between attempts. For each later wait, this maximum doubles, up to [`MAX_WAIT`]. The
/// duration of each wait is random, between half of the maximum and the maximum.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The maximum wait, unless AWS requests a longer wait.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The limit that ends the attempts of a call.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// A maximum number of attempts, without a limit on their total duration.
    Count(u32),
    /// The time at which the call ends. An attempt does not start if it could still be running at this time.
    Until(Instant),
}

impl Limit {
    /// Waits for `attempts`, which makes all attempts of a call, and returns the result. Returns `None` if the attempts take
    /// longer than the limit allows.
    pub(crate) async fn bound<T>(self, attempts: impl Future<Output = T>) -> Option<T> {
        match self {
            Self::Count(_) => Some(attempts.await),
            Self::Until(end) => timeout_at(end, attempts).await.ok(),
        }
    }
}

/// Returns the time to wait after an attempt. `attempt` is the number of the attempt, counted from 1. The wait is partly random.
/// Processes that failed at the same time therefore retry at different times.
pub(crate) fn wait(attempt: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(MAX_WAIT).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_limits_all_attempts_and_a_count_does_not() {
        let an_hour = || tokio::time::sleep(Duration::from_secs(3600));
        let start = Instant::now();
        assert_eq!(Limit::Until(start + TIMEOUT).bound(an_hour()).await, None);
        assert_eq!(start.elapsed().as_secs(), 60);
        assert_eq!(Limit::Count(1).bound(an_hour()).await, Some(()));
    }

    #[test]
    fn random_waits_double_up_to_a_limit() {
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (u32::MAX, 10)] {
            let most = Duration::from_secs(most);
            let waits: Vec<_> = (0..20).map(|_| wait(attempt)).collect();
            assert!(waits.iter().all(|wait| (most / 2..=most).contains(wait)), "{waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        }
    }
}
