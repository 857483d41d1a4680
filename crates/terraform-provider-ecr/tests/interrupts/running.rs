//! Terraform while it runs, and what is left of it after.

use std::{
    fmt, fs,
    os::unix::process::ExitStatusExt,
    process::{Child, ExitStatus},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use test_support::{
    deadline::{DEADLINE, soon},
    processes::{self, Process},
};

use crate::project::Project;

/// The provider needs a second or two to see that Terraform is gone.
const ALL_GONE: Duration = Duration::from_secs(15);

/// A started Terraform. All that is left of it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    name: String,
    project: &'a Project,
    terraform: Child,
}

/// How Terraform ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
    pub(crate) text: String,
}

impl<'a> Running<'a> {
    pub(crate) fn new(name: String, project: &'a Project, terraform: Child) -> Self {
        Self { name, project, terraform }
    }

    /// Sends a signal to Terraform and all that it has started, as a terminal does.
    pub(crate) fn signal_group(&self, signal: Signal) {
        killpg(self.pid(), signal).expect("Terraform runs, or a child of it");
    }

    /// Fails where the provider is not among the processes: only what is seen alive can be seen to end.
    pub(crate) fn shows_the_provider(&self) {
        let processes = self.processes();
        assert!(processes.iter().any(Process::is_provider), "no provider in {processes:#?}\n{}", self.text());
    }

    /// Kills Terraform and nothing else.
    pub(crate) fn kill(&mut self) {
        self.shows_the_provider();
        self.terraform.kill().expect("Terraform runs");
        let status = self.terraform.wait().expect("Terraform can be waited for");
        assert_eq!(status.signal(), Some(9), "it had ended before: {status}\n{}", self.text());
    }

    /// Waits for Terraform to have printed this.
    pub(crate) fn says(&self, words: &str) {
        assert!(soon(DEADLINE, || self.text().contains(words)), "{words:?} expected of\n{}", self.text());
    }

    /// Waits for a file that something writes.
    pub(crate) fn writes(&self, name: &str) {
        let path = self.project.path(name);
        assert!(soon(DEADLINE, || path.exists()), "{name} expected\n{}", self.text());
    }

    /// Waits for Terraform to end by itself.
    #[expect(clippy::print_stdout, reason = "how long it took is what a person wants to know of these tests")]
    pub(crate) fn ends(&mut self) -> Ended {
        let start = Instant::now();
        let mut status = None;
        soon(DEADLINE, || {
            status = self.terraform.try_wait().expect("Terraform can be waited for");
            status.is_some()
        });
        let took = start.elapsed();
        let status = status.unwrap_or_else(|| panic!("Terraform hangs\n{}", self.text()));
        println!("{}: {status} after {took:.0?}", self.name);
        Ended { status, took, text: self.text() }
    }

    /// Waits until no process is left, then looks for sockets.
    #[expect(clippy::print_stdout, reason = "how long it took is what a person wants to know of these tests")]
    pub(crate) fn leaves_nothing(&self) {
        let start = Instant::now();
        let gone = soon(ALL_GONE, || self.processes().is_empty());
        let took = start.elapsed();
        assert!(gone, "left behind: {:#?}\n{}", self.processes(), self.text());
        let files = fs::read_dir(self.project.path("tmp")).expect("the temporary directory is readable").flatten();
        let files: Vec<_> = files.map(|file| file.path()).collect();
        assert!(files.is_empty(), "left behind: {files:?}\n{}", self.text());
        println!("{}: the last process was gone {took:.0?} after Terraform", self.name);
    }

    /// Terraform, the provider, and what either has started: all are in the group that Terraform was started in.
    pub(crate) fn processes(&self) -> Vec<Process> {
        processes::in_group(self.pid())
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.terraform.id().try_into().expect("a process id"))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.project.path("output")).unwrap_or_default()).into_owned()
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        processes::kill_group(self.pid());
        self.terraform.wait().ok();
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {:.2?}\n{}", self.status, self.took, self.text)
    }
}
