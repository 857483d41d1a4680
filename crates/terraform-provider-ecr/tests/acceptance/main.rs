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
mod stage;
mod terraform;

// The tests, by theme.
mod bad_input;
mod calls;
mod commands;
mod credentials;
mod demo;
mod denied;
mod every_argument;
mod examples;
mod installation;
mod logins;
mod reference;
mod regions;
mod roles;
mod unknown;
mod usage;

use std::{
    process::{Command, ExitCode, Stdio},
    sync::Arc,
};

use libtest_mimic::{Arguments, Trial};

use crate::stage::{Stage, World};

/// A test by name. It panics to fail.
type Test = (&'static str, fn(&Stage));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let world = Arc::new(World::default());
    let has_skopeo = Command::new("skopeo").arg("--version").stdout(Stdio::null()).status().is_ok();
    let mut trials = leaks::trials();
    trials.push(demo::trial());
    for terraform in terraform::find() {
        let stage = Arc::new(Stage { terraform, world: Arc::clone(&world) });
        trials.extend(tests(&stage).map(|test| trial(&stage, test)));
        // Those who have no skopeo see that these were not run.
        let logins = logins::TESTS.iter().map(|test| trial(&stage, *test).with_kind("needs skopeo"));
        trials.extend(logins.map(|trial| trial.with_ignored_flag(!has_skopeo)));
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
        roles::TESTS,
        credentials::TESTS,
        commands::TESTS,
        every_argument::TESTS,
        calls::TESTS,
        denied::TESTS,
        bad_input::TESTS,
        installation::TESTS,
        examples::TESTS,
    ];
    // OpenTofu demands values that are wholly known, so a provider configuration that is not cannot be served there.
    let for_terraform_only = if stage.terraform.is_opentofu() { &[][..] } else { unknown::TESTS };
    for_every_tool.into_iter().flatten().chain(for_terraform_only).copied()
}
