//! Opens many blocks at the same time, while ECR limits the rate of calls.

use ecr_sandbox::{Effect, Fault};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    aws::sandbox,
    session::{Session, TOKEN},
};

const BLOCKS: usize = 500;
const REGIONS: usize = 50;

/// Opens all blocks at the same time, with this fault. Returns the number of calls.
#[expect(clippy::print_stdout, reason = "with --nocapture, the number of calls and the duration are shown")]
async fn calls_with(fault: Fault) -> usize {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    sandbox.fault(fault);
    let start = Instant::now();
    let mut opens = JoinSet::new();
    for block in 0..BLOCKS {
        let config = session.token_config().set("region", format!("eu-west-{}", block % REGIONS + 1));
        let client = session.client().clone();
        opens.spawn(async move { client.open(TOKEN, config).await });
    }
    for opened in opens.join_all().await {
        let opened = opened.expect("an answer to open");
        assert_eq!(opened.diagnostics, []);
        assert!(opened.result.is_some());
    }
    println!("{BLOCKS} blocks: {} calls in {:.1?}", sandbox.call_count(), start.elapsed());
    sandbox.call_count()
}

fn throttle(rate: f64, burst: f64) -> Fault {
    Fault::new("GetAuthorizationToken", Effect::Throttle { rate, burst })
}

/// ECR's own limit, 20 calls a second and 200 at once, is enough: no call is throttled.
#[tokio::test]
async fn five_hundred_blocks_in_fifty_regions_need_fifty_calls() {
    assert_eq!(calls_with(throttle(20.0, 200.0)).await, REGIONS);
}

/// The maximum is the sum of five rounds of attempts: 50 + 30 + 22 + 12 + 2. The burst lets 20 of the first 50 attempts succeed. In the 0.4
/// seconds before the second round, the limit recovers by 8 calls. In the half second before each of the next two rounds, the limit
/// recovers by 10 calls. A slow machine needs fewer calls.
#[tokio::test]
async fn throttled_calls_succeed_with_few_more_attempts() {
    let calls = calls_with(throttle(20.0, 20.0)).await;
    assert!(calls <= 50 + 30 + 22 + 12 + 2, "{calls}");
}

/// Throttles a fixed number of calls, and does not limit the rate. A slow machine sends 50 calls so slowly that ECR's limit throttles none
/// of them.
#[tokio::test]
async fn each_throttled_call_is_repeated_once() {
    assert_eq!(calls_with(throttle(0.0, 0.0).times(30)).await, REGIONS + 30);
}
