//! Waiting for an event that comes soon or never.

use std::{
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
