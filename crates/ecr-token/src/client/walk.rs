//! The time that is shared by all steps of one walk of Terraform.

use std::time::Duration;

use tokio::time::Instant;

use crate::retries::TIMEOUT;

/// The search for credentials while the provider was configured.
///
/// In a walk, Terraform configures the provider and then opens the blocks that need a token. Both together end after
/// [`TIMEOUT`], which began with the search. A block that is opened later has its own minute. In between, Terraform was busy
/// with something else, for an hour perhaps, and nobody has waited for this provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    began: Instant,
    took: Duration,
}

impl Walk {
    /// A walk whose search for credentials began at `began` and ends now.
    pub(super) fn since(began: Instant) -> Self {
        Self { began, took: began.elapsed() }
    }

    /// The time that is taken off a question that begins now.
    pub(super) fn spent(self) -> Duration {
        if self.began.elapsed() < TIMEOUT { self.took } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_search_counts_within_the_minute_that_it_began() {
        let (began, second) = (Instant::now(), Duration::from_secs(1));
        advance(20 * second).await;
        let walk = Walk::since(began);
        assert_eq!(walk.spent(), 20 * second);
        advance(39 * second).await;
        assert_eq!(walk.spent(), 20 * second);
        advance(second).await;
        assert_eq!(walk.spent(), Duration::ZERO);
        advance(3600 * second).await;
        assert_eq!(walk.spent(), Duration::ZERO);
    }
}
