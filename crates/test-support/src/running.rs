//! A running Terraform process.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, ExitStatus},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use crate::{
    deadline::{DEADLINE, eventually},
    home::Home,
    output::Output,
    processes::{self, Process},
};

/// The timeout of a run. Every run that does not hang takes less time, even on a busy machine.
const RUN_TIMEOUT: Duration = Duration::from_secs(180);

/// The timeout for the end of all processes. The provider notices the end of Terraform after a second or two.
const END_TIMEOUT: Duration = Duration::from_secs(15);

/// A running Terraform process, in its own process group. All remaining processes of the group are killed when this value is
/// dropped.
#[derive(Debug)]
pub struct Running<'a> {
    command: String,
    home: &'a Home,
    terraform: Child,
    start: Instant,
}

impl<'a> Running<'a> {
    pub(crate) fn new(command: String, home: &'a Home, terraform: Child) -> Self {
        Self { command, home, terraform, start: Instant::now() }
    }

    /// Sends a signal to the whole process group, as a terminal does: to Terraform and all processes that it has started.
    ///
    /// # Panics
    /// If all processes of the group have ended.
    pub fn signal_group(&self, signal: Signal) {
        killpg(self.group(), signal).expect("Terraform or a child of Terraform runs");
    }

    /// Kills only Terraform.
    ///
    /// # Panics
    /// If Terraform has already ended, or if the provider is not running. Without a running provider, a test could not show that
    /// the provider ends after Terraform.
    pub fn kill(&mut self) {
        self.shows_the_provider();
        self.terraform.kill().expect("Terraform runs");
        let status = self.terraform.wait().expect("Terraform can be waited for");
        assert_eq!(status.signal(), Some(9), "Terraform had ended before: {status}\n{}", self.printed());
    }

    /// Asserts that the provider is running.
    ///
    /// # Panics
    /// If the provider is not running.
    pub fn shows_the_provider(&self) {
        let processes = self.processes();
        assert!(
            processes.iter().any(Process::is_provider),
            "the provider is missing in {processes:#?}\n{}",
            self.printed()
        );
    }

    /// Waits until Terraform has printed this text.
    ///
    /// # Panics
    /// If Terraform does not print the text before the deadline.
    pub fn says(&self, words: &str) {
        assert!(eventually(DEADLINE, || self.printed().contains(words)), "{words:?} is missing in\n{}", self.printed());
    }

    /// Waits until a file exists at a path relative to the root.
    ///
    /// # Panics
    /// If the file does not exist before the deadline.
    pub fn writes(&self, name: &str) {
        let path = self.home.path(name);
        assert!(eventually(DEADLINE, || path.exists()), "{name} is missing\n{}", self.printed());
    }

    /// Waits for Terraform to end by itself.
    ///
    /// # Panics
    /// If Terraform hangs.
    pub fn ends(&mut self) -> ExitStatus {
        let mut status = None;
        eventually(RUN_TIMEOUT, || {
            status = self.terraform.try_wait().expect("Terraform can be waited for");
            status.is_some()
        });
        status.unwrap_or_else(|| panic!("{} hangs\n{}", self.command, self.printed()))
    }

    /// Waits for Terraform to end by itself, and returns the outcome.
    ///
    /// # Panics
    /// If Terraform hangs.
    #[must_use]
    pub fn output(mut self) -> Output {
        let status = self.ends();
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| read(&self.home.path(name)));
        let (took, survivors) = (self.start.elapsed(), self.processes());
        Output { command: self.command.clone(), code: status.code(), stdout, stderr, took, survivors }
    }

    /// Waits until all processes of the group have ended, and asserts that `tmp/` is empty. Returns the duration of the wait.
    ///
    /// # Panics
    /// If a process or a file is left.
    pub fn leaves_nothing(&self) -> Duration {
        let start = Instant::now();
        let gone = eventually(END_TIMEOUT, || self.processes().is_empty());
        assert!(gone, "left behind: {:#?}\n{}", self.processes(), self.printed());
        let took = start.elapsed();
        let files = self.home.leftovers();
        assert!(files.is_empty(), "left behind: {files:?}\n{}", self.printed());
        took
    }

    /// Returns all processes of the group: Terraform, the provider, and all processes that they have started.
    #[must_use]
    pub fn processes(&self) -> Vec<Process> {
        processes::in_group(self.group())
    }

    /// Returns everything that has been printed so far, on stdout and stderr.
    #[must_use]
    pub fn printed(&self) -> String {
        ["stdout", "stderr"].map(|name| read(&self.home.path(name))).concat()
    }

    fn group(&self) -> Pid {
        Pid::from_raw(self.terraform.id().try_into().expect("a process id"))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        processes::kill_group(self.group());
        self.terraform.wait().ok();
    }
}

fn read(path: &Path) -> String {
    let content = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8_lossy(&content).into_owned()
}
