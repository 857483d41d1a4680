//! Waiting for what comes soon or not at all.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Far beyond what anything here takes: reaching it means that something hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Whether that comes true before the deadline.
pub(crate) fn soon(deadline: Duration, mut event: impl FnMut() -> bool) -> bool {
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
