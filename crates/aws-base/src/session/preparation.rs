//! The time of a question that is spent before it begins.

use std::time::Duration;

use tokio::time::Instant;

use crate::limit::TIMEOUT;

/// The search for credentials before the first question.
///
/// Terraform configures the provider and then opens the blocks that need a token. Both together end after [`TIMEOUT`], which
/// begins with the search. A block that is opened later has its own minute. In between, Terraform was busy with something else, for
/// an hour perhaps, and nobody has waited for this provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Preparation {
    began: Instant,
    took: Duration,
}

impl Preparation {
    /// A search that began at `began` and ends now.
    pub(super) fn since(began: Instant) -> Self {
        Self { began, took: began.elapsed() }
    }

    /// The time to subtract from a question that begins now.
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
        let preparation = Preparation::since(began);
        assert_eq!(preparation.spent(), 20 * second);
        advance(39 * second).await;
        assert_eq!(preparation.spent(), 20 * second);
        advance(second).await;
        assert_eq!(preparation.spent(), Duration::ZERO);
        advance(3600 * second).await;
        assert_eq!(preparation.spent(), Duration::ZERO);
    }
}
