//! Acceptance: real Terraform and OpenTofu run the provider against moto, an AWS that nobody here wrote.
//!
//! Every test runs with every Terraform that `scripts/find-terraform` finds, as `terraform-1.15.5::reference_example`.
//! After each run of Terraform, [`leaks`] looks for the token wherever it could have been left behind.

mod configuration;
#[path = "../../../ecr-sandbox/tests/clients/deadline.rs"]
mod deadline;
mod digests;
#[path = "../../../ecr-sandbox/tests/clients/image.rs"]
mod image;
mod leaks;
mod moto;
mod output;
#[path = "../../../ecr-sandbox/tests/clients/programs.rs"]
mod programs;
mod project;
#[path = "../../../ecr-sandbox/tests/clients/registry.rs"]
mod registry;
mod sandbox;
#[path = "../faults/secrets.rs"]
mod secrets;
mod stage;
mod terraform;
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

use crate::{
    programs::Programs,
    stage::{Stage, World},
};

/// A test by name. It panics to fail.
type Test = (&'static str, fn(&Stage));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let world = Arc::new(World::default());
    let programs = Programs::find();
    let mut trials = leaks::trials();
    trials.push(demo::trial());
    trials.push(packages::trial());
    trials.push(workflows::trial());
    let planted = || secrets::finds_what_is_planted().map_err(Failed::from);
    trials.push(Trial::test("secrets::search_finds_what_is_planted", planted));
    for terraform in terraform::find() {
        let stage = Arc::new(Stage { terraform, world: Arc::clone(&world) });
        trials.extend(tests(&stage).map(|test| trial(&stage, test)));
        // Those who lack something see that these were not run.
        for (tests, needs) in [(logins::TESTS, &["skopeo"][..]), (pulls::TESTS, &pulls::NEEDS)] {
            let kind = format!("needs {}", needs.join(", "));
            let is_missing = needs.iter().any(|name| !programs.has(name));
            let tests = tests.iter().map(|test| trial(&stage, *test).with_kind(&kind));
            trials.extend(tests.map(|trial| trial.with_ignored_flag(is_missing)));
        }
    }

    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(world); // the last owner: ends moto
    conclusion.exit_code()
}

fn trial(stage: &Arc<Stage>, (name, test): Test) -> Trial {
    let stage = Arc::clone(stage);
    Trial::test(format!("{}::{name}", stage.terraform.name), move || {
        test(&stage);
        Ok(())
    })
}

fn tests(stage: &Stage) -> impl Iterator<Item = Test> {
    let for_every_tool = [
        reference::TESTS,
        usage::TESTS,
        regions::TESTS,
        registries::TESTS,
        functions::TESTS,
        roles::TESTS,
        credentials::TESTS,
        commands::TESTS,
        every_argument::TESTS,
        calls::TESTS,
        denied::TESTS,
        bad_input::TESTS,
        installation::TESTS,
        packages::TESTS,
        examples::TESTS,
    ];
    // OpenTofu demands values that are wholly known, so a provider configuration that is not cannot be served there.
    let for_terraform_only = if stage.terraform.is_opentofu() { &[][..] } else { unknown::TESTS };
    for_every_tool.into_iter().flatten().chain(for_terraform_only).copied()
}
