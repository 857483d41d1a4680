//! The lines that a process prints to stdout or stderr.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    sync::watch,
    time,
};

use crate::error::Error;

/// The lines of stdout or stderr, captured since the start of the process.
#[derive(Clone, Debug)]
pub struct Lines {
    name: &'static str,
    captured: watch::Receiver<Captured>,
}

#[derive(Debug, Default)]
struct Captured {
    lines: Vec<String>,
    closed: bool,
}

impl Lines {
    /// Reads `stream` to its end in the background.
    pub(crate) fn capture(name: &'static str, stream: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let (sender, captured) = watch::channel(Captured::default());
        tokio::spawn(async move {
            let mut reader = BufReader::new(stream);
            let mut bytes = Vec::new();
            while let Ok(1..) = reader.read_until(b'\n', &mut bytes).await {
                let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
                sender.send_modify(|captured| captured.lines.push(line));
                bytes.clear();
            }
            sender.send_modify(|captured| captured.closed = true);
        });
        Self { name, captured }
    }

    /// Returns all lines that the process has printed so far.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.captured.borrow().lines.clone()
    }

    /// Returns all lines that the process has printed so far, joined into one text.
    #[must_use]
    pub fn text(&self) -> String {
        self.captured.borrow().lines.join("\n")
    }

    /// Returns whether the stream has ended. The stream ends when all processes that can write to the stream have ended.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.captured.borrow().closed
    }

    /// Waits for the first line for which `wanted` returns true, and returns this line.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if no such line comes within the time `within`, or if the stream ends before such a line.
    pub async fn find(&self, within: Duration, wanted: impl Fn(&str) -> bool) -> Result<String, Error> {
        let found = |captured: &Captured| captured.lines.iter().find(|line| wanted(line)).cloned();
        let mut receiver = self.captured.clone();
        let done = receiver.wait_for(|captured| captured.closed || found(captured).is_some());
        let line = match time::timeout(within, done).await {
            Ok(Ok(captured)) => found(&captured),
            _ => None,
        };
        line.ok_or_else(|| Error::Timeout {
            what: format!("a matching line on {}, which has {:?}", self.name, self.text()),
            after: within,
        })
    }

    /// Waits for the end of the stream.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if a process still holds the stream open after the time `within`.
    pub async fn end(&self, within: Duration) -> Result<(), Error> {
        let mut receiver = self.captured.clone();
        let ended = time::timeout(within, receiver.wait_for(|captured| captured.closed)).await.is_ok();
        ended.then_some(()).ok_or_else(|| Error::Timeout { what: format!("the end of {}", self.name), after: within })
    }
}
