//! Acceptance: real Terraform and OpenTofu run the provider against moto, an AWS that nobody here wrote.
//!
//! Every test runs with every Terraform that `scripts/find-terraform` finds, as `terraform-1.15.5::reference_example`.
//! After each run of Terraform, [`leaks`] looks for the token wherever it could have been left behind.

mod configuration;
mod digests;
mod leaks;
mod moto;
mod output;
mod project;
mod sandbox;
#[path = "../faults/secrets.rs"]
mod secrets;
mod stage;
mod web;

// The tests, by theme.
mod bad_input;
mod calls;
mod commands;
mod credentials;
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
mod regions;
mod registries;
mod roles;
mod unknown;
mod usage;
mod workflows;

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed, Trial};
use test_support::{terraform::Terraform, test};

use crate::stage::{Stage, World};

/// A test by name. It panics to fail.
type Test = (&'static str, fn(&Stage));

/// Every test has moto.
const MOTO: &[&str] = &["moto_server", "python"];
/// Those of [`digests::SCRIPT`] as well.
const DIGESTS: &[&str] = &["cut", "moto_server", "printenv", "python", "sh", "sha256sum"];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let world = Arc::new(World::default());
    let mut trials = leaks::trials();
    trials.extend(demo::trials());
    trials.push(packages::trial());
    trials.push(workflows::trial());
    let planted = || secrets::finds_what_is_planted().map_err(Failed::from);
    trials.push(Trial::test("secrets::search_finds_what_is_planted", planted));
    for terraform in Terraform::all() {
        for (tests, needs) in tests(&terraform) {
            trials.extend(tests.iter().map(|test| trial(&terraform, &world, needs, *test)));
        }
    }

    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(world); // the last owner: ends moto
    conclusion.exit_code()
}

fn trial(terraform: &Terraform, world: &Arc<World>, needs: &'static [&'static str], (name, check): Test) -> Trial {
    let (terraform, world) = (terraform.clone(), Arc::clone(world));
    test::trial(format!("{}::{name}", terraform.name), needs, move |programs| {
        check(&Stage { terraform, world, programs });
        Ok(())
    })
}

/// The tests, and the programs that they need.
fn tests(terraform: &Terraform) -> Vec<(&'static [Test], &'static [&'static str])> {
    let mut tests = vec![
        (reference::TESTS, DIGESTS),
        (usage::TESTS, DIGESTS),
        (regions::TESTS, DIGESTS),
        (registries::TESTS, MOTO),
        (functions::TESTS, MOTO),
        (roles::TESTS, DIGESTS),
        (credentials::TESTS, DIGESTS),
        (commands::TESTS, DIGESTS),
        (every_argument::TESTS, DIGESTS),
        (calls::TESTS, DIGESTS),
        (denied::TESTS, DIGESTS),
        (bad_input::TESTS, MOTO),
        (installation::TESTS, &installation::NEEDS),
        (packages::TESTS, &packages::NEEDS),
        (examples::TESTS, MOTO),
        (logins::TESTS, &logins::NEEDS),
        (pulls::TESTS, &pulls::NEEDS),
    ];
    // OpenTofu demands values that are wholly known, so a provider configuration that is not cannot be served there.
    if !terraform.is_opentofu() {
        tests.push((unknown::TESTS, DIGESTS));
    }
    tests
}
