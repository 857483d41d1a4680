//! Checks that a process that runs for days, as with `-debug`, releases the memory and the files that it uses.

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

/// The number of times that Terraform walks its graph. During the first walks, the process allocates memory that stays in use.
const WALKS: usize = 300;
const WARM_UP: usize = 100;

/// The Regions in which each walk opens a token.
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

/// The maximum time for the provider to notice that a connection is closed.
const SETTLED: Duration = Duration::from_secs(10);

/// The maximum growth in memory, in KiB. This limit allows 230 bytes for each of the 2,000 tokens after the warm-up. Measured: at most 100
/// KiB, also after 100,000 tokens.
const MORE_KIB: usize = 448;
/// The maximum growth in open files: one or two connections may still be closing.
const MORE_FILES: usize = 2;

/// The memory and the number of open files of a process at one moment.
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

    /// Waits until the process has at most this number of open files, or until the time limit. Returns the last measurement.
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

/// Runs the calls of one walk on a new connection: configures the provider, opens a token in each Region, and closes the tokens.
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
#[expect(clippy::print_stdout, reason = "with --nocapture, the measured values are shown")]
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
