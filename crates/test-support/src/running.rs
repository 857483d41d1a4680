//! Terraform while it runs.

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

/// The time after which a run hangs. Every run takes less, even on a busy machine.
const RUN_TIMEOUT: Duration = Duration::from_secs(180);

/// The time for all processes to end. The provider needs a second or two to see that Terraform is gone.
const END_TIMEOUT: Duration = Duration::from_secs(15);

/// A started Terraform, in a process group of its own. All remaining processes of the group are killed when this value is dropped.
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

    /// Sends a signal to Terraform and all processes that it has started, as a terminal does.
    ///
    /// # Panics
    /// If none of the processes runs.
    pub fn signal_group(&self, signal: Signal) {
        killpg(self.group(), signal).expect("Terraform or a child of Terraform runs");
    }

    /// Kills Terraform and nothing else.
    ///
    /// # Panics
    /// If Terraform has ended, or if the provider is not among the processes: only a process that was seen alive can be seen to
    /// end.
    pub fn kill(&mut self) {
        self.shows_the_provider();
        self.terraform.kill().expect("Terraform runs");
        let status = self.terraform.wait().expect("Terraform can be waited for");
        assert_eq!(status.signal(), Some(9), "Terraform had ended before: {status}\n{}", self.printed());
    }

    /// Asserts that the provider is among the processes.
    ///
    /// # Panics
    /// If it is not.
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
    /// If Terraform does not print it.
    pub fn says(&self, words: &str) {
        assert!(eventually(DEADLINE, || self.printed().contains(words)), "{words:?} is missing in\n{}", self.printed());
    }

    /// Waits until something writes a file, at a path relative to the root.
    ///
    /// # Panics
    /// If nothing writes the file.
    pub fn writes(&self, name: &str) {
        let path = self.home.path(name);
        assert!(eventually(DEADLINE, || path.exists()), "{name} is missing\n{}", self.printed());
    }

    /// Waits for Terraform to end by itself.
    ///
    /// # Panics
    /// If it hangs.
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
    /// If it hangs.
    #[must_use]
    pub fn output(mut self) -> Output {
        let status = self.ends();
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| read(&self.home.path(name)));
        let (took, survivors) = (self.start.elapsed(), self.processes());
        Output { command: self.command.clone(), code: status.code(), stdout, stderr, took, survivors }
    }

    /// Waits until no process is left, then looks for sockets. Returns the duration of the wait.
    ///
    /// # Panics
    /// If something is left.
    pub fn leaves_nothing(&self) -> Duration {
        let start = Instant::now();
        let gone = eventually(END_TIMEOUT, || self.processes().is_empty());
        assert!(gone, "left behind: {:#?}\n{}", self.processes(), self.printed());
        let took = start.elapsed();
        let files = self.home.leftovers();
        assert!(files.is_empty(), "left behind: {files:?}\n{}", self.printed());
        took
    }

    /// Returns Terraform, the provider, and all processes that they have started. All are in the group in which Terraform was
    /// started.
    #[must_use]
    pub fn processes(&self) -> Vec<Process> {
        processes::in_group(self.group())
    }

    /// Returns all that was printed until now.
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
