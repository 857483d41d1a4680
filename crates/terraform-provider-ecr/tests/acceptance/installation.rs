//! The ways to install the provider that end in a real `init`.

use std::{fs, path::Path, process::Command};

use test_support::repository;

use crate::{
    Test,
    configuration::project_with_provider,
    digests::expected,
    project::Project,
    stage::{PROVIDER, Stage},
};

/// For `scripts/install`, and for [`digests`](crate::digests).
pub(crate) const NEEDS: [&str; 20] = [
    "bash",
    "cat",
    "chmod",
    "cksum",
    "cp",
    "cut",
    "dirname",
    "env",
    "grep",
    "mkdir",
    "moto_server",
    "mv",
    "python",
    "rm",
    "rmdir",
    "sed",
    "sh",
    "sha256sum",
    "tr",
    "uname",
];

pub(crate) const TESTS: &[Test] = &[("filesystem_mirror", filesystem_mirror), ("make_install", make_install)];

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A mirror that the CLI configuration names.
fn filesystem_mirror(stage: &Stage) {
    let project = project_with_provider(stage, "");
    let mirror = project.path("mirror");
    let package = mirror.join(stage.terraform.registry()).join("terraform-ecr/ecr").join(VERSION).join(platform());
    fs::create_dir_all(&package).expect("a directory for the package");
    fs::copy(PROVIDER, package.join(format!("terraform-provider-ecr_v{VERSION}"))).expect("a copy of the provider");
    initialises_and_applies(stage, &from_directory(project, &mirror));
}

/// Has Terraform look for providers in a filesystem mirror, and nowhere else.
pub(crate) fn from_directory<'a>(project: Project<'a>, mirror: &Path) -> Project<'a> {
    let config = format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n");
    project.cli_config(&config)
}

/// What `make install` does, in the home directory of the project and without any CLI configuration.
fn make_install(stage: &Stage) {
    let project = project_with_provider(stage, "").without_env(&["TF_CLI_CONFIG_FILE"]);
    let installed = Command::new(repository().join("scripts/install"))
        .arg(PROVIDER)
        .env_clear()
        .env("PATH", stage.programs.search_path())
        .env("HOME", project.path("home"))
        .output()
        .expect("scripts/install runs");
    assert!(installed.status.success(), "{installed:?}");
    initialises_and_applies(stage, &project);
}

pub(crate) fn initialises_and_applies(stage: &Stage, project: &Project<'_>) {
    let address = format!("{}/terraform-ecr/ecr", stage.terraform.registry());
    project.run(&["init"]).succeeds().says(&[&format!("Installed terraform-ecr/ecr v{VERSION}")]);
    let lock = project.read(".terraform.lock.hcl");
    for line in [&*format!("provider \"{address}\" {{"), VERSION, "\"h1:"] {
        assert!(lock.contains(line), "{line} should be in the lock file:\n{lock}");
    }
    // With the lock file, Terraform checks the package against its hash before it starts the provider.
    project.run(&["init"]).succeeds().says(&[&format!("Using previously-installed terraform-ecr/ecr v{VERSION}")]);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

/// The platform as in `terraform version`, such as `linux_amd64`.
pub(crate) fn platform() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{}_{architecture}", std::env::consts::OS)
}
