//! Real clients: AWS's command line and SDK for Python ask for tokens, and Docker, skopeo and curl log in with them.
//!
//! The sandbox is the built binary, started as a person starts it. Every client is a process with an empty environment
//! and a home of its own, and is told no address but loopback's.

mod client;
mod deadline;
mod image;
mod output;
mod programs;
mod registry;
mod sandbox;
mod stage;
mod token;

// The tests, by client.
mod as_proxy;
mod aws_cli;
mod boto3;
mod curl;
mod docker;
mod skopeo;

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Trial};

use crate::programs::Programs;

/// A test: its name, what it needs that a machine may lack, and what panics to fail.
type Test = (&'static str, &'static [&'static str], fn(&Programs));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let programs = Arc::new(Programs::find());
    let tests = [as_proxy::TESTS, aws_cli::TESTS, boto3::TESTS, curl::TESTS, docker::TESTS, skopeo::TESTS].concat();
    let trials = tests.into_iter().map(|test| trial(test, &programs)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Ignored where something is missing, which is then its kind.
fn trial((name, needs, test): Test, programs: &Arc<Programs>) -> Trial {
    let missing = needs.iter().find(|name| !programs.has(name));
    let programs = Arc::clone(programs);
    let trial = Trial::test(name, move || {
        test(&programs);
        Ok(())
    });
    match missing {
        None => trial,
        Some(program) => trial.with_kind(format!("needs {program}")).with_ignored_flag(true),
    }
}
