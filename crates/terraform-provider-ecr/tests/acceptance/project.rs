//! A home directory in which Terraform runs against moto.

use std::{
    ffi::OsStr,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use test_support::{home::Home, output::Output, search::Search, terraform::Terraform};

use crate::{
    digests,
    stage::{PROVIDER, Stage},
};

/// A part of every secret that a test writes to a file.
const SECRET: &str = "hunter2";

/// A home directory, with environment variables that set the address of moto, the Region us-east-1, and a key pair that no
/// other project uses.
#[derive(Debug)]
pub(crate) struct Project<'a> {
    terraform: &'a Terraform,
    home: Home,
    access_key: String,
    secret_key: String,
}

impl<'a> Project<'a> {
    pub(crate) fn new(stage: &'a Stage) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let project = Self {
            terraform: &stage.terraform,
            home: Home::new(PROVIDER.as_ref(), "terraform-ecr/ecr", &stage.programs),
            access_key: format!("AKIAACCEPTANCE{number:06}"),
            secret_key: format!("hunter2/{number:06}/key+of+a+project"),
        };
        let (access_key, secret_key) = (project.access_key.clone(), project.secret_key.clone());
        project
            .env("AWS_ENDPOINT_URL", stage.moto().url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", secret_key)
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.home.set(name, value);
        self
    }

    /// Replaces the secret key in the environment. The search for secrets after each run then looks for the new key.
    pub(crate) fn secret(mut self, secret_key: &str) -> Self {
        secret_key.clone_into(&mut self.secret_key);
        self.env("AWS_SECRET_ACCESS_KEY", secret_key)
    }

    /// Removes environment variables.
    pub(crate) fn without_env(mut self, names: &[&str]) -> Self {
        names.iter().for_each(|name| self.home.unset(name));
        self
    }

    /// Replaces Terraform's CLI configuration.
    pub(crate) fn cli_config(self, content: &str) -> Self {
        let path = self.path("cli.tfrc");
        self.file("../cli.tfrc", content).env("TF_CLI_CONFIG_FILE", path)
    }

    /// Writes a file. `name` is relative to the working directory.
    pub(crate) fn file(mut self, name: &str, content: &str) -> Self {
        self.home.write(&format!("work/{name}"), content);
        self
    }

    /// Runs Terraform. Panics if the run leaves secrets, processes or other traces behind.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with_input(arguments, "")
    }

    /// Runs Terraform as [`Project::run`] does, with `input` on standard input.
    #[track_caller]
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let (output, found) = self.run_and_search(arguments, input);
        assert!(found.is_empty(), "left behind: {found:#?}\nby {output}");
        output
    }

    /// Runs Terraform with `input` on standard input. Returns its output, and everything that the run left behind.
    pub(crate) fn run_and_search(&self, arguments: &[&str], input: &str) -> (Output, Vec<String>) {
        let output = self.home.run(self.terraform, arguments, input);
        let search = Search::new([digests::PASSWORD, &*self.secret_key, SECRET]);
        let found = self.home.left_behind(search, &output.survivors);
        (output, found)
    }

    /// Returns the content of a file. `name` is relative to the working directory.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        self.home.read(&format!("work/{name}"))
    }

    /// Returns the path of a directory or a file of the project, such as `work`, `home` or `tmp`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path(name)
    }

    pub(crate) fn access_key(&self) -> &str {
        &self.access_key
    }

    pub(crate) fn secret_key(&self) -> &str {
        &self.secret_key
    }
}
