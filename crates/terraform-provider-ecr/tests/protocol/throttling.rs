//! Many blocks at once, at an ECR that lets only so many calls through.

use ecr_sandbox::{Effect, Fault};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    aws::sandbox,
    session::{Session, TOKEN},
};

const BLOCKS: usize = 500;
const REGIONS: usize = 50;

/// ECR's limit for GetAuthorizationToken, in calls a second.
const RATE: f64 = 20.0;

/// Opens all the blocks at once and returns how many calls that took.
#[expect(clippy::print_stdout, reason = "how many and how long, for a person who asks with --nocapture")]
async fn calls_with_burst(burst: f64) -> usize {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    sandbox.fault(Fault::new("GetAuthorizationToken", Effect::Throttle { rate: RATE, burst }));
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
    println!("{BLOCKS} blocks, a burst of {burst}: {} calls in {:.1?}", sandbox.call_count(), start.elapsed());
    sandbox.call_count()
}

/// The limit of ECR is enough.
#[tokio::test]
async fn five_hundred_blocks_in_fifty_regions_need_fifty_calls() {
    assert_eq!(calls_with_burst(200.0).await, REGIONS);
}

/// Of the 50 first attempts 20 get through. 0.4 seconds pass before the 30 second ones, so there is room for 8 of them at least. There is room
/// for 10 of the third ones, half a second later, and of the fourth: 50 + 30 + 22 + 12 + 2.
#[tokio::test]
async fn throttled_calls_succeed_with_few_more_attempts() {
    let calls = calls_with_burst(20.0).await;
    assert!(calls > REGIONS, "some are throttled");
    assert!(calls <= 50 + 30 + 22 + 12 + 2, "{calls}");
}
