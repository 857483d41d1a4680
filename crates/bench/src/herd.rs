//! Measures many runs at the same time, each in its own process. The sandbox has the limit that AWS documents for ECR:
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

/// The number of requests per second that succeed in the long run.
const RATE: f64 = 20.0;
/// The maximum number of requests that succeed at the same time.
const BURST: f64 = 200.0;
/// Pairs of a number of processes and a number of measurements. With few processes, the time of the last token varies at random,
/// and more measurements are needed.
const PROCESSES: [(usize, usize); 5] = [(1, 5), (50, 5), (230, 5), (300, 3), (1000, 1)];
/// The number of clients in one process. The same number of provider processes would need more memory than most machines have.
const CLIENTS: usize = 3000;
/// The number of providers that start at the same time. The start is not part of the measurement.
const CONCURRENT_STARTS: usize = 8;

pub(crate) fn measure(subjects: &[Subject], report: &mut Report) {
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ours = subjects.iter().filter(|subject| subject.name == OURS);
    for provider in ours.filter_map(|subject| subject.provider.as_ref()) {
        for (count, times) in PROCESSES {
            let outcomes: Vec<_> = (0..times).map(|_| runtime.block_on(processes(provider, count))).collect();
            add(&format!("{count} run{} at once", if count == 1 { "" } else { "s" }), &outcomes, report);
        }
    }
    add(&format!("{CLIENTS} clients at once, in one process"), &[runtime.block_on(clients())], report);
}

/// The result for many processes or clients that each request a token at the same time.
struct Outcome {
    asked: usize,
    /// The time until each token arrived, in seconds, sorted.
    times: Vec<f64>,
    requests: usize,
}

impl Outcome {
    /// Returns the outcome. `times` has the time of each attempt that succeeded, and `None` for each failure.
    fn new(times: &[Option<Duration>], sandbox: &Sandbox) -> Self {
        let mut seconds: Vec<_> = times.iter().flatten().map(Duration::as_secs_f64).collect();
        seconds.sort_by(f64::total_cmp);
        Self { asked: times.len(), times: seconds, requests: sandbox.call_count() }
    }

    /// Returns the time, in seconds, after which this fraction of the tokens had arrived.
    fn at(&self, part: f64) -> f64 {
        self.times.get(((self.times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or_default()
    }

    /// Returns the time of the last token, divided by the least possible time.
    fn ratio_to_least(&self) -> f64 {
        self.at(1.0) / ((self.times.len() as f64 - BURST) / RATE)
    }
}

fn add(what: &str, outcomes: &[Outcome], report: &mut Report) {
    let mut add = |detail: &str, unit, of: &dyn Fn(&Outcome) -> f64| {
        let summary = Summary::from_samples(outcomes.iter().map(of).collect());
        report.add(&format!("{what}, {detail}"), unit, OURS, summary);
    };
    add("tokens", Unit::Count, &|outcome| outcome.times.len() as f64);
    add("half of the tokens after", Unit::Seconds, &|outcome| outcome.at(0.5));
    add("99 % after", Unit::Seconds, &|outcome| outcome.at(0.99));
    add("the last after", Unit::Seconds, &|outcome| outcome.at(1.0));
    if outcomes.iter().all(|outcome| outcome.times.len() as f64 > BURST) {
        add("the last against the least possible", Unit::Ratio, &Outcome::ratio_to_least);
    }
    add("requests of each", Unit::Ratio, &|outcome| outcome.requests as f64 / outcome.asked as f64);
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
    let plugins: Vec<_> = stream::iter((0..count).map(|_| start())).buffer_unordered(CONCURRENT_STARTS).collect().await;
    limit(&sandbox);
    let start = Instant::now();
    let open = async |(plugin, token): &(Plugin, Config)| {
        let opened = plugin.open(TOKEN, token.clone()).await.expect("an answer");
        opened.diagnostics.is_empty().then(|| start.elapsed())
    };
    let outcome = Outcome::new(&join_all(plugins.iter().map(open)).await, &sandbox);
    for (plugin, _) in plugins {
        plugin.shutdown().await.expect("the provider ends");
    }
    outcome
}

async fn clients() -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    let variables = variables(&sandbox);
    let environment = Environment::from_variables(&variables.each_ref().map(|(name, value)| (*name, value.as_str())));
    // Each client has its own session, because clients with the same session share a token.
    let client = || Client::new(Session::new(Settings::default(), environment.clone()));
    let clients: Vec<_> = (0..CLIENTS).map(|_| client()).collect();
    limit(&sandbox);
    let start = Instant::now();
    let ask = async |client: &Client| client.token(Request::default()).await.ok().map(|_| start.elapsed());
    Outcome::new(&join_all(clients.iter().map(ask)).await, &sandbox)
}
