//! Many runs at once, each in a process of its own, at the limit that AWS documents for ECR.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html>

use std::time::{Duration, Instant};

use aws_base::{Environment, Session, Settings};
use ecr_sandbox::{Effect, Fault, Options, Sandbox};
use ecr_token::{Client, Request};
use futures_util::{StreamExt, future::join_all, stream};
use terraform_plugin_testing::{Config, Plugin};
use tokio::runtime;

use crate::{
    lifecycle::{TOKEN, terraform, variables},
    report::{Report, Unit},
    statistics::Summary,
    subject::{OURS, Provider, Subject},
};

/// Requests a second.
const RATE: f64 = 20.0;
/// Requests at once.
const BURST: f64 = 200.0;
const PROCESSES: [usize; 5] = [1, 50, 230, 300, 1000];
/// As clients in one process: so many providers would take more memory than most machines have.
const CLIENTS: usize = 3000;
/// Providers that start side by side. It is not measured how they start.
const STARTING: usize = 8;

pub(crate) fn measure(subjects: &[Subject], report: &mut Report) {
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ours = subjects.iter().filter(|subject| subject.name == OURS);
    for provider in ours.filter_map(|subject| subject.provider.as_ref()) {
        for count in PROCESSES {
            runtime
                .block_on(processes(provider, count))
                .report(&format!("{count} run{} at once", if count == 1 { "" } else { "s" }), report);
        }
    }
    runtime.block_on(clients()).report(&format!("{CLIENTS} clients at once, in one process"), report);
}

/// The tokens and the requests of many that ask at the same time.
struct Outcome {
    asked: usize,
    /// The time of each token, in seconds.
    times: Vec<f64>,
    requests: usize,
}

impl Outcome {
    /// Of attempts that returned a time or failed.
    fn new(times: &[Option<Duration>], sandbox: &Sandbox) -> Self {
        let mut seconds: Vec<_> = times.iter().flatten().map(Duration::as_secs_f64).collect();
        seconds.sort_by(f64::total_cmp);
        Self { asked: times.len(), times: seconds, requests: sandbox.call_count() }
    }

    fn report(&self, what: &str, report: &mut Report) {
        let mut add = |detail: &str, unit, value: f64| {
            report.add(&format!("{what}, {detail}"), unit, OURS, Some(Summary::exactly(value)));
        };
        let at =
            |part: f64| self.times.get(((self.times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or_default();
        add("tokens", Unit::Count, self.times.len() as f64);
        add("half of the tokens after", Unit::Seconds, at(0.5));
        add("99 % after", Unit::Seconds, at(0.99));
        add("the last after", Unit::Seconds, at(1.0));
        let least = (self.times.len() as f64 - BURST) / RATE;
        if least > 0.0 {
            add("the last against the least possible", Unit::Ratio, at(1.0) / least);
        }
        add("requests of each", Unit::Ratio, self.requests as f64 / self.asked as f64);
    }
}

fn limit(sandbox: &Sandbox) {
    sandbox.fault(Fault::new("GetAuthorizationToken", Effect::Throttle { rate: RATE, burst: BURST }));
}

async fn processes(provider: &Provider, count: usize) -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    let start = || async {
        let plugin = terraform(provider, &sandbox).spawn().await.expect("the provider starts");
        let schema = plugin.schema().await.expect("a schema");
        plugin.configure(Config::empty(schema.provider_block())).await.expect("an answer");
        (plugin, Config::empty(schema.ephemeral_block(TOKEN)))
    };
    let plugins: Vec<_> = stream::iter((0..count).map(|_| start())).buffer_unordered(STARTING).collect().await;
    limit(&sandbox);
    let start = Instant::now();
    let open = async |(plugin, token): &(Plugin, Config)| {
        let opened = plugin.open(TOKEN, token.clone()).await.expect("an answer");
        opened.diagnostics.is_empty().then(|| start.elapsed())
    };
    let outcome = Outcome::new(&join_all(plugins.iter().map(open)).await, &sandbox);
    for (plugin, _) in plugins {
        plugin.shutdown().await.expect("it ends");
    }
    outcome
}

async fn clients() -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    let variables = variables(&sandbox);
    let environment = Environment::from_variables(&variables.each_ref().map(|(name, value)| (*name, value.as_str())));
    // Of a session each: clients of one session share a token.
    let client = || Client::new(Session::new(Settings::default(), environment.clone()));
    let clients: Vec<_> = (0..CLIENTS).map(|_| client()).collect();
    limit(&sandbox);
    let start = Instant::now();
    let ask = async |client: &Client| client.token(Request::default()).await.ok().map(|_| start.elapsed());
    Outcome::new(&join_all(clients.iter().map(ask)).await, &sandbox)
}
