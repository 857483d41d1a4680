//! Interrupt tests: real Terraform is stopped or killed while the provider works. Nothing may be left behind.
//!
//! Every test runs with every Terraform that `scripts/find-terraform` finds. An example of a test name is `terraform-1.15.5::ctrl_c`. AWS
//! is replaced by `ecr-sandbox`, which can leave calls without a response.

mod project;

// The modules with the tests, one for each theme.
mod killed;
mod signals;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use test_support::{terraform::Terraform, test};

/// The name of a test, and its function. The function panics if the test fails.
type Test = (&'static str, fn(&Terraform));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let mut trials = Vec::new();
    for terraform in Terraform::all() {
        for (name, test) in [signals::TESTS, killed::TESTS].concat() {
            let terraform = terraform.clone();
            let trial = Trial::test(format!("{}::{name}", terraform.name), move || {
                test(&terraform);
                Ok(())
            });
            let cannot_run = name == "sighup_ends_the_command" && signals::hangup_is_ignored();
            trials.push(if cannot_run { trial.with_kind("not under nohup").with_ignored_flag(true) } else { trial });
        }
    }
    test::run(&arguments, trials).exit_code()
}
