//! A finished run of Terraform, and the assertions that tests make about it.

use std::{fmt, time::Duration};

use crate::processes::Process;

/// A finished run.
#[derive(Debug)]
pub struct Output {
    /// The command line. It begins with the name and version of Terraform.
    pub command: String,
    /// The exit code. `None` if a signal ended Terraform.
    pub code: Option<i32>,
    /// The text on stdout, including color codes and boxes.
    pub stdout: String,
    /// The text on stderr, with the errors.
    pub stderr: String,
    /// The time from the start to the end of the run.
    pub took: Duration,
    /// The processes of Terraform's process group that were still running after Terraform ended.
    pub survivors: Vec<Process>,
}

impl Output {
    /// Asserts that the run succeeded.
    ///
    /// # Panics
    /// If the run had a different outcome.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "should have succeeded: {self}");
        self
    }

    /// Asserts that the run failed as it does after a user's mistake: with exit code 1 and an error message, and without a
    /// crash.  # Panics If the run had a different outcome.
    #[track_caller]
    pub fn fails(self) -> Self {
        assert_eq!(self.code, Some(1), "should have failed with exit code 1: {self}");
        self.says(&["Error: "]).says_nothing_of(&["crash", "panic", "Plugin did not respond", "Request cancelled"])
    }

    /// Asserts that all `words` are in the output: see [`Self::text`].
    ///
    /// # Panics
    /// If one of the words is missing.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "should have printed {word:?}: {self}");
        }
        self
    }

    /// Asserts that the output does not contain any of `words`.
    ///
    /// # Panics
    /// If the output contains one of the words.
    #[track_caller]
    pub fn says_nothing_of(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(!text.contains(word), "should not have printed {word:?}: {self}");
        }
        self
    }

    /// Returns both streams, as they were printed.
    #[must_use]
    pub fn printed(&self) -> String {
        [&*self.stdout, &*self.stderr].concat()
    }

    /// Returns both streams as one line of plain text: see [`plain`].
    #[must_use]
    pub fn text(&self) -> String {
        plain(&[&*self.stdout, &*self.stderr].join(" "))
    }
}

/// Writes all details of the run, for messages of failed tests.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, code, stdout, stderr, took, .. } = self;
        write!(f, "{command}\nexit code {code:?} after {took:.1?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// Returns the text in one line, without color codes and without the boxes around diagnostics.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => _ = characters.find(char::is_ascii_alphabetic),
            '╷' | '│' | '╵' => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
