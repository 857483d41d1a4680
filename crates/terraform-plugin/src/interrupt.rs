//! Interrupts. An interrupt ends the calls that are running, but not the calls that begin after the interrupt.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Cancels the running calls when Terraform calls StopProvider. Calls that begin after StopProvider are not affected, because Terraform
/// then closes the open resources.
#[derive(Debug, Default)]
pub(crate) struct Interrupt(Mutex<CancellationToken>);

impl Interrupt {
    /// Returns a token that the next interrupt cancels.
    pub(crate) fn token(&self) -> CancellationToken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cancels all tokens that `token` has returned so far.
    pub(crate) fn cancel_all(&self) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_in_progress_are_cancelled() {
        let interrupt = Interrupt::default();
        let before = interrupt.token();
        interrupt.cancel_all();
        assert!(before.is_cancelled());
        assert!(!interrupt.token().is_cancelled());
    }
}
