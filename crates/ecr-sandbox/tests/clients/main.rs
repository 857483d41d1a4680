//! Tests of the sandbox with real clients. The AWS CLI and the AWS SDK for Python request tokens, and Docker, skopeo and curl log
//! in with the tokens.
//!
//! The tests run the built binary of the sandbox. Every client is a process with its own home directory and an environment that
//! the test sets. Every address in the client's configuration is on loopback.

mod client;
mod output;
mod sandbox;
mod stage;
mod token;

// The tests, by client.
mod as_proxy;
mod aws_cli;
mod boto3;
mod curl;
mod docker;
mod policies;
mod skopeo;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use test_support::{programs::Programs, test};

/// A test of real clients.
type Test = test::Test<Programs>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tests =
        [as_proxy::TESTS, aws_cli::TESTS, boto3::TESTS, curl::TESTS, docker::TESTS, policies::TESTS, skopeo::TESTS]
            .concat();
    let trials = tests.into_iter().map(trial).collect();
    test::run(&arguments, trials).exit_code()
}

fn trial(test: Test) -> Trial {
    test::trial(test.name, test.needs, move |programs| {
        (test.check)(&programs);
        Ok(())
    })
}
