//! Checks the number of connections while one process opens many tokens with many roles. Calls to a host run concurrently up to a limit,
//! and reuse connections.

use std::collections::HashSet;

use ecr_sandbox::Sandbox;
use terraform_plugin_testing::{CallResult, Config, Opened};
use tokio::task::JoinSet;

use crate::{
    aws::{called, sandbox},
    session::{Session, TOKEN},
};

/// The maximum number of concurrent calls to one host.
const MAX_CONCURRENT_REQUESTS: usize = 20;
const ROLES: usize = 20;
const REGIONS: [&str; 5] = ["ap-southeast-1", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];

/// Returns a block for each role in each Region.
fn tokens(session: &Session) -> Vec<Config> {
    let role = |number| format!("arn:aws:iam::1234567890{number:02}:role/pull");
    let token = |number, region| {
        let config = session.token_config().set("region", region);
        config.block("assume_role", |block| block.set("role_arn", role(number)))
    };
    (0..ROLES).flat_map(|number| REGIONS.map(|region| token(number, region))).collect()
}

fn connections(sandbox: &Sandbox) -> usize {
    sandbox.calls().iter().map(|call| call.client).collect::<HashSet<_>>().len()
}

#[tokio::test]
async fn a_hundred_concurrent_tokens_use_at_most_20_connections() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    sandbox.hold();
    let mut opens: JoinSet<CallResult<Opened>> = JoinSet::new();
    for config in tokens(&session) {
        let client = session.client().clone();
        opens.spawn(async move { client.open(TOKEN, config).await });
    }
    // All roles are assumed at the same time, because the sandbox holds the responses until this number of calls has arrived.
    called(&sandbox, ROLES).await;
    sandbox.release();
    for opened in opens.join_all().await {
        let opened = opened.expect("an answer");
        assert_eq!(opened.diagnostics, []);
    }
    assert_eq!(sandbox.call_count(), ROLES + ROLES * REGIONS.len());
    assert!(connections(&sandbox) <= MAX_CONCURRENT_REQUESTS, "{} connections", connections(&sandbox));
}

#[tokio::test]
async fn consecutive_tokens_share_one_connection_per_service() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    for config in tokens(&session).into_iter().step_by(ROLES - 1) {
        assert_eq!(session.open_with(config).await.diagnostics, []);
    }
    assert_eq!(connections(&sandbox), 1, "{:?}", sandbox.calls());
}
