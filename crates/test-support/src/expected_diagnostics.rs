//! The diagnostics that a row must print.

use std::panic::{AssertUnwindSafe, catch_unwind};

use expect_test::Expect;

/// The expected diagnostics: the whole text, or words that the diagnostics must contain. `fails` is true if the diagnostics must
/// contain an error.
#[derive(Debug)]
pub struct ExpectedDiagnostics {
    text: Option<Expect>,
    fails: bool,
    words: Vec<&'static str>,
}

impl ExpectedDiagnostics {
    /// Expects that nothing is printed.
    #[must_use]
    pub fn nothing() -> Self {
        Self { text: None, fails: false, words: Vec::new() }
    }

    /// Expects that exactly this text is printed.
    #[must_use]
    pub fn exactly(text: Expect) -> Self {
        let fails = text.data().lines().any(|line| line.trim_start().starts_with("Error: "));
        Self { text: Some(text), fails, words: Vec::new() }
    }

    /// Expects these words in the output. If `fails` is true, also expects an error.
    #[must_use]
    pub fn with(mut self, fails: bool, words: &[&'static str]) -> Self {
        self.fails |= fails;
        self.words.extend(words);
        self
    }

    /// Whether an error must be printed.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.fails
    }

    /// Whether the row expects the complete text of the messages, and not only some words.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.text.is_some()
    }

    /// Returns the whole text. Returns an empty text if the expectation consists of words.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_ref().map_or("", Expect::data)
    }

    /// Returns a description of the expectation, for reports.
    #[must_use]
    pub fn description(&self) -> String {
        match (&self.text, self.fails, &*self.words) {
            (Some(text), ..) => unindented(text.data()),
            (None, false, []) => String::new(),
            (None, false, words) => format!("a success with the words {words:?}"),
            (None, true, words) => format!("an error with the words {words:?}"),
        }
    }

    /// Whether the printed text is as expected. If a whole text is expected, the printed text differs, and `UPDATE_EXPECT=1` is
    /// set, also replaces the expected text in the source of the test.
    #[must_use]
    pub fn is(&self, diagnostics: &str) -> bool {
        match &self.text {
            // If the texts differ, `assert_eq` prints the difference and panics.
            Some(expected) => catch_unwind(AssertUnwindSafe(|| expected.assert_eq(diagnostics))).is_ok(),
            None if !self.fails && self.words.is_empty() => diagnostics.is_empty(),
            None => {
                self.fails == diagnostics.lines().any(|line| line.starts_with("Error: "))
                    && self.missing(diagnostics).is_empty()
            }
        }
    }

    /// Returns the expected words that were not printed. Ignores the difference between upper and lower case.
    #[must_use]
    pub fn missing(&self, diagnostics: &str) -> Vec<&'static str> {
        let diagnostics = diagnostics.to_lowercase();
        self.words.iter().copied().filter(|words| !diagnostics.contains(&words.to_lowercase())).collect()
    }
}

/// Returns the text as [`Expect`] reads it: without the first line break, and without the indentation that all lines share.
fn unindented(text: &str) -> String {
    let lines: Vec<_> = text.strip_prefix('\n').unwrap_or(text).lines().collect();
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let shared = lines.iter().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or_default();
    lines.iter().map(|line| format!("{}\n", line.get(shared..).unwrap_or_default())).collect()
}
