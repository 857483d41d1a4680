//! Installs the provider, and runs `terraform init`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use test_support::repository;

use crate::{
    Test,
    configuration::project_with_provider,
    digests::expected,
    project::Project,
    stage::{PROVIDER, Stage},
};

/// The programs that `scripts/install` and [`digests`](crate::digests) need.
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

pub(crate) const TESTS: &[Test] = &[
    ("make_install_installs_the_provider", make_install),
    ("make_install_keeps_an_existing_provider_installation", make_install_beside_a_provider_installation),
    ("make_uninstall_removes_the_provider", make_uninstall),
];

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes Terraform search for providers only in a filesystem mirror.
pub(crate) fn from_directory<'a>(project: Project<'a>, mirror: &Path) -> Project<'a> {
    let config = format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n");
    project.cli_config(&config)
}

/// Runs the part of `make install` after the build. The provider is installed into the home directory of the project. This directory has no
/// CLI configuration.
fn make_install(stage: &Stage) {
    let project = project_with_provider(stage, "").without_env(&["TF_CLI_CONFIG_FILE"]);
    install(stage, &project, &[PROVIDER], &[]);
    initialises_and_applies(stage, &project);
}

/// If the CLI configuration has a `provider_installation` block, Terraform does not search the directory into which `make install`
/// installs. The test applies the hint that `scripts/install` prints.
fn make_install_beside_a_provider_installation(stage: &Stage) {
    let project = project_with_provider(stage, "");
    let file = project.path("home/cli.tfrc");
    fs::write(&file, "provider_installation {\n  direct {}\n}\n").expect("written");
    let output = install(stage, &project, &[PROVIDER], &[("TF_CLI_CONFIG_FILE", &file)]);
    let hint = output.split_once("\nprovider_installation {").and_then(|(_, rest)| rest.split_once("\n}"));
    let (hint, _) = hint.unwrap_or_else(|| panic!("{output}"));
    assert!(output.contains(&format!("Note: {} has", file.display())), "{output}");
    initialises_and_applies(stage, &project.cli_config(&format!("provider_installation {{{hint}\n}}\n")));
}

/// Checks that `make uninstall` removes only the files that `make install` wrote.
fn make_uninstall(stage: &Stage) {
    let project = project_with_provider(stage, "");
    let other = project.path("home/.terraform.d/plugins/registry.terraform.io/hashicorp/null/other");
    fs::create_dir_all(other.parent().expect("a directory")).expect("made");
    fs::write(&other, "").expect("written");
    let before = files(&project.path("home"));
    let programs = project.path("home/../programs");
    fs::create_dir(&programs).expect("a directory");
    let provider = programs.join("terraform-provider-ecr");
    for program in [&provider, &programs.join("ecr-sandbox")] {
        fs::copy("/bin/sh", program).expect("a program");
    }
    let install = |arguments: &[&str]| install(stage, &project, arguments, &[]);
    install(&[provider.to_str().expect("UTF-8")]);
    let sandbox = project.path("home/.local/bin/ecr-sandbox");
    assert!(sandbox.is_file() && files(&project.path("home")).len() == before.len() + 4);
    let output = install(&["--uninstall"]);
    assert!(output.contains(&format!("removed {}", sandbox.display())), "{output}");
    assert_eq!(files(&project.path("home")), before);
    assert!(
        !project.path("home/.local").exists(),
        "`make uninstall` removes the directories that `make install` created"
    );
}

/// Runs `scripts/install`, and returns its standard output.
fn install(stage: &Stage, project: &Project<'_>, arguments: &[&str], environment: &[(&str, &Path)]) -> String {
    let output = Command::new(repository().join("scripts/install"))
        .args(arguments)
        .env_clear()
        .env("PATH", stage.programs.search_path())
        .env("HOME", project.path("home"))
        .envs(environment.iter().copied())
        .output()
        .expect("scripts/install runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Returns the paths of all files in a directory and its subdirectories.
fn files(directory: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { BTreeSet::from([path]) }).collect()
}

pub(crate) fn initialises_and_applies(stage: &Stage, project: &Project<'_>) {
    let address = format!("{}/terraform-ecr/ecr", stage.terraform.registry());
    project.run(&["init"]).succeeds().says(&[&format!("Installed terraform-ecr/ecr v{VERSION}")]);
    let lock = project.read(".terraform.lock.hcl");
    for line in [&*format!("provider \"{address}\" {{"), VERSION, "\"h1:"] {
        assert!(lock.contains(line), "{line} should be in the lock file:\n{lock}");
    }
    // This `init` compares the package with the hash in the lock file before `init` starts the provider.
    project.run(&["init"]).succeeds().says(&[&format!("Using previously-installed terraform-ecr/ecr v{VERSION}")]);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

/// Returns the platform in the format of `terraform version`, such as `linux_amd64`.
pub(crate) fn platform() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{}_{architecture}", std::env::consts::OS)
}
