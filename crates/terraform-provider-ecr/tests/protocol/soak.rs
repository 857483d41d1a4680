//! A process that serves for days, as `-debug` lets it, gives back what it takes.

use std::{fs, time::Duration};

use ecr_sandbox::Sandbox;
use serde_json::Value as Json;
use terraform_plugin_testing::Process;
use tokio::{
    task::JoinSet,
    time::{self, Instant},
};

use crate::{
    aws::sandbox,
    debug::{attach, debug},
    session::{Schemas, TOKEN},
};

/// Walks of Terraform's graph. In the first ones the process takes what it goes on to need.
const WALKS: usize = 300;
const WARM_UP: usize = 100;

/// Each walk opens a token in each of these Regions.
const REGIONS: [&str; 10] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

/// Long enough for the provider to notice that a connection is gone.
const SETTLED: Duration = Duration::from_secs(10);

/// 2,000 tokens that leave so much behind leave 230 bytes each. Measured: 100 KiB more at most, after 100,000 as well.
const MORE_KIB: usize = 448;
/// A connection or two.
const MORE_FILES: usize = 2;

/// The memory and the files of a process at one moment.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    rss_kib: usize,
    files: usize,
}

impl Holdings {
    fn read(process: &Process) -> Self {
        let directory = format!("/proc/{}", process.pid());
        let status = fs::read_to_string(format!("{directory}/status")).expect("the process runs");
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        let rss = rss.trim().strip_suffix(" kB").expect("in KiB");
        let files = fs::read_dir(format!("{directory}/fd")).expect("the process is ours").count();
        Self { rss_kib: rss.parse().expect("a number"), files }
    }

    /// As soon as it has no more files than it should, or at the deadline.
    async fn settled(process: &Process, files: usize) -> Self {
        let start = Instant::now();
        loop {
            let now = Self::read(process);
            if now.files <= files || start.elapsed() > SETTLED {
                return now;
            }
            time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Terraform comes, configures, opens and closes a token of every Region, and goes.
async fn walk(reattach: &Json, sandbox: &Sandbox) {
    let client = attach(reattach).await;
    let schemas = Schemas::read(&client).await;
    assert_eq!(client.configure(schemas.provider_for(sandbox)).await.expect("an answer"), []);
    let mut opens = JoinSet::new();
    for region in REGIONS {
        let (client, config) = (client.clone(), schemas.token_config().set("region", region));
        opens.spawn(async move { client.open(TOKEN, config).await });
    }
    for opened in opens.join_all().await {
        assert_eq!(opened.expect("an answer").diagnostics, []);
        assert_eq!(client.close(TOKEN, None).await.expect("an answer"), []);
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "how much it is, for a person who asks with --nocapture")]
async fn many_tokens_do_not_leak_memory_or_files() {
    let (process, reattach) = debug("-debug").await;
    let sandbox = sandbox().await;
    let start = Instant::now();
    for _ in 0..WARM_UP {
        walk(&reattach, &sandbox).await;
    }
    let before = Holdings::read(&process);
    for _ in WARM_UP..WALKS {
        walk(&reattach, &sandbox).await;
    }
    let after = Holdings::settled(&process, before.files).await;
    println!("{before:?}, then {after:?} {:.1?} after the start", start.elapsed());
    assert_eq!(sandbox.call_count(), WALKS * REGIONS.len());
    assert!(after.files <= before.files + MORE_FILES, "{before:?}, then {after:?}");
    assert!(after.rss_kib <= before.rss_kib + MORE_KIB, "{before:?}, then {after:?}");
}
