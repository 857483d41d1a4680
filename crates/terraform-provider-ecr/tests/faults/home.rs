//! The directories that a row is run in.

use std::{fs, path::PathBuf};

use ecr_sandbox::{Options, Sandbox};
use nix::{sys::stat::Mode, unistd::mkfifo};
use tempfile::TempDir;

use crate::{row::Row, secrets::Secrets, world::World};

/// In every secret of the rows: keys, sessions, passwords, and tokens of all kinds; as ECR encodes it in a token, as far as that
/// does not depend on what follows; and as a proxy gets it.
const SECRETS: [&str; 3] = ["hunter2", "QVdTOmh1bnRl", "bWU6aHVudGVyM"];

/// A directory with `home/`, where the files of the row and the certificates of two CAs are, `tmp/`, and `work/`, where Terraform runs; and the servers.
pub(crate) struct Home {
    root: TempDir,
    world: World,
}

impl Home {
    /// Only in a runtime.
    pub(crate) async fn of(row: &Row) -> Self {
        let root = tempfile::Builder::new().prefix("ecr-").tempdir().expect("a directory for the row");
        let home = Self { root, world: World::start(row).await };
        for directory in ["home", "tmp", "work"] {
            fs::create_dir(home.path(directory)).expect("a directory can be made");
        }
        home.write("home/ca.pem", home.world.sandbox.ca_certificate().as_bytes());
        let other = Sandbox::start(Options::default()).await.expect("another sandbox");
        home.write("home/other-ca.pem", other.ca_certificate().as_bytes());
        for (name, content) in &row.files {
            let content = match std::str::from_utf8(content) {
                Ok(text) => home.fill(text).into_bytes(),
                Err(_) => content.clone(),
            };
            home.write(&format!("home/{name}"), &content);
        }
        for name in &row.pipes {
            let path = home.directory_for(&format!("home/{name}"));
            mkfifo(&path, Mode::S_IRWXU).expect("a pipe can be made");
        }
        home
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.directory_for(name), content).expect("a file can be written");
    }

    /// The path, whose directory is there.
    fn directory_for(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory can be made");
        path
    }

    /// The variables of the row, and those that make everything say as much as it can.
    pub(crate) fn environment(&self, row: &Row) -> Vec<(&'static str, String)> {
        let mut environment: Vec<_> = row.environment.iter().map(|(name, value)| (*name, self.fill(value))).collect();
        environment.extend(["HOME", "TMPDIR"].map(|name| {
            let directory = if name == "HOME" { "home" } else { "tmp" };
            (name, self.path(directory).display().to_string())
        }));
        environment.extend(["TF_LOG", "TF_LOG_PROVIDER", "RUST_LOG"].map(|name| (name, "TRACE".to_owned())));
        environment
    }

    /// The text of a row with what its placeholders stand for.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.world.fill(text).replace("<home>", &self.path("home").display().to_string())
    }

    /// A text that was printed, with placeholders, so that it is the same every time.
    pub(crate) fn empty(&self, text: &str) -> String {
        self.world.empty(&text.replace(&self.path("home").display().to_string(), "<home>"))
    }

    pub(crate) fn requests(&self) -> usize {
        self.world.sandbox.call_count()
    }

    /// All that there are by now.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::new(&SECRETS, self.world.sandbox.secrets())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Secrets that stand where the row did not write them, and files that are left where all are temporary.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        let mut found = self.secrets().in_files(self.root.path(), &[self.path("home"), self.path("work/main.tf")]);
        let files = fs::read_dir(self.path("tmp")).expect("a directory").flatten();
        found.extend(files.map(|file| format!("left in TMPDIR: {}", file.path().display())));
        found
    }
}
