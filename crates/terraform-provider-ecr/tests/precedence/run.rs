//! Runs Terraform on one row.

use std::{
    fs::{self, File},
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::unistd::Pid;
use tempfile::TempDir;
use test_support::{processes, programs::Programs};

use crate::{outcome::Outcome, provider::Provider, row::Row, secrets::Secrets, world::World};

/// The peer takes 10 s on a quiet machine; what takes this long hangs.
const DEADLINE: Duration = Duration::from_secs(180);

/// Of the rows: keys, sessions, identity tokens, passwords of proxies.
const SECRETS: [&str; 9] = [
    "hunter2",
    "inline-token",
    "identity-token",
    "file-token",
    "env-token",
    "sso-token",
    "block-token",
    "p%40ss",
    "me:word",
];

/// A directory with `home/`, where the files of the row are, `work/`, where Terraform runs, and `overrides/`.
struct Project<'a> {
    root: TempDir,
    world: World,
    row: &'a Row,
    provider: &'a Provider,
    programs: &'a Programs,
}

/// What the row leads to with this provider.
pub(crate) fn run(row: &Row, terraform: &Path, provider: &Provider, programs: &Programs) -> Outcome {
    let root = tempfile::Builder::new().prefix("ecr-").tempdir().expect("a directory for the row");
    let project = Project { root, world: World::start(row), row, provider, programs };
    project.write();
    let (code, text) = project.plan(terraform);
    let mut requests = project.world.lines();
    requests.dedup_by(|line, before| line == before && provider.may_repeat(line));
    Outcome { requests, code, text: plain(&text), leaks: project.leaks() }
}

impl Project<'_> {
    fn write(&self) {
        for directory in ["home", "work", "overrides"] {
            fs::create_dir(self.path(directory)).expect("a directory can be made");
        }
        let executable = self.provider.path.file_name().expect("a file");
        symlink(&self.provider.path, self.path("overrides").join(executable)).expect("the provider can be linked to");
        let overrides =
            format!("dev_overrides {{\n    \"{}\" = {:?}\n  }}", self.provider.source, self.path("overrides"));
        self.file("cli.tfrc", &format!("provider_installation {{\n  {overrides}\n}}\n"));
        self.file("work/main.tf", &self.provider.configuration(self.row));
        self.file("home/ca.pem", self.world.sandbox.ca_certificate());
        // As OpenSSL wants it in a directory: by a hash of its subject, of which readers of all want no more than the form.
        self.file("home/authorities/00000000.0", self.world.sandbox.ca_certificate());
        for (name, content) in &self.row.files {
            self.file(&format!("home/{name}"), content);
        }
    }

    fn file(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory can be made");
        fs::write(&path, self.fill(content)).expect("a file can be written");
        if content.starts_with("#!") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a file can be made executable");
        }
    }

    /// The exit code and what was printed.
    fn plan(&self, terraform: &Path) -> (Option<i32>, String) {
        let mut command = Command::new(terraform);
        command.args(["plan", "-input=false", "-no-color"]).current_dir(self.path("work")).env_clear();
        command.env("PATH", self.programs.search_path());
        command.env("HOME", self.path("home")).env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"));
        command.env("CHECKPOINT_DISABLE", "1").env("TMPDIR", self.root.path());
        if !self.provider.is_peer() {
            command.env("TF_LOG", "TRACE").env("RUST_LOG", "trace").env("TF_LOG_PATH", self.path("log"));
        }
        command.envs(self.row.environment.iter().map(|(name, value)| (name, self.fill(value))));

        let output = self.path("output");
        let file = File::create(&output).expect("a file for the output");
        command.stdout(file.try_clone().expect("a handle to it")).stderr(file);
        // A group of its own: Terraform does not take its provider along when it is killed.
        let mut child = command.process_group(0).spawn().expect("Terraform starts");
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("Terraform can be waited for") {
                break status;
            }
            if start.elapsed() > DEADLINE {
                processes::kill_group(Pid::from_raw(child.id().try_into().expect("a process id")));
            }
            thread::sleep(Duration::from_millis(5));
        };
        (status.code(), String::from_utf8_lossy(&fs::read(output).expect("the output")).into_owned())
    }

    /// The peer's are its own affair.
    fn leaks(&self) -> Vec<String> {
        if self.provider.is_peer() {
            return Vec::new();
        }
        assert!(self.path("log").exists(), "Terraform and the provider have logged");
        // Terraform prints the line of the configuration that a diagnostic is about.
        let inputs = ["home", "work/main.tf", "output", "overrides"].map(|name| self.path(name));
        let secrets = Secrets::new(&SECRETS, self.world.sandbox.secrets());
        secrets.in_files(self.root.path(), &inputs)
    }

    fn fill(&self, text: &str) -> String {
        self.world.fill(text).replace("<home>", &self.path("home").display().to_string())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }
}

/// Without the boxes around diagnostics, and unwrapped.
fn plain(text: &str) -> String {
    text.replace(['╷', '│', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
