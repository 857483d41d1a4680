//! The part of a request's time limit that is used before the request starts.

use std::time::Duration;

use tokio::time::Instant;

use crate::limit::TIMEOUT;

/// The search for credentials while Terraform configures the provider.
///
/// Terraform configures the provider, and then opens the blocks that need a token. The search and these blocks share one
/// [`TIMEOUT`], which starts with the search. A block that is opened after this shared [`TIMEOUT`] has a whole [`TIMEOUT`] of
/// its own. Before such a block, Terraform did other work, perhaps for an hour, and was not waiting for this provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Preparation {
    began: Instant,
    took: Duration,
}

impl Preparation {
    /// Records a search that began at `began` and ends now.
    pub(super) fn since(began: Instant) -> Self {
        Self { began, took: began.elapsed() }
    }

    /// Returns the time that is already spent. It shortens the timeout of a request that starts now.
    pub(super) fn spent(self) -> Duration {
        if self.began.elapsed() < TIMEOUT { self.took } else { Duration::ZERO }
    }
}
#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn preparation_counts_only_within_its_first_minute() {
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
