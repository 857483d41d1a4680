//! What a run of Terraform left, and the claims that tests make about it.

use std::{fmt, time::Duration};

/// A finished run.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) command: String,
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Output {
    /// The run went well.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "should have succeeded: {self}");
        self
    }

    /// The run failed the way Terraform fails on a mistake of the user: exit code 1, an error message, no crash.
    #[track_caller]
    pub(crate) fn fails(self) -> Self {
        assert_eq!(self.code, Some(1), "should have failed with exit code 1: {self}");
        self.says(&["Error: "]).says_nothing_of(&["crash", "panic", "Plugin did not respond", "Request cancelled"])
    }

    /// The run took less than `limit`.
    #[track_caller]
    pub(crate) fn within(self, limit: Duration) -> Self {
        assert!(self.took < limit, "took {:?}, more than {limit:?}: {self}", self.took);
        self
    }

    /// All of `words` are in the text.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "should have said {word:?}: {self}");
        }
        self
    }

    /// None of `words` is in the text.
    #[track_caller]
    pub(crate) fn says_nothing_of(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(!text.contains(word), "should not have said {word:?}: {self}");
        }
        self
    }

    /// Both streams as one line of plain words: without colours, without the boxes around diagnostics, and unwrapped.
    fn text(&self) -> String {
        let mut plain = String::new();
        let mut characters = self.stdout.chars().chain(" ".chars()).chain(self.stderr.chars());
        while let Some(character) = characters.next() {
            match character {
                '\u{1b}' => _ = characters.find(char::is_ascii_alphabetic),
                '╷' | '│' | '╵' => plain.push(' '),
                other => plain.push(other),
            }
        }
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Everything there is to know: tests print it when they fail.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, code, stdout, stderr, took } = self;
        write!(f, "{command}\nexit code {code:?} after {took:.1?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}
