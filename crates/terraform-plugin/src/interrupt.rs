//! Interrupts: what is in flight ends, what comes later does not.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Terraform's StopProvider cancels the calls that run at that moment and only those: it goes on to close what is open.
#[derive(Debug, Default)]
pub(crate) struct Interrupt(Mutex<CancellationToken>);

impl Interrupt {
    /// Cancelled by the next interrupt.
    pub(crate) fn token(&self) -> CancellationToken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cancels everything that asked for a token until now.
    pub(crate) fn now(&self) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_flight_is_cancelled() {
        let interrupt = Interrupt::default();
        let before = interrupt.token();
        interrupt.now();
        assert!(before.is_cancelled());
        assert!(!interrupt.token().is_cancelled());
    }
}
