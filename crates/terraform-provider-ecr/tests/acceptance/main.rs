//! Acceptance tests: real Terraform and OpenTofu run the provider against moto, an independent implementation of AWS.
//!
//! Every test runs with every Terraform that `scripts/find-terraform` finds. An example of a test name is
//! `terraform-1.15.5::the_reference_example_works`. After each run of Terraform, [`project`] searches for the token and the secret key in
//! every place where a run could leave them behind.

mod configuration;
mod digests;
mod moto;
mod project;
mod sandbox;
mod stage;
mod web;

// The modules with the tests, one for each theme.
mod commands;
mod debugged;
mod demo;
mod denied;
mod every_argument;
mod examples;
mod functions;
mod installation;
mod logins;
mod packages;
mod pulls;
mod reference;
mod registries;
mod roles;
mod unknown;
mod usage;
mod workflows;

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Trial};
use test_support::{terraform::Terraform, test};

use crate::stage::{Servers, Stage};

/// The name of a test, and its function. The function panics if the test fails.
type Test = (&'static str, fn(&Stage));

/// The programs that moto needs.
const MOTO: &[&str] = &["moto_server", "python"];
/// The programs that moto and [`digests::SCRIPT`] need.
const DIGESTS: &[&str] = &["cut", "moto_server", "printenv", "python", "sh", "sha256sum"];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let servers = Arc::new(Servers::default());
    let mut trials = demo::trials();
    trials.push(packages::trial());
    trials.push(workflows::trial());
    for terraform in Terraform::all() {
        for (tests, needs) in tests(&terraform) {
            trials.extend(tests.iter().map(|test| trial(&terraform, &servers, needs, *test)));
        }
    }

    let conclusion = test::run(&arguments, trials);
    drop(servers); // ends moto, because no other owner of moto is left
    conclusion.exit_code()
}

fn trial(terraform: &Terraform, servers: &Arc<Servers>, needs: &'static [&'static str], (name, check): Test) -> Trial {
    let (terraform, servers) = (terraform.clone(), Arc::clone(servers));
    test::trial(format!("{}::{name}", terraform.name), needs, move |programs| {
        check(&Stage { terraform, servers, programs });
        Ok(())
    })
}

/// Returns lists of tests, each with the programs that the tests in the list need.
fn tests(terraform: &Terraform) -> Vec<(&'static [Test], &'static [&'static str])> {
    let mut tests = vec![
        (reference::TESTS, DIGESTS),
        (usage::TESTS, DIGESTS),
        (registries::TESTS, MOTO),
        (roles::TESTS, MOTO),
        (functions::TESTS, MOTO),
        (commands::TESTS, DIGESTS),
        (every_argument::TESTS, DIGESTS),
        (debugged::TESTS, MOTO),
        (denied::TESTS, DIGESTS),
        (installation::TESTS, &installation::NEEDS),
        (packages::TESTS, &packages::NEEDS),
        (examples::TESTS, MOTO),
        (examples::TESTS_OF_HELM, examples::NEEDS_OF_HELM),
        (examples::TESTS_OF_KUBERNETES, examples::NEEDS_OF_KUBERNETES),
        (logins::TESTS, &logins::NEEDS),
        (pulls::TESTS, &pulls::NEEDS),
    ];
    // OpenTofu rejects a provider configuration that has unknown values.
    if !terraform.is_opentofu() {
        tests.push((unknown::TESTS, DIGESTS));
        tests.push((functions::TESTS_OF_TERRAFORM, MOTO));
    }
    tests
}
