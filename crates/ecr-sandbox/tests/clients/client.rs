//! A client program that runs once.

use std::{
    ffi::OsStr,
    fs::File,
    io::{Read, Seek, Write},
    path::Path,
    process::{Command, Stdio},
};

use test_support::deadline::{DEADLINE, eventually};

use crate::output::Output;

/// A client program with its arguments, its environment and its standard input.
#[derive(Debug)]
pub(crate) struct Client {
    command: Command,
    input: String,
}

impl Client {
    /// Returns a client that runs in `home`. Its environment has only `HOME` and `TMPDIR`.
    pub(crate) fn new(program: &Path, home: &Path) -> Self {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", home).env("TMPDIR", home).current_dir(home);
        Self { command, input: String::new() }
    }

    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the text on standard input.
    pub(crate) fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    pub(crate) fn run(mut self) -> Output {
        // The output goes to files, since the client would block on a full pipe.
        let (mut stdout, mut stderr) = (file(), file());
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(stdout.try_clone().expect("a second handle"))
            .stderr(stderr.try_clone().expect("a second handle"))
            .spawn()
            .expect("the client starts");
        if let Some(mut stdin) = child.stdin.take() {
            // This write fails if the client has already ended without reading its input.
            stdin.write_all(self.input.as_bytes()).ok();
        }
        let mut status = None;
        let ended = eventually(DEADLINE, || {
            status = child.try_wait().expect("a client can be waited for");
            status.is_some()
        });
        if !ended {
            child.kill().ok();
        }
        Output {
            command: format!("{:?}", self.command),
            status: status.unwrap_or_else(|| child.wait().expect("a client can be waited for")),
            stdout: text(&mut stdout),
            stderr: text(&mut stderr),
        }
    }
}

fn file() -> File {
    tempfile::tempfile().expect("a file for the output of the client")
}

fn text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("the output of the client");
    String::from_utf8_lossy(&bytes).into_owned()
}
