//! Simulates many processes that ask AWS for a token at the same time, with several ways to wait after a refusal. Prints the table that
//! docs/development/scale.md shows, as CSV.
//!
//! AWS is a bucket of requests: `burst` of them at once, and `rate` more each second. An answer takes no time. A process makes no attempt
//! after [`LATEST_START`].

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io::{self, Write},
    ops::Range,
    time::Duration,
};

/// 60 seconds less the time that one attempt may take.
const LATEST_START: Duration = Duration::from_secs(50);

/// Requests a second and at once: as documented for ECR (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html>), as its
/// quota is (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>), and what others may leave of the first.
const LIMITS: [(f64, f64); 3] = [(20.0, 200.0), (200.0, 200.0), (5.0, 50.0)];

const PROCESSES: [u32; 24] = [
    1, 10, 50, 100, 200, 215, 230, 260, 300, 350, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1500, 3000, 10_000,
    100_000, 1_000_000,
];

/// A way to wait.
struct Strategy {
    name: &'static str,
    /// The wait after the attempt of this number, counted from 1, at this time after the first one.
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

/// Up to 1 s after the first attempt, and up to twice as long after each other one. The least is this part of the most.
fn doubled(attempt: u32, longest: f64, least: f64) -> Duration {
    let most = 2_f64.powi(attempt.min(30).cast_signed() - 1).min(longest);
    Duration::from_secs_f64(most * (least + (1.0 - least) * fastrand::f64()))
}

/// A random moment of the first of these windows that begins later.
fn windows(elapsed: Duration, windows: &[Range<f64>]) -> Duration {
    let now = elapsed.as_secs_f64();
    match windows.iter().find(|window| window.start > now || elapsed.is_zero()) {
        Some(Range { start, end }) => Duration::from_secs_f64(start + (end - start) * fastrand::f64() - now),
        None => LATEST_START,
    }
}

/// The windows of this provider, but for the end of the third.
fn with_third(elapsed: Duration, third: f64) -> Duration {
    windows(elapsed, &[0.4..2.6, 3.1..6.4, 7.0..third, third + 0.5..40.0, 40.0..45.0, 45.0..50.0])
}

/// The outcome for some processes. Times are in seconds since the first attempt.
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

/// The mean of some simulations: of fewer where they take longer, and differ less.
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
