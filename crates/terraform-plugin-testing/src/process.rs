//! The process of a provider, its output and its end.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use tempfile::TempDir;
use tokio::{
    process::{Child, ChildStdin, Command},
    time,
};

use crate::{error::Error, lines::Lines};

/// A shell script that runs a command in the background. The arguments of the script are the command. The script writes the process id of
/// the command to the file `$0`, and waits until the command ends.
const PARENT: &str = r#""$@" & echo $! >"$0"; wait"#;

const POLL: Duration = Duration::from_millis(5);

/// A started provider. Dropping the value kills the process.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: Pid,
    below_shell: bool,
    /// The stdin of the process. This stream stays open without input, like an idle terminal. If the process reads from stdin, the process
    /// waits.
    _stdin: Option<ChildStdin>,
    stdout: Lines,
    stderr: Lines,
    home: TempDir,
}

/// The exit status of a process that has ended, and everything that the process has printed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The exit status.
    pub status: ExitStatus,
    /// The lines on stdout.
    pub stdout: Vec<String>,
    /// The lines on stderr.
    pub stderr: Vec<String>,
}

impl Process {
    /// Starts `command`. The directory `home` exists until the returned value is dropped.
    pub(crate) fn start(mut command: Command, home: TempDir) -> Result<Self, Error> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|source| {
            let binary = PathBuf::from(command.as_std().get_program());
            Error::Start { binary, source }
        })?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw).ok_or_else(already_gone)?;
        let stdout = Lines::capture("stdout", child.stdout.take().ok_or_else(already_gone)?);
        let stderr = Lines::capture("stderr", child.stderr.take().ok_or_else(already_gone)?);
        let stdin = child.stdin.take();
        Ok(Self { child, pid, below_shell: false, _stdin: stdin, stdout, stderr, home })
    }

    /// Starts `binary` as the child of a shell. [`Process::kill_parent`] can then kill the shell.
    pub(crate) async fn start_below_shell(
        binary: &Path,
        prepare: impl FnOnce(&mut Command),
        home: TempDir,
        within: Duration,
    ) -> Result<Self, Error> {
        let pid_file = home.path().join("pid");
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(PARENT).arg(&pid_file).arg(binary);
        prepare(&mut shell);
        let mut process = Self::start(shell, home)?;
        process.below_shell = true;
        let read = async {
            loop {
                match fs::read_to_string(&pid_file).ok().and_then(|line| line.strip_suffix('\n')?.parse().ok()) {
                    Some(pid) => return pid,
                    None => time::sleep(POLL).await,
                }
            }
        };
        let timeout = || Error::Timeout { what: "the process id from the shell".to_owned(), after: within };
        process.pid = Pid::from_raw(time::timeout(within, read).await.map_err(|_| timeout())?);
        Ok(process)
    }

    /// Returns the provider's process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.as_raw().unsigned_abs()
    }

    /// Returns the provider's lines on stdout.
    #[must_use]
    pub fn stdout(&self) -> &Lines {
        &self.stdout
    }

    /// Returns the provider's lines on stderr, such as its logs.
    #[must_use]
    pub fn stderr(&self) -> &Lines {
        &self.stderr
    }

    /// Returns the directory that is the `TMPDIR` of the process by default.
    #[must_use]
    pub fn temp_dir(&self) -> PathBuf {
        temp_dir(self.home.path())
    }

    /// Checks that the lines on stdout and stderr so far do not contain any of these secrets as plain text. Set `TF_LOG_PROVIDER`
    /// to `TRACE`, so that the provider writes all its logs.
    ///
    /// # Panics
    /// Panics if a line contains a secret. The panic message contains the line, without the secret.
    pub fn assert_hides(&self, secrets: &[&str]) {
        for line in self.stdout.all().iter().chain(&self.stderr.all()) {
            for secret in secrets {
                assert!(!line.contains(secret), "a secret is in {:?}", line.replace(secret, "(hidden)"));
            }
        }
    }

    /// Sends a signal to the provider.
    ///
    /// # Errors
    /// Returns [`Error::Process`] if the process has ended.
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        signal::kill(self.pid, signal).map_err(|errno| Error::Process(errno.into()))
    }

    /// Kills the shell between the test and the provider, as if Terraform had been killed.
    ///
    /// # Errors
    /// Returns [`Error::Process`] if the provider was started without [`Terraform::below_shell`](crate::Terraform::below_shell).
    pub async fn kill_parent(&mut self) -> Result<(), Error> {
        if !self.below_shell {
            return Err(Error::Process(io::Error::other("the provider is not a child of a shell")));
        }
        self.child.kill().await.map_err(Error::Process)
    }

    /// Waits until both output streams end, as Terraform does. This method also works if the provider is not a child of the test.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if a stream is still open after the time `within`.
    pub async fn gone(&self, within: Duration) -> Result<(), Error> {
        let both = async { tokio::try_join!(self.stdout.end(within), self.stderr.end(within)) };
        both.await.map(|_| ())
    }

    /// Waits for the end of the process and of its output streams.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if the process or a stream has not ended after the time `within`.
    pub async fn wait(&mut self, within: Duration) -> Result<ExitStatus, Error> {
        let timeout = || Error::Timeout { what: "the end of the process".to_owned(), after: within };
        let status = time::timeout(within, self.child.wait()).await.map_err(|_| timeout())?;
        self.gone(within).await?;
        status.map_err(Error::Process)
    }

    /// Waits for the end of the process and returns all its output.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if the process or a stream has not ended after the time `within`.
    pub async fn output(mut self, within: Duration) -> Result<Output, Error> {
        let status = self.wait(within).await?;
        Ok(Output { status, stdout: self.stdout.all(), stderr: self.stderr.all() })
    }

    pub(crate) async fn kill(&mut self) -> Result<ExitStatus, Error> {
        self.child.kill().await.map_err(Error::Process)?;
        self.child.wait().await.map_err(Error::Process)
    }
}

impl Drop for Process {
    /// Kills a provider that runs below a shell, because the provider does not end together with the shell. An open stderr
    /// shows that the provider still runs, so the process id has not been reused.
    fn drop(&mut self) {
        if self.below_shell && !self.stderr.closed() {
            signal::kill(self.pid, Signal::SIGKILL).ok();
        }
    }
}

pub(crate) fn temp_dir(home: &Path) -> PathBuf {
    home.join("tmp")
}

fn already_gone() -> Error {
    Error::Process(io::Error::other("the process ended at once"))
}
