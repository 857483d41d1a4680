//! A wait with a deadline, and [`Turn`], which limits the number of tests that use the processor at the same time.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// The deadline for waits in tests, which is far longer than any successful wait. If a test reaches the deadline, something
/// hangs.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Polls until `event` returns true. Returns false if `event` does not return true before the deadline.
pub fn eventually(deadline: Duration, mut event: impl FnMut() -> bool) -> bool {
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

/// A turn to use the processor. At most two tests for each processor have a turn at the same time. The other tests of the program
/// wait. Time limits therefore measure the provider, and not the load of the machine.
#[derive(Debug)]
pub struct Turn(());

static TURNS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

impl Turn {
    /// Waits for a turn. The turn ends when the value is dropped.
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
