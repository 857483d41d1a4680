//! Simulates many processes that request a token from AWS at the same time. Compares strategies for the wait before a retry.
//! Prints the table in docs/development/scale.md as CSV.
//!
//! The simulated AWS limits requests with a token bucket. It answers `burst` requests immediately, and `rate` more requests each
//! second. A response takes no time. A process does not start an attempt after [`LATEST_START`].

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io::{self, Write},
    ops::Range,
    time::Duration,
};

/// The latest start of an attempt: 60 seconds minus the maximum time of one attempt.
const LATEST_START: Duration = Duration::from_secs(50);

/// Pairs of `rate` and `burst`. The first pair is documented for ECR
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html>), and the second pair is ECR's quota
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>). The third pair is a quarter of the first pair,
/// because other clients of the account may also send requests.
const LIMITS: [(f64, f64); 3] = [(20.0, 200.0), (200.0, 200.0), (5.0, 50.0)];

const PROCESSES: [u32; 24] = [
    1, 10, 50, 100, 200, 215, 230, 260, 300, 350, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1500, 3000, 10_000,
    100_000, 1_000_000,
];

/// A strategy for the wait after a throttled attempt.
struct Strategy {
    name: &'static str,
    /// Returns the wait after an attempt. The arguments are the number of the attempt, counted from 1, and the time since the
    /// first attempt.
    wait: fn(u32, Duration) -> Duration,
}

const STRATEGIES: [Strategy; 9] = [
    Strategy {
        name: "this provider",
        wait: |_, elapsed| aws_base::wait_when_throttled(elapsed, elapsed, LATEST_START),
    },
    Strategy { name: "doubling to 10 s (half random)", wait: |attempt, _| doubled(attempt, 10.0, 0.5) },
    Strategy { name: "doubling to 20 s (all random)", wait: |attempt, _| doubled(attempt, 20.0, 0.0) },
    Strategy {
        name: "doubling windows",
        wait: |_, elapsed| windows(elapsed, &[0.0..1.0, 1.0..3.0, 3.0..7.0, 7.0..15.0, 15.0..31.0, 31.0..63.0]),
    },
    Strategy { name: "once within 42 s", wait: |_, elapsed| windows(elapsed, &[0.0..42.0, 42.0..46.0, 46.0..50.0]) },
    Strategy { name: "the third window to 10 s", wait: |_, elapsed| with_third(elapsed, 10.0) },
    Strategy { name: "the third window to 15 s", wait: |_, elapsed| with_third(elapsed, 15.0) },
    Strategy { name: "the third window to 20 s", wait: |_, elapsed| with_third(elapsed, 20.0) },
    Strategy { name: "the third window to 33 s", wait: |_, elapsed| with_third(elapsed, 33.0) },
];

/// Returns a random wait. The maximum is 1 s after the first attempt and doubles with each attempt, up to `longest` seconds. The
/// minimum is the fraction `least` of the maximum.
fn doubled(attempt: u32, longest: f64, least: f64) -> Duration {
    let most = 2_f64.powi(attempt.min(30).cast_signed() - 1).min(longest);
    Duration::from_secs_f64(most * (least + (1.0 - least) * fastrand::f64()))
}

/// Returns the wait until a random time in one of these windows, which are ranges of seconds since the first attempt. Uses the
/// first window that begins after `elapsed`. If `elapsed` is zero, uses the first window of the list.
fn windows(elapsed: Duration, windows: &[Range<f64>]) -> Duration {
    let now = elapsed.as_secs_f64();
    match windows.iter().find(|window| window.start > now || elapsed.is_zero()) {
        Some(Range { start, end }) => Duration::from_secs_f64(start + (end - start) * fastrand::f64() - now),
        None => LATEST_START,
    }
}

/// Returns a wait with the time windows of this provider, except that the third window ends at `third`.
fn with_third(elapsed: Duration, third: f64) -> Duration {
    windows(elapsed, &[0.4..2.6, 3.1..6.4, 7.0..third, third + 0.5..40.0, 40.0..45.0, 45.0..50.0])
}

/// The outcome of a simulation. Times are in seconds since the first attempt.
struct Outcome {
    served: f64,
    last: f64,
    requests: f64,
    p50: f64,
    p99: f64,
}

fn simulate(processes: u32, (rate, burst): (f64, f64), strategy: &Strategy) -> Outcome {
    let mut next: BinaryHeap<_> = (0..processes).map(|process| Reverse((Duration::ZERO, process, 1))).collect();
    let (mut tokens, mut filled) = (burst, Duration::ZERO);
    let (mut times, mut requests) = (Vec::new(), 0_u32);
    while let Some(Reverse((now, process, attempt))) = next.pop() {
        requests += 1;
        tokens = ((now - filled).as_secs_f64().mul_add(rate, tokens)).min(burst);
        filled = now;
        if tokens >= 1.0 {
            tokens -= 1.0;
            times.push(now.as_secs_f64());
            continue;
        }
        let then = now + (strategy.wait)(attempt, now);
        if then < LATEST_START {
            next.push(Reverse((then, process, attempt + 1)));
        }
    }
    let at = |part: f64| times.get(((times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or_default();
    Outcome {
        served: times.len() as f64,
        last: at(1.0),
        requests: f64::from(requests) / f64::from(processes),
        p50: at(0.5),
        p99: at(0.99),
    }
}

/// Returns the mean of several simulations. With more processes, fewer simulations are run, because each simulation takes longer
/// and the results differ less.
fn mean(processes: u32, limit: (f64, f64), strategy: &Strategy) -> Outcome {
    let count = (100_000 / processes).clamp(1, 100);
    let outcomes: Vec<_> = (0..count).map(|_| simulate(processes, limit, strategy)).collect();
    let mean = |part: fn(&Outcome) -> f64| outcomes.iter().map(part).sum::<f64>() / f64::from(count);
    Outcome {
        served: mean(|outcome| outcome.served),
        last: mean(|outcome| outcome.last),
        requests: mean(|outcome| outcome.requests),
        p50: mean(|outcome| outcome.p50),
        p99: mean(|outcome| outcome.p99),
    }
}

fn main() -> io::Result<()> {
    fastrand::seed(1);
    let mut out = io::stdout().lock();
    writeln!(out, "rate,burst,strategy,processes,served,least,last,requests,p50,p99")?;
    for (rate, burst) in LIMITS {
        for strategy in &STRATEGIES {
            for processes in PROCESSES {
                let Outcome { served, last, requests, p50, p99 } = mean(processes, (rate, burst), strategy);
                let least = ((f64::from(processes) - burst) / rate).max(0.0);
                let name = strategy.name;
                writeln!(
                    out,
                    "{rate},{burst},{name},{processes},{served:.1},{least:.2},{last:.2},{requests:.3},{p50:.2},{p99:.2}"
                )?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_provider_meets_the_numbers_on_the_page() {
        fastrand::seed(1);
        for (processes, last, requests) in
            [(1, 0.0, 1.0), (50, 0.0, 1.0), (230, 2.8, 1.18), (300, 6.5, 1.75), (1000, 46.0, 3.5)]
        {
            let outcome = mean(processes, LIMITS[0], &STRATEGIES[0]);
            assert!(outcome.served >= f64::from(processes), "{processes}: {} served", outcome.served);
            assert!(outcome.last <= last, "{processes}: the last token after {} s", outcome.last);
            assert!(outcome.requests <= requests, "{processes}: {} requests of each run", outcome.requests);
        }
    }
}
