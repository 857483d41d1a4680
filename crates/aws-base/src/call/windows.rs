//! The waits between the attempts of a call that AWS throttles.
//!
//! AWS limits the requests of an account in a Region, regardless of the process that sends them. If many processes send requests
//! at the same time, AWS rejects all but the first few requests. A process cannot know how many other processes send requests.
//!
//! Each process therefore makes one attempt at a random moment in each of several time windows. The first windows are short, so
//! that a small number of processes get their tokens quickly. `docs/development/scale.md` compares these windows with other waits.

use std::{ops::Range, time::Duration};

/// The time windows, in seconds since the first attempt. During the gaps between windows, AWS's rate limit recovers, so that AWS
/// rejects fewer requests in the next window.
const WINDOWS: [Range<f64>; 6] = [0.4..2.6, 3.1..6.4, 7.0..27.0, 27.5..40.0, 40.0..45.0, 45.0..50.0];
/// The start of the first window after [`WINDOWS`], and the length of this window and all later windows, in seconds. These windows
/// are used only by calls that have a configured number of attempts instead of a time limit.
const LAST: (f64, f64) = (50.0, 10.0);

/// Returns the wait before the next attempt of a throttled call. The wait ends at a random moment of the next window.
///
/// All parameters are times since the first attempt:
///
/// - `attempted` is the start of the last attempt. The next window is the first window that starts after `attempted`, even if the
///   response to the last attempt came during that window.
/// - `elapsed` is the current time. If the next window has already ended, the first window that starts after `elapsed` is used.
/// - `latest` is the latest start of an attempt. The wait ends before `latest`, unless the whole window is after `latest`. In this
///   case, the wait ends at the start of the window.
#[must_use]
pub fn wait(attempted: Duration, elapsed: Duration, latest: Duration) -> Duration {
    let now = elapsed.as_secs_f64();
    let next = window(attempted.as_secs_f64());
    let Range { start, end } = if next.end > now { next.start.max(now)..next.end } else { window(now) };
    let end = end.min(latest.as_secs_f64()).max(start);
    Duration::from_secs_f64((start + (end - start) * fastrand::f64() - now).max(0.0))
}

/// Returns the first window that starts after `now`. The unit of all times is seconds since the first attempt.
fn window(now: f64) -> Range<f64> {
    let (begin, length) = LAST;
    WINDOWS.iter().find(|window| window.start > now).cloned().unwrap_or_else(|| {
        let start = begin + (((now - begin) / length).floor() + 1.0) * length;
        start..start + length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_starts_in_the_next_window() {
        for (now, expected) in [
            (0.0, 0.4..2.6),
            (0.4, 3.1..6.4),
            (0.5, 3.1..6.4),
            (2.6, 3.1..6.4),
            (26.9, 27.5..40.0),
            (44.0, 45.0..50.0),
            (49.0, 50.0..60.0),
            (50.0, 60.0..70.0),
            (60.1, 70.0..80.0),
            (1e7, 1e7 + 10.0..1e7 + 20.0),
        ] {
            assert_eq!(window(now), expected, "{now}");
        }
    }

    #[test]
    fn the_last_attempt_starts_before_the_deadline() {
        let seconds = Duration::from_secs_f64;
        for _ in 0..100 {
            let wait = wait(seconds(44.0), seconds(44.0), seconds(46.0));
            assert!((seconds(1.0)..=seconds(2.0)).contains(&wait), "{wait:?}");
        }
        assert_eq!(wait(seconds(44.0), seconds(44.0), seconds(44.5)), seconds(1.0));
        assert_eq!(wait(seconds(44.0), seconds(44.0), Duration::ZERO), seconds(1.0));
    }

    #[test]
    fn a_late_response_does_not_skip_a_window() {
        let seconds = Duration::from_secs_f64;
        for _ in 0..100 {
            let next = wait(seconds(44.9), seconds(45.2), Duration::MAX);
            assert!(next <= seconds(4.81), "{next:?}");
            let after = wait(seconds(2.0), seconds(6.5), Duration::MAX);
            assert!((seconds(0.49)..=seconds(20.51)).contains(&after), "{after:?}");
        }
    }

    #[test]
    fn start_times_are_random() {
        let waits: Vec<_> = (0..20).map(|_| wait(Duration::ZERO, Duration::ZERO, Duration::MAX)).collect();
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    }
}
