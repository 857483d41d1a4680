//! Acceptance: real Terraform and OpenTofu run the provider against moto, an AWS that nobody here wrote.
//!
//! Every test runs with every Terraform that `scripts/find-terraform` finds, as `terraform-1.15.5::the_reference_example_works`.
//! After each run of Terraform, [`project`] searches for the token and the secret key wherever one could have been left behind.

mod configuration;
mod digests;
mod moto;
mod project;
mod sandbox;
mod stage;
mod web;

// The tests, by theme.
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

/// A test by name. It panics to fail.
type Test = (&'static str, fn(&Stage));

/// Every test has moto.
const MOTO: &[&str] = &["moto_server", "python"];
/// Those of [`digests::SCRIPT`] as well.
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
    drop(servers); // the last owner: ends moto
    conclusion.exit_code()
}

fn trial(terraform: &Terraform, servers: &Arc<Servers>, needs: &'static [&'static str], (name, check): Test) -> Trial {
    let (terraform, servers) = (terraform.clone(), Arc::clone(servers));
    test::trial(format!("{}::{name}", terraform.name), needs, move |programs| {
        check(&Stage { terraform, servers, programs });
        Ok(())
    })
}

/// The tests, and the programs that they need.
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
    // OpenTofu rejects a provider configuration that is not wholly known.
    if !terraform.is_opentofu() {
        tests.push((unknown::TESTS, DIGESTS));
        tests.push((functions::TESTS_OF_TERRAFORM, MOTO));
    }
    tests
}
