//! The directories in which Terraform runs, and the sandbox that providers call.

use std::{
    fs,
    io::Read,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use ecr_sandbox::{Blocking, Options};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use tempfile::TempDir;

use crate::{
    subject::{Subject, Tokens},
    variable,
};

pub(crate) struct Stage {
    terraform: PathBuf,
    pub(crate) sandbox: Blocking,
}

/// A Terraform configuration in a temporary directory, and the provider that the configuration uses.
pub(crate) struct Project<'a> {
    stage: &'a Stage,
    root: TempDir,
    shim: Option<PathBuf>,
}

/// The scheme of the URLs with which a provider calls AWS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    Http,
    /// HTTPS, as for the real AWS. The provider reads the system's root certificates and the sandbox's CA certificate.
    Https,
}

/// The path of the root certificates on Debian and similar systems.
const ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The costs of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The elapsed time, in seconds.
    pub(crate) wall: f64,
    /// The processor time of Terraform and all processes that it has started, in seconds.
    pub(crate) cpu: f64,
}

impl Stage {
    pub(crate) fn new(terraform: PathBuf) -> Self {
        Self { terraform, sandbox: Blocking::start(Options::default()).expect("a sandbox") }
    }

    pub(crate) fn project(&self, subject: &Subject, tokens: Tokens) -> Project<'_> {
        Project::new(self, subject, tokens, None)
    }

    /// Returns a project in which this program runs between Terraform and the provider. This program logs the peak memory of each
    /// provider process.
    pub(crate) fn watched_project(&self, subject: &Subject, tokens: Tokens) -> Project<'_> {
        let own = std::env::current_exe().expect("this program has a path");
        let provider = subject.provider.as_ref().expect("a provider");
        Project::new(self, subject, tokens, Some((own, provider.path.clone())))
    }
}

impl<'a> Project<'a> {
    fn new(stage: &'a Stage, subject: &Subject, tokens: Tokens, shim: Option<(PathBuf, PathBuf)>) -> Self {
        let root = tempfile::Builder::new().prefix("bench-").tempdir().expect("a directory");
        let path = |name: &str| root.path().join(name);
        for directory in ["work", "home", "tmp", "overrides"] {
            fs::create_dir(path(directory)).expect("a directory can be made");
        }
        fs::write(path("work/main.tf"), subject.configuration(tokens)).expect("a file can be written");
        let roots = fs::read_to_string(ROOTS).unwrap_or_default() + stage.sandbox.ca_certificate();
        fs::write(path("roots.pem"), roots).expect("a file can be written");
        if let Some(provider) = &subject.provider {
            let name = provider.path.file_name().expect("a file");
            let target = shim.as_ref().map_or(&provider.path, |(own, _)| own);
            symlink(target, path("overrides").join(name)).expect("a link can be made");
            let overrides = format!("dev_overrides {{\n    \"{}\" = {:?}\n  }}", provider.source, path("overrides"));
            let content = format!("provider_installation {{\n  {overrides}\n}}\n");
            fs::write(path("cli.tfrc"), content).expect("a file can be written");
        } else {
            fs::write(path("cli.tfrc"), "").expect("a file can be written");
        }
        Self { stage, root, shim: shim.map(|(_, provider)| provider) }
    }

    /// Runs Terraform over plain HTTP, and asserts that it succeeds.
    pub(crate) fn run(&self, arguments: &[&str]) -> Cost {
        self.run_over(Scheme::Http, arguments)
    }

    /// Runs Terraform with this scheme, and asserts that it succeeds.
    pub(crate) fn run_over(&self, scheme: Scheme, arguments: &[&str]) -> Cost {
        let path = |name: &str| self.root.path().join(name);
        // Without a state, each run is like the first run.
        fs::remove_file(path("work/terraform.tfstate")).ok();
        let key = self.stage.sandbox.keys().first().expect("a key");
        let mut command = Command::new(&self.stage.terraform);
        command.args(arguments).current_dir(path("work")).env_clear().stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("PATH", variable("PATH").unwrap_or_default());
        command.env("HOME", path("home")).env("TMPDIR", path("tmp")).env("TF_CLI_CONFIG_FILE", path("cli.tfrc"));
        command.env("CHECKPOINT_DISABLE", "1").env("AWS_REGION", "us-east-1");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        let url = self.stage.sandbox.url();
        match scheme {
            Scheme::Http => command.env("AWS_ENDPOINT_URL", url),
            Scheme::Https => command
                .env("AWS_ENDPOINT_URL", url.replacen("http:", "https:", 1))
                .env("SSL_CERT_FILE", path("roots.pem"))
                .env("SSL_CERT_DIR", "/etc/ssl/certs"),
        };
        command.env("AWS_ACCESS_KEY_ID", &key.id).env("AWS_SECRET_ACCESS_KEY", &key.secret);
        if let Some(provider) = &self.shim {
            command.env("BENCH_PROVIDER_OF_SHIM", provider).env("BENCH_LOG_OF_SHIM", self.log());
        }
        let (before, start) = (cpu(), Instant::now());
        let mut child = command.spawn().expect("Terraform starts");
        let mut printed = String::new();
        for stream in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
            { stream }.read_to_string(&mut printed).expect("text");
        }
        let status = child.wait().expect("Terraform can be waited for");
        let cost = Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu() - before };
        assert!(status.success(), "terraform {arguments:?} failed: {printed}");
        cost
    }

    /// Returns the peak memory, in bytes, of each provider process that has ended. The list is in the order in which the
    /// processes ended.
    pub(crate) fn peaks(&self) -> Vec<f64> {
        let lines = fs::read_to_string(self.log()).unwrap_or_default();
        lines.lines().filter_map(|line| line.parse::<f64>().ok()).collect()
    }

    fn log(&self) -> PathBuf {
        self.root.path().join("processes")
    }
}

fn boxed(stream: impl Read + 'static) -> Box<dyn Read> {
    Box::new(stream)
}

/// Returns the processor time of all child processes that have ended, in seconds.
fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    microseconds as f64 / 1e6
}

/// Returns the size of a file, in bytes.
pub(crate) fn size(path: &Path) -> f64 {
    fs::metadata(path).expect("a file").len() as f64
}
