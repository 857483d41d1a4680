//! Measures the lifecycle of one provider process: the time until it is ready, the time of each call, and the time until it ends.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use ecr_sandbox::{Options, Sandbox};
use terraform_plugin_testing::{Config, Terraform};
use tokio::runtime;

use crate::{
    report::{Report, Unit},
    statistics::Summary,
    subject::{OURS, PEER, Provider, Subject},
};

pub(crate) const TOKEN: &str = "aws_ecr_authorization_token";

/// The environment variables that Terraform sets when it starts a provider.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"),
    ("PLUGIN_PROTOCOL_VERSIONS", "5,6"),
    ("PLUGIN_MIN_PORT", "10000"),
    ("PLUGIN_MAX_PORT", "25000"),
];

pub(crate) fn measure(subjects: &[Subject], runs: usize, report: &mut Report) {
    let providers = subjects.iter().filter_map(|subject| Some((subject.name, subject.provider.as_ref()?)));
    for (name, provider) in providers {
        let times = (0..=if name == PEER { 5 } else { runs }).map(|_| handshake(provider)).skip(1).collect();
        report.add("start to handshake line", Unit::Seconds, name, Summary::from_samples(times));
        if name == OURS {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.expect("a runtime").block_on(calls(name, provider, runs, report));
        }
    }
}

/// Returns the time from the start of the provider to its handshake line, in seconds. The provider starts without TLS, because
/// the environment does not contain a certificate of the client.
fn handshake(provider: &Provider) -> f64 {
    let start = Instant::now();
    let mut child = Command::new(&provider.path)
        .env_clear()
        .envs(ENVIRONMENT)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the provider starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let took = start.elapsed().as_secs_f64();
    assert!(line.contains("|grpc"), "{line:?}");
    child.kill().and_then(|()| child.wait()).expect("the provider ends");
    took
}

/// Returns a Terraform client with this provider, configured to call the sandbox.
pub(crate) fn terraform(provider: &Provider, sandbox: &Sandbox) -> Terraform {
    variables(sandbox)
        .into_iter()
        .fold(Terraform::new(&provider.path), |terraform, (name, value)| terraform.env(name, value))
}

/// Returns the environment variables that make a provider call the sandbox.
pub(crate) fn variables(sandbox: &Sandbox) -> [(&'static str, String); 4] {
    let key = sandbox.keys().first().expect("a key");
    [
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT_URL", sandbox.url()),
        ("AWS_ACCESS_KEY_ID", key.id.clone()),
        ("AWS_SECRET_ACCESS_KEY", key.secret.clone()),
    ]
}

/// Measures calls as Terraform makes them, with TLS.
async fn calls(name: &str, provider: &Provider, runs: usize, report: &mut Report) {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    let mut times = vec![Vec::new(); STEPS.len()];
    for run in 0..=runs {
        let terraform = terraform(provider, &sandbox);
        let mut took = Vec::new();
        let mut start;
        let mut step = |start: &mut Instant| {
            took.push(start.elapsed().as_secs_f64());
            *start = Instant::now();
        };
        // The client first creates a key for TLS, as Terraform does. The time that this takes is not part of the measurement.
        let plugin = terraform.spawn().await.expect("the provider starts");
        start = Instant::now();
        let schema = plugin.schema().await.expect("a schema");
        step(&mut start);
        let [provider, token] = [schema.provider_block(), schema.ephemeral_block(TOKEN)].map(Config::empty);
        start = Instant::now();
        plugin.configure(provider).await.expect("an answer");
        step(&mut start);
        let opened = plugin.open(TOKEN, token.clone()).await.expect("an answer");
        step(&mut start);
        assert_eq!(opened.diagnostics, [], "a token");
        plugin.open(TOKEN, token).await.expect("an answer");
        step(&mut start);
        let exit = plugin.shutdown().await.expect("the provider ends");
        step(&mut start);
        assert!(exit.status.success() && !exit.killed, "{exit:?}");
        // The first run only warms caches, and is not counted.
        if run > 0 {
            times.iter_mut().zip(took).for_each(|(times, took)| times.push(took));
        }
    }
    for (what, times) in STEPS.into_iter().zip(times) {
        report.add(what, Unit::Seconds, name, Summary::from_samples(times));
    }
}

const STEPS: [&str; 5] = [
    "call: schema",
    "call: configure",
    "call: first token, with the call to AWS on loopback",
    "call: second token",
    "shutdown to end of the process",
];
