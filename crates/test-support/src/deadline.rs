//! Waiting for an event that comes soon or never.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// Far longer than any wait takes that succeeds. A test that reaches it has found something that hangs.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Polls until `event` returns true. Returns false where it has not by the deadline.
pub fn soon(deadline: Duration, mut event: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if event() {
            return true;
        }
        if start.elapsed() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A turn to use the processor. At most two tests for each processor have one at once. The others of the program wait, so that a
/// limit on time is about the provider, and not about the machine.
#[derive(Debug)]
pub struct Turn(());

static TURNS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

impl Turn {
    /// Waits for a turn, which ends when this is dropped.
    #[must_use]
    pub fn take() -> Self {
        let most = thread::available_parallelism().map_or(1, usize::from) * 2;
        let (taken, freed) = &TURNS;
        let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = freed.wait_while(taken, |taken| *taken >= most).unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        Self(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (taken, freed) = &TURNS;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        freed.notify_one();
    }
}
