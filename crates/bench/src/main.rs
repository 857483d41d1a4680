//! `make bench`: measures the costs of the provider, and compares them with Terraform alone and with other providers.
//!
//! `PEER=` is the path of a binary of hashicorp/aws version 5, and `RUNS=` is the number of runs of each command. With `CHECK=1`,
//! the program fails if a budget is missed. docs/benchmarks.md describes the method.

mod accounts;
mod budgets;
mod command;
mod counts;
mod herd;
mod lifecycle;
mod report;
mod shim;
mod stage;
mod statistics;
mod subject;

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use crate::{report::Report, stage::Stage, subject::Subject};

/// The settings of a run, from environment variables.
struct Settings {
    provider: PathBuf,
    /// The path of a provider that does nothing.
    empty: PathBuf,
    terraform: PathBuf,
    peer: Option<PathBuf>,
    runs: usize,
    checks: bool,
    /// The directory for the results.
    results: PathBuf,
}

fn main() -> ExitCode {
    if let Some(provider) = variable("BENCH_PROVIDER_OF_SHIM") {
        return shim::run(&provider);
    }
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(problem) => {
            say(&format!("bench: {problem}"));
            return ExitCode::FAILURE;
        }
    };
    let subjects = Subject::all(&settings.provider, &settings.empty, settings.peer.as_deref());
    let stage = Stage::new(settings.terraform.clone());
    let mut report = Report::new(&settings.terraform, &subjects, command::in_words(settings.runs));
    say("commands: Terraform with each provider in turn");
    command::measure(&stage, &subjects, settings.runs, &mut report);
    say("calls, processes and memory");
    counts::measure(&stage, &subjects, &mut report);
    say("the life of a process");
    lifecycle::measure(&subjects, settings.runs, &mut report);
    say("many tokens at once");
    accounts::measure(&subjects, &mut report);
    say("many runs at once");
    herd::measure(&subjects, &mut report);

    let missed = budgets::missed(&report);
    say(&report.markdown());
    if let Err(error) = report.write(&settings.results) {
        say(&format!("bench: cannot write to {}: {error}", settings.results.display()));
        return ExitCode::FAILURE;
    }
    say(&format!("wrote results.md and results.json in {}", settings.results.display()));
    for line in &missed {
        say(&format!("budget missed: {line}"));
    }
    if settings.checks && !missed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

impl Settings {
    fn from_environment() -> Result<Self, String> {
        let path = |name: &str| variable(name).map(PathBuf::from);
        let needed =
            |name: &str| path(name).ok_or_else(|| format!("{name} is not set: run `make bench`, which sets it"));
        let runs = variable("RUNS").map_or(Ok(15), |runs| runs.parse::<usize>());
        let runs = runs.ok().filter(|runs| *runs > 0).ok_or("RUNS is not a number of runs: set it to 1 or more")?;
        let peer = path("PEER");
        if let Some(peer) = peer.as_ref().filter(|peer| !peer.is_file()) {
            return Err(format!("PEER is not a file: {}", peer.display()));
        }
        Ok(Self {
            provider: needed("BENCH_PROVIDER")?,
            empty: needed("BENCH_EMPTY_PROVIDER")?,
            terraform: needed("BENCH_TERRAFORM")?,
            results: needed("BENCH_RESULTS")?,
            peer,
            runs,
            checks: variable("CHECK").is_some(),
        })
    }
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
