//! A directory in which Terraform runs with an environment of its own.

use std::{
    fs,
    fs::{File, OpenOptions},
    os::unix::{
        fs::{OpenOptionsExt, PermissionsExt, symlink},
        process::CommandExt,
    },
    path::PathBuf,
    process::Command,
};

use ecr_sandbox::Blocking;
use nix::{fcntl::OFlag, sys::stat::Mode, unistd::mkfifo};
use tempfile::TempDir;
use test_support::{
    deadline::{DEADLINE, soon},
    programs::Programs,
    terraform::Terraform,
};

use crate::running::Running;

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

const TOKEN: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

ephemeral "aws_ecr_authorization_token" "token" {}
"#;

/// A directory tree with `work/`, where Terraform runs, `home/`, `tmp/` and `overrides/`, where the provider is. Its
/// `main.tf` is an ephemeral block and what a test adds. `gate` is a FIFO at which a script can wait for the test.
#[derive(Debug)]
pub(crate) struct Project {
    root: TempDir,
    programs: Programs,
}

impl Project {
    pub(crate) fn new(body: &str) -> Self {
        let root = tempfile::Builder::new().prefix("ecr-").tempdir().expect("a directory");
        // The scripts of these tests use nothing but what is built into a shell.
        let project = Self { root, programs: Programs::find(&[]).expect("none is missing") };
        for directory in ["work", "home", "tmp", "overrides"] {
            fs::create_dir(project.path(directory)).expect("a directory can be made");
        }
        symlink(PROVIDER, project.provider()).expect("the provider can be linked to");
        let overrides = format!("dev_overrides {{\n    \"terraform-ecr/ecr\" = {:?}\n  }}", project.path("overrides"));
        project.file("cli.tfrc", &format!("provider_installation {{\n  {overrides}\n}}\n"));
        project.file("work/main.tf", &format!("{TOKEN}{body}"));
        mkfifo(&project.path("gate"), Mode::S_IRWXU).expect("a FIFO can be made");
        project
    }

    /// Has the provider start with a shell script, in which `<provider>` is the real one.
    pub(crate) fn wrap_provider(&self, script: &str) {
        fs::remove_file(self.provider()).expect("the link is there");
        self.file("overrides/terraform-provider-ecr", &script.replace("<provider>", PROVIDER));
        fs::set_permissions(self.provider(), fs::Permissions::from_mode(0o700)).expect("it can be made executable");
    }

    /// Starts Terraform as a shell would: in a process group of its own, which the provider will be in as well.
    pub(crate) fn start(&self, test: &str, terraform: &Terraform, arguments: &[&str], aws: &Blocking) -> Running<'_> {
        let output = self.path("output");
        let file = File::create(&output).expect("a file for the output");
        let mut command = Command::new(&terraform.path);
        command.args(arguments).args(["-input=false", "-no-color"]).current_dir(self.path("work")).env_clear();
        command
            .env("PATH", self.programs.search_path())
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", aws.url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
            .stdin(File::open("/dev/null").expect("/dev/null can be opened"))
            .stdout(file.try_clone().expect("a handle to it"))
            .stderr(file)
            .process_group(0);
        let child = command.spawn().expect("Terraform starts");
        Running::new(format!("{}::{test}", terraform.name), self, child)
    }

    /// Lets the one go on that reads the FIFO.
    pub(crate) fn open_gate(&self) {
        // To open it fails, and does not wait, while nobody reads.
        let open = || OpenOptions::new().write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(self.path("gate"));
        assert!(soon(DEADLINE, || open().is_ok()), "nobody reads the FIFO");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn provider(&self) -> PathBuf {
        self.path("overrides/terraform-provider-ecr")
    }

    fn file(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("a file can be written");
    }
}
