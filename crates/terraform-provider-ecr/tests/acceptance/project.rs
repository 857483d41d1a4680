//! A fresh working directory in which Terraform runs with an environment of its own.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File},
    os::unix::{fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use nix::unistd::Pid;
use tempfile::TempDir;
use test_support::{processes, terraform::Terraform};

use crate::{
    leaks,
    output::Output,
    stage::{PROVIDER, Stage},
};

/// Far beyond what any run here takes: reaching it means that something hangs.
const DEADLINE: Duration = Duration::from_secs(120);

/// A directory tree with `work/` (where Terraform runs), `home/` and `tmp/`.
///
/// To begin with, the environment leads to moto in us-east-1 with a key pair that no other project uses, and the CLI
/// configuration holds a development override for `terraform-ecr/ecr`.
#[derive(Debug)]
pub(crate) struct Project<'a> {
    terraform: &'a Terraform,
    root: TempDir,
    environment: BTreeMap<String, OsString>,
    access_key: String,
    secret_key: String,
    /// What the test itself wrote: the one place where a secret may stand.
    inputs: Vec<String>,
}

impl<'a> Project<'a> {
    pub(crate) fn new(stage: &'a Stage) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);

        let root = tempfile::Builder::new().prefix("ecr-").tempdir().expect("a directory for the test");
        let project = Self {
            terraform: &stage.terraform,
            access_key: format!("AKIAACCEPTANCE{number:06}"),
            secret_key: format!("wJalrXUtnFEMI/K7MDENG/{number:06}EXAMPLE"),
            root,
            environment: BTreeMap::new(),
            inputs: Vec::new(),
        };
        for directory in ["work", "home", "tmp", "overrides"] {
            fs::create_dir(project.path(directory)).expect("a directory can be made");
        }
        let overrides = project.path("overrides");
        symlink(PROVIDER, overrides.join("terraform-provider-ecr")).expect("the provider can be linked to");

        let (home, tmp, log) = (project.path("home"), project.path("tmp"), project.path("terraform.log"));
        let (access_key, secret_key) = (project.access_key.clone(), project.secret_key.clone());
        project
            .env("PATH", stage.programs.search_path())
            .env("HOME", home)
            .env("TMPDIR", tmp)
            .env("TF_LOG", "TRACE")
            .env("TF_LOG_PATH", log)
            .env("TF_INPUT", "0")
            .env("CHECKPOINT_DISABLE", "1")
            // Nothing here may reach the Internet: real AWS and the registries speak https, moto does not.
            .env("HTTPS_PROXY", "http://127.0.0.1:1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", stage.moto().url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", secret_key)
            .cli_config(&format!(
                "provider_installation {{\n  dev_overrides {{\n    \"terraform-ecr/ecr\" = {overrides:?}\n  }}\n}}\n"
            ))
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    /// Replaces the secret key of the environment, and has the new one looked for.
    pub(crate) fn secret(mut self, secret_key: &str) -> Self {
        secret_key.clone_into(&mut self.secret_key);
        self.env("AWS_SECRET_ACCESS_KEY", secret_key)
    }

    /// Removes variables from the environment.
    pub(crate) fn without_env(mut self, names: &[&str]) -> Self {
        self.environment.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// Replaces the CLI configuration.
    pub(crate) fn cli_config(self, content: &str) -> Self {
        let file = self.path("cli.tfrc");
        self.file("../cli.tfrc", content).env("TF_CLI_CONFIG_FILE", file)
    }

    /// Writes a file, its name relative to the working directory.
    pub(crate) fn file(mut self, name: &str, content: &str) -> Self {
        let path = self.path("work").join(name);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory can be made");
        fs::write(path, content).expect("a file can be written");
        self.inputs.push(content.to_owned());
        self
    }

    /// Runs Terraform, then looks for what it must not have left behind.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with_input(arguments, "")
    }

    /// Runs Terraform with `input` on its standard input, then looks for what it must not have left behind.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let (output, group) = self.execute(arguments, input);
        let search = leaks::Search::new(&self.secret_key, &self.inputs);
        let mut findings = search.directory(self.root.path());
        findings.extend(processes::in_group(group).into_iter().map(|process| format!("still runs: {process:?}")));
        findings.extend(leaks::leftovers(&self.path("tmp")));
        assert!(findings.is_empty(), "left behind: {findings:#?}\nby {output}");
        output
    }

    /// Runs Terraform in a process group of its own, and returns what came of it and the group.
    fn execute(&self, arguments: &[&str], input: &str) -> (Output, Pid) {
        let [stdin, stdout, stderr] = ["stdin", "stdout", "stderr"].map(|name| self.path(name));
        fs::write(&stdin, input).expect("stdin can be written");
        let start = Instant::now();
        let mut child = Command::new(&self.terraform.path)
            .args(arguments)
            .current_dir(self.path("work"))
            .env_clear()
            .envs(&self.environment)
            .stdin(File::open(&stdin).expect("stdin can be opened"))
            .stdout(File::create(&stdout).expect("stdout can be made"))
            .stderr(File::create(&stderr).expect("stderr can be made"))
            .process_group(0)
            .spawn()
            .expect("Terraform starts");
        let status = loop {
            if let Some(status) = child.try_wait().expect("Terraform can be waited for") {
                break status;
            }
            if start.elapsed() > DEADLINE {
                child.kill().expect("Terraform can be killed");
                break child.wait().expect("Terraform can be waited for");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let output = Output {
            command: format!("{} {}", self.terraform.name, arguments.join(" ")),
            code: status.code(),
            took: start.elapsed(),
            stdout: read_lossy(&stdout),
            stderr: read_lossy(&stderr),
        };
        (output, Pid::from_raw(child.id().try_into().expect("a process id")))
    }

    /// The content of a file, its name relative to the working directory.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path("work").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A path in the project's tree: `work`, `home`, `tmp`, …
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn access_key(&self) -> &str {
        &self.access_key
    }

    pub(crate) fn secret_key(&self) -> &str {
        &self.secret_key
    }
}

fn read_lossy(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("an output file is readable")).into_owned()
}
