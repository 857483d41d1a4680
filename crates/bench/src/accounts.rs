//! Measures one process that requests 100 tokens at the same time, with a role in each of 20 accounts, in 5 Regions.

use std::{
    collections::HashSet,
    fs,
    time::{Duration, Instant},
};

use ecr_sandbox::{Effect, Fault, Options, Sandbox};
use futures_util::future::join_all;
use terraform_plugin_testing::{Config, Plugin, Terraform};
use tokio::runtime;

use crate::{
    lifecycle::{TOKEN, variables},
    report::{Report, Unit},
    statistics::Summary,
    subject::{OURS, Provider, Subject, role, tokens_of},
};

/// The delay of each response of the sandbox. Without a delay, only processor time would be measured.
const ANSWER: Duration = Duration::from_millis(50);
/// The least possible time for all tokens: two delays, because the process must assume a role before it can request a token with
/// the role. Each host gets at most 20 requests, which can all be sent at the same time.
const LEAST: Duration = Duration::from_millis(100);

pub(crate) fn measure(subjects: &[Subject], report: &mut Report) {
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ours = subjects.iter().filter(|subject| subject.name == OURS);
    for provider in ours.filter_map(|subject| subject.provider.as_ref()) {
        for (accounts, regions) in [(1, 1), (20, 5)] {
            let outcome = runtime.block_on(open(provider, accounts, regions));
            let count = accounts * regions;
            let mut add = |detail: &str, unit, value: f64| {
                let tokens = format!("{count} token{} at once by roles", if count == 1 { "" } else { "s" });
                report.add(&format!("{tokens}, {detail}"), unit, OURS, Some(Summary::exactly(value)));
            };
            add("time", Unit::Seconds, outcome.took.as_secs_f64());
            add("time against the least possible", Unit::Ratio, outcome.took.as_secs_f64() / LEAST.as_secs_f64());
            add("requests", Unit::Count, outcome.requests as f64);
            add("connections", Unit::Count, outcome.connections as f64);
            add("memory at its peak", Unit::Bytes, outcome.peak);
        }
    }
}

struct Outcome {
    took: Duration,
    requests: usize,
    connections: usize,
    /// The peak memory of the provider's process, in bytes.
    peak: f64,
}

async fn open(provider: &Provider, accounts: usize, regions: usize) -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    for action in ["AssumeRole", "GetAuthorizationToken"] {
        sandbox.fault(Fault::new(action, Effect::Delay(ANSWER.as_millis() as u64)));
    }
    let directory = tempfile::tempdir().expect("a directory");
    let bundle = directory.path().join("ca.pem");
    fs::write(&bundle, sandbox.ca_certificate()).expect("a file can be written");
    // The provider calls AWS's own hosts, through the sandbox as a proxy.
    let keys = variables(&sandbox).into_iter().filter(|(name, _)| *name != "AWS_ENDPOINT_URL");
    let terraform = keys.fold(Terraform::new(&provider.path), |terraform, (name, value)| terraform.env(name, value));
    let terraform = terraform.env("HTTPS_PROXY", sandbox.url()).env("AWS_CA_BUNDLE", bundle.to_str().expect("UTF-8"));
    let plugin = terraform.spawn().await.expect("the provider starts");
    let schema = plugin.schema().await.expect("a schema");
    let diagnostics = plugin.configure(Config::empty(schema.provider_block())).await.expect("an answer");
    assert_eq!(diagnostics, []);
    let token = |(number, region)| {
        let config = Config::empty(schema.ephemeral_block(TOKEN)).set("region", region);
        config.block("assume_role", |block| block.set("role_arn", role(number)))
    };
    let start = Instant::now();
    let opened = join_all(tokens_of(accounts, regions).map(token).map(|config| plugin.open(TOKEN, config))).await;
    let took = start.elapsed();
    for opened in opened {
        assert_eq!(opened.expect("an answer").diagnostics, []);
    }
    // Requests for a tunnel are for the proxy, and not for AWS.
    let calls = sandbox.calls().into_iter().filter(|call| call.method != "CONNECT");
    let clients: Vec<_> = calls.map(|call| call.client).collect();
    let (requests, connections) = (clients.len(), clients.into_iter().collect::<HashSet<_>>().len());
    let outcome = Outcome { took, requests, connections, peak: peak(&plugin) };
    plugin.shutdown().await.expect("the provider ends");
    outcome
}

/// Returns the peak memory of the plugin's process, in bytes: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
fn peak(plugin: &Plugin) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", plugin.process().pid())).unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    peak.map_or(f64::NAN, |kib| kib * 1024.0)
}
