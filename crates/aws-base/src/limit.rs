//! The time and the number of attempts of a call.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// The longest that one attempt may take.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that all attempts together may take, those for credentials included, unless their number is configured.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
/// The attempts where more would hardly help. With the waits between them they end in about three seconds.
pub(crate) const FEW_ATTEMPTS: u32 = 3;
/// The first wait is half of that at least and all of it at most, and each one after it up to twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait, but for one that AWS asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The end of the attempts of a call.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// This number of attempts, however long they take.
    Count(u32),
    /// This time. No attempt begins that could not take its time.
    Until(Instant),
}

impl Limit {
    /// The outcome of all attempts together; `None` if it comes too late.
    pub(crate) async fn bound<T>(self, attempts: impl Future<Output = T>) -> Option<T> {
        match self {
            Self::Count(_) => Some(attempts.await),
            Self::Until(end) => timeout_at(end, attempts).await.ok(),
        }
    }
}

/// The wait after the attempt of this number, counted from 1. Random in part, so that many who failed together
/// do not come back together.
pub(crate) fn wait(attempt: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(LONGEST_WAIT).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_attempts_together_are_over_in_time_unless_they_are_counted() {
        let an_hour = || tokio::time::sleep(Duration::from_secs(3600));
        let start = Instant::now();
        assert_eq!(Limit::Until(start + TIMEOUT).bound(an_hour()).await, None);
        assert_eq!(start.elapsed().as_secs(), 60);
        assert_eq!(Limit::Count(1).bound(an_hour()).await, Some(()));
    }

    #[test]
    fn waits_double_up_to_a_limit_and_differ() {
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (u32::MAX, 10)] {
            let most = Duration::from_secs(most);
            let waits: Vec<_> = (0..20).map(|_| wait(attempt)).collect();
            assert!(waits.iter().all(|wait| (most / 2..=most).contains(wait)), "{waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        }
    }
}
