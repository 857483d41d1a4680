//! A finished run of Terraform, and the assertions that tests make about it.

use std::{fmt, time::Duration};

use crate::processes::Process;

/// A finished run.
#[derive(Debug)]
pub struct Output {
    /// The command line, with the name of the Terraform that ran.
    pub command: String,
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    /// The text on stdout, colours and boxes included.
    pub stdout: String,
    /// The text on stderr, with the errors.
    pub stderr: String,
    /// The time from the start to the end.
    pub took: Duration,
    /// The processes of the group that have outlived the run.
    pub survivors: Vec<Process>,
}

impl Output {
    /// Asserts that the run succeeded.
    ///
    /// # Panics
    /// If it did not.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "should have succeeded: {self}");
        self
    }

    /// Asserts that the run failed as Terraform does on a mistake of the user: exit code 1, an error, no crash.
    ///
    /// # Panics
    /// If it did not.
    #[track_caller]
    pub fn fails(self) -> Self {
        assert_eq!(self.code, Some(1), "should have failed with exit code 1: {self}");
        self.says(&["Error: "]).says_nothing_of(&["crash", "panic", "Plugin did not respond", "Request cancelled"])
    }

    /// Asserts that all of `words` are in the text.
    ///
    /// # Panics
    /// If one is missing.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "should have printed {word:?}: {self}");
        }
        self
    }

    /// Asserts that none of `words` is in the text.
    ///
    /// # Panics
    /// If one is there.
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

    /// Returns both streams as one line of plain words: see [`plain`].
    #[must_use]
    pub fn text(&self) -> String {
        plain(&[&*self.stdout, &*self.stderr].join(" "))
    }
}

/// Writes everything about the run: tests print it when they fail.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, code, stdout, stderr, took, .. } = self;
        write!(f, "{command}\nexit code {code:?} after {took:.1?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// Returns one line of plain words, without colours, without the boxes around diagnostics, and unwrapped.
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
