//! A home directory in which Terraform runs against a sandbox. The sandbox can leave calls without a response.

use std::{
    fs::{self, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
};

use ecr_sandbox::{Blocking, Options};
use nix::fcntl::OFlag;
use test_support::{
    deadline::{DEADLINE, eventually},
    home::Home,
    programs::Programs,
    running::Running,
    search::Search,
    terraform::Terraform,
};
use tokio::time::timeout;

const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

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

/// A home directory. `main.tf` has an ephemeral block and the configuration that the test adds. `gate` is a FIFO at which a
/// script can wait until the test opens it.
#[derive(Debug)]
pub(crate) struct Project {
    home: Home,
    pub(crate) aws: Blocking,
}

impl Project {
    pub(crate) fn new(body: &str) -> Self {
        // The scripts of these tests use only the built-in commands of a shell.
        let programs = Programs::find(&[]).expect("none is missing");
        let mut home = Home::new(PROVIDER.as_ref(), "terraform-ecr/ecr", &programs);
        let aws = Blocking::start(Options::default()).expect("a sandbox");
        // Tests compare the output of Terraform. With TF_LOG, the output would also have log lines.
        home.unset("TF_LOG");
        home.set("AWS_ENDPOINT_URL", aws.url());
        home.set("AWS_REGION", "us-east-1");
        home.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
        home.set("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        home.write("work/main.tf", format!("{TOKEN}{body}"));
        home.pipe("gate");
        Self { home, aws }
    }

    /// Creates a project whose sandbox accepts calls and never sends a response.
    pub(crate) fn silent(body: &str) -> Self {
        let project = Self::new(body);
        project.aws.hold();
        project
    }

    /// Waits for the first call to the sandbox.
    #[track_caller]
    pub(crate) fn is_called(&self) {
        self.aws.wait(async { timeout(DEADLINE, self.aws.called(1)).await }).expect("a call");
    }

    /// Makes Terraform start this shell script instead of the provider. `<provider>` in the script is replaced with the path of the
    /// provider.
    pub(crate) fn wrap_provider(&mut self, script: &str) {
        let name = "overrides/terraform-provider-ecr";
        fs::remove_file(self.path(name)).expect("the link is there");
        self.home.write(name, script.replace("<provider>", PROVIDER));
    }

    /// Starts Terraform with these arguments.
    pub(crate) fn start(&self, terraform: &Terraform, arguments: &[&str]) -> Running<'_> {
        self.home.start(terraform, &[arguments, &["-input=false", "-no-color"]].concat(), "")
    }

    /// Opens the FIFO, so that the process that waits for the FIFO continues.
    pub(crate) fn open_gate(&self) {
        // While no process reads the FIFO, opening the FIFO for writing fails immediately.
        let open = || OpenOptions::new().write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(self.path("gate"));
        assert!(eventually(DEADLINE, || open().is_ok()), "no process reads the FIFO");
    }

    /// Asserts that all processes end, and that no sockets or secrets are left behind.
    #[track_caller]
    pub(crate) fn leaves_nothing(&self, plan: &Running<'_>) {
        plan.leaves_nothing();
        let sent = self.aws.secrets();
        let search = Search::new(sent.iter().map(String::as_str).chain([SECRET_KEY]));
        assert_eq!(self.home.left_behind(search, &[]), Vec::<String>::new());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path(name)
    }
}
