//! `make soak`: one provider process with `-debug` serves the tokens and renewals of a day within a few minutes.
//!
//! Tokens and credentials expire after seconds, and keys change once a second. Random faults make requests fail. Many Terraform
//! clients connect, open tokens with different identities, and disconnect. Some clients stay connected for the whole run. The run
//! fails
//!
//! - if memory grows, or too many files or threads are left;
//! - if a token belongs to an identity other than the configured identity;
//! - if the provider, which logs at the level `TRACE`, prints a secret.
//!
//! `SEED=` repeats the choices of a run, and `OPENS=` is the number of tokens, 100,000 by default.

mod faults;
mod holdings;
mod identity;
mod wear;

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use ecr_sandbox::{Options, Sandbox};
use fastrand::Rng;
use tokio::{runtime, task::JoinSet, time::sleep};

use crate::{
    faults::inject_faults,
    holdings::{Holdings, flaws},
    identity::{Identities, secrets_in},
    wear::Wear,
};

/// The number of concurrent Terraform clients that connect and disconnect.
const SHORT_SESSIONS: usize = 12;
/// The number of Terraform clients that stay connected.
const LONG_SESSIONS: usize = 4;
/// The lifetime of tokens. Usually, tokens live for 12 hours and are renewed four times a day. Credentials usually live for an
/// hour and are renewed 48 times a day.
const TOKEN_LIFETIME: Duration = Duration::from_secs(2);
const SAMPLE: Duration = Duration::from_millis(500);
/// The time to wait after the run, so that connections can end.
const SETTLE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let number = |name: &str| variable(name).and_then(|text| text.parse().ok());
    let Some(provider) = variable("SOAK_PROVIDER").map(PathBuf::from) else {
        say("soak: SOAK_PROVIDER is not set: run `make soak`, which sets it");
        return ExitCode::FAILURE;
    };
    let seed = number("SEED").unwrap_or_else(|| fastrand::u64(..));
    let opens = number("OPENS").unwrap_or(100_000);
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let flaws = runtime.block_on(soak(&provider, seed, opens));
    for flaw in &flaws {
        say(&format!("soak: {flaw}"));
    }
    say(&format!("soak: {}, SEED={seed}", if flaws.is_empty() { "passed" } else { "FAILED" }));
    if flaws.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn soak(provider: &Path, seed: u64, opens: u64) -> Vec<String> {
    let home = tempfile::Builder::new().prefix("soak-").tempdir().expect("a directory");
    let identities = Arc::new(Identities::new(home.path()));
    let mut options = Options::default();
    options.keys = identities.keys();
    options.token_lifetime = TOKEN_LIFETIME;
    options.keep_calls = false;
    // An endpoint in AWS's format. The provider reads the account of a token from this endpoint.
    options.proxy_endpoint = Some("https://{account}.dkr.ecr.{region}.amazonaws.com".to_owned());
    let sandbox = Arc::new(Sandbox::start(options).await.expect("a sandbox"));
    let printed = home.path().join("printed");
    let mut process = start(provider, home.path(), &printed);
    let socket = attached(&printed).await;
    let wear = Arc::new(Wear::new(opens, socket, Arc::clone(&sandbox), Arc::clone(&identities)));

    let mut rng = Rng::with_seed(seed);
    let mut tasks = JoinSet::new();
    for _ in 0..SHORT_SESSIONS {
        tasks.spawn(Arc::clone(&wear).run_short_sessions(rng.fork()));
    }
    for _ in 0..LONG_SESSIONS {
        tasks.spawn(Arc::clone(&wear).run_long_session(rng.fork()));
    }
    let mut others = JoinSet::new();
    others.spawn(inject_faults(Arc::clone(&sandbox), rng.fork()));
    let changing = Arc::clone(&identities);
    others.spawn(async move { changing.change().await });

    say(&format!("soak: {opens} tokens, process {}", process.id()));
    let (start, mut samples) = (Instant::now(), Vec::new());
    let mut reported = 0;
    while !wear.is_done() {
        sleep(SAMPLE).await;
        let Some(now) = Holdings::read(process.id()) else { break };
        samples.push((wear.opened(), now));
        let tenth = wear.opened() * 10 / opens;
        if tenth > reported {
            reported = tenth;
            let seconds = start.elapsed().as_secs();
            say(&format!(
                "{seconds:4} s  {:7} tokens opened, {:6} of them failed  {now}",
                wear.opened(),
                wear.failed()
            ));
        }
    }
    tasks.join_all().await;
    others.shutdown().await;
    sandbox.clear_faults();
    sleep(SETTLE).await;
    let last = Holdings::read(process.id());
    let shown = last.map_or_else(|| "the process has ended".to_owned(), |last| last.to_string());
    say(&format!(
        "{:4} s  at the end, after {} calls to AWS: {shown}",
        start.elapsed().as_secs(),
        sandbox.call_count()
    ));
    process.kill().and_then(|()| process.wait()).expect("the provider ends");
    let size = fs::metadata(&printed).expect("a file").len();
    say(&format!("soak: searching {:.1} MB of output for secrets", size as f64 / 1e6));
    let changes = usize::try_from(start.elapsed().as_secs()).expect("a time");
    let mut found =
        [wear.flaws(), flaws(&samples, last, opens), secrets_in(&printed, &identities, &sandbox, changes)].concat();
    if wear.failed() * 2 > opens {
        found.push(format!("{} of {opens} tokens failed", wear.failed()));
    }
    found.sort();
    found.dedup();
    found
}

/// Starts the provider with `-debug`. The provider writes its whole output, with the most detailed logs, to the file `printed`.
fn start(provider: &Path, home: &Path, printed: &Path) -> Child {
    let output = fs::File::create(printed).expect("a file");
    let errors = output.try_clone().expect("a file");
    Command::new(provider)
        .arg("-debug")
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "TRACE")])
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // Without these variables, glibc sometimes keeps the memory of large responses:
        // https://man7.org/linux/man-pages/man3/mallopt.3.html
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .env("MALLOC_TRIM_THRESHOLD_", "131072")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .expect("the provider starts")
}

/// Waits until the provider prints the path of its socket, and returns this path.
async fn attached(printed: &Path) -> PathBuf {
    for _ in 0..200 {
        let text = fs::read_to_string(printed).unwrap_or_default();
        let found = text.split_once("TF_REATTACH_PROVIDERS='").and_then(|(_, rest)| rest.split_once('\''));
        if let Some((json, _)) = found {
            let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
            return json["terraform-ecr/ecr"]["Addr"]["String"].as_str().expect("an address").into();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the provider does not start: {}", fs::read_to_string(printed).unwrap_or_default());
}

/// Returns the value of an environment variable, if it is not empty.
#[expect(clippy::disallowed_methods, reason = "the only function of this program that reads the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn say(line: &str) {
    // This write fails if nobody reads the output. The line is then not needed.
    writeln!(io::stdout(), "{line}").ok();
}
