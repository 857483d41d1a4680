//! How AWS limits calls: a bucket of them that refills.

use tokio::time::Instant;

/// Each call takes one out of the bucket; where there is none, it is refused.
#[derive(Debug)]
pub(crate) struct Throttle {
    per_second: f64,
    burst: f64,
    left: f64,
    refilled: Instant,
}

impl Throttle {
    /// A full bucket.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let burst = f64::from(burst);
        Self { per_second: f64::from(per_second), burst, left: burst, refilled: Instant::now() }
    }

    /// Whether a call that comes now is answered.
    pub(crate) fn lets_through(&mut self) -> bool {
        let now = Instant::now();
        let since = now.duration_since(self.refilled).as_secs_f64();
        (self.left, self.refilled) = ((self.left + since * self.per_second).min(self.burst), now);
        let lets_through = self.left >= 1.0;
        if lets_through {
            self.left -= 1.0;
        }
        lets_through
    }
}
