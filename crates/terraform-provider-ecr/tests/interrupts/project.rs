//! A home in which Terraform runs against a sandbox that may never answer.

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

/// A home whose `main.tf` is an ephemeral block and what a test adds. `gate` is a FIFO at which a script can wait for the test.
#[derive(Debug)]
pub(crate) struct Project {
    home: Home,
    pub(crate) aws: Blocking,
}

impl Project {
    pub(crate) fn new(body: &str) -> Self {
        // The scripts of these tests use nothing but what is built into a shell.
        let programs = Programs::find(&[]).expect("none is missing");
        let mut home = Home::new(PROVIDER.as_ref(), "terraform-ecr/ecr", &programs);
        let aws = Blocking::start(Options::default()).expect("a sandbox");
        // Tests compare the output of Terraform, which is not a log.
        home.unset("TF_LOG");
        home.set("AWS_ENDPOINT_URL", aws.url());
        home.set("AWS_REGION", "us-east-1");
        home.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
        home.set("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        home.write("work/main.tf", format!("{TOKEN}{body}"));
        home.pipe("gate");
        Self { home, aws }
    }

    /// A project whose calls are taken and never answered.
    pub(crate) fn silent(body: &str) -> Self {
        let project = Self::new(body);
        project.aws.hold();
        project
    }

    /// Waits for the first call.
    #[track_caller]
    pub(crate) fn is_called(&self) {
        self.aws.wait(async { timeout(DEADLINE, self.aws.called(1)).await }).expect("a call");
    }

    /// Has the provider start with a shell script, in which `<provider>` is the real one.
    pub(crate) fn wrap_provider(&mut self, script: &str) {
        let name = "overrides/terraform-provider-ecr";
        fs::remove_file(self.path(name)).expect("the link is there");
        self.home.write(name, script.replace("<provider>", PROVIDER));
    }

    /// Starts Terraform.
    pub(crate) fn start(&self, terraform: &Terraform, arguments: &[&str]) -> Running<'_> {
        self.home.start(terraform, &[arguments, &["-input=false", "-no-color"]].concat(), "")
    }

    /// Lets the one go on that reads the FIFO.
    pub(crate) fn open_gate(&self) {
        // To open it fails, and does not wait, while nobody reads.
        let open = || OpenOptions::new().write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(self.path("gate"));
        assert!(eventually(DEADLINE, || open().is_ok()), "nobody reads the FIFO");
    }

    /// Asserts that all processes end, and that neither sockets nor secrets are left.
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
