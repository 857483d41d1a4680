//! Errors and warnings that Terraform shows to the user.

use std::fmt;

use crate::{
    colors,
    generated::tfplugin6 as pb,
    path::{AttributePath, Step},
};

/// One error or warning that Terraform prints.
///
/// Terraform does **not** redact secrets in the text of a diagnostic. Never put a secret into a diagnostic.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    severity: Severity,
    summary: String,
    detail: String,
    path: Option<AttributePath>,
    /// The number of diagnostics that this diagnostic replaces. The number is 0 for an ordinary diagnostic.
    stands_for: usize,
}

/// The severity of a diagnostic. An error makes the operation on the resource or provider block fail. A warning does not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the protocol has only these two severities")]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation continued.
    Warning,
}

impl Diagnostic {
    /// Creates an error. `summary` is short and stable. `detail` describes the request, the response and the remedy. Terraform
    /// wraps the lines of `detail`, except lines that begin with a space.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None, stands_for: 0 }
    }

    /// Creates a warning. Terraform combines warnings with equal summaries into one warning.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, summary: summary.into(), detail: detail.into(), path: None, stands_for: 0 }
    }

    /// Creates an error about a state that only a bug in the provider can cause.
    pub(crate) fn bug(what: impl fmt::Display) -> Self {
        Self::error(
            "Provider Bug",
            format!("{what}\n\nThis is a mistake in the provider, not in your configuration. Please report it."),
        )
    }

    /// Creates a diagnostic that replaces `count` diagnostics of this severity.
    fn more(severity: Severity, count: usize) -> Self {
        let (summary, what, rest) = match severity {
            Severity::Error => {
                ("More Errors", "error", "Correct the errors that are shown, and run the command again.")
            }
            Severity::Warning => ("More Warnings", "warning", ""),
        };
        let (plural, verb) = if count == 1 { ("", "is") } else { ("s", "are") };
        let detail =
            format!("… and {} more {what}{plural} that {verb} not shown. {rest}", with_thousands_separators(count));
        Self { severity, summary: summary.into(), detail: detail.trim_end().into(), path: None, stands_for: count }
    }

    /// Sets the path of the attribute with the mistake. Terraform shows the line of this attribute.
    #[must_use]
    pub fn at(mut self, path: impl Into<AttributePath>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Returns the severity.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the headline.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// Returns the text under the headline.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the path of the attribute with the mistake, if any.
    pub fn path(&self) -> Option<&AttributePath> {
        self.path.as_ref()
    }

    /// Converts the diagnostic to its protocol message. Escapes the words that Terraform would treat as colors: see [`colors`].
    pub(crate) fn into_wire(self) -> pb::Diagnostic {
        let severity = match self.severity {
            Severity::Error => pb::diagnostic::Severity::Error,
            Severity::Warning => pb::diagnostic::Severity::Warning,
        };
        pb::Diagnostic {
            severity: severity.into(),
            summary: colors::escape(&self.summary),
            detail: colors::escape(&self.detail),
            attribute: self.path.as_ref().and_then(path_to_wire),
        }
    }
}

/// Prints the diagnostic like Terraform does, but without the line of the configuration.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.severity, self.summary)?;
        if let Some(path) = self.path.as_ref().filter(|path| !path.steps().is_empty()) {
            write!(f, " ({path})")?;
        }
        if self.detail.is_empty() { Ok(()) } else { write!(f, "\n\n{}", self.detail) }
    }
}

/// Converts a path to its protocol message. Returns `None` for an empty path, which Terraform does not accept.
fn path_to_wire(path: &AttributePath) -> Option<pb::AttributePath> {
    use pb::attribute_path::{Step as WireStep, step::Selector};
    let steps: Vec<_> = path
        .steps()
        .iter()
        .map(|step| match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
        })
        .map(|selector| WireStep { selector: Some(selector) })
        .collect();
    (!steps.is_empty()).then_some(pb::AttributePath { steps })
}

/// Formats a number with a comma between groups of three digits.
fn with_thousands_separators(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Errors and warnings, in the order of display.
///
/// Keeps the first [`Diagnostics::MOST`] diagnostics of each severity, and counts the others. One additional diagnostic at the end contains
/// this count. The limit is necessary because one message from Terraform can have a mistake in each of a million elements.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics {
    held: Vec<Diagnostic>,
    errors: Count,
    warnings: Count,
}

/// The number of kept diagnostics of one severity, and the number of dropped diagnostics.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Count {
    held: usize,
    left_out: usize,
}

impl Diagnostics {
    /// The maximum number of errors that are kept. The same maximum applies to warnings.
    pub const MOST: usize = 20;

    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.count(diagnostic.severity);
        if diagnostic.stands_for > 0 {
            count.left_out = count.left_out.saturating_add(diagnostic.stands_for);
        } else if count.held < Self::MOST {
            count.held += 1;
            self.held.push(diagnostic);
        } else {
            count.left_out = count.left_out.saturating_add(1);
        }
    }

    /// Returns the errors only.
    pub(crate) fn errors(self) -> Self {
        self.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
    }

    /// Returns the warnings only.
    pub(crate) fn warnings(self) -> Self {
        self.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Warning).collect()
    }

    /// Adds one error for each of `causes`. Calls `error` only for the errors that are kept.
    pub fn extend_errors<T>(&mut self, causes: impl IntoIterator<Item = T>, mut error: impl FnMut(T) -> Diagnostic) {
        let mut causes = causes.into_iter();
        while self.errors.held < Self::MOST {
            let Some(cause) = causes.next() else { return };
            self.push(error(cause));
        }
        self.errors.left_out = self.errors.left_out.saturating_add(causes.count());
    }

    /// Returns whether there are neither errors nor warnings.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Returns whether there is an error.
    pub fn has_error(&self) -> bool {
        self.errors.held > 0
    }

    /// Iterates over the diagnostics that are kept.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.held.iter()
    }

    fn count(&mut self, severity: Severity) -> &mut Count {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        }
    }

    pub(crate) fn into_wire(self) -> Vec<pb::Diagnostic> {
        self.into_iter().map(Diagnostic::into_wire).collect()
    }
}

/// Prints the diagnostics with an empty line between them.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clone().into_iter().enumerate().try_for_each(|(index, diagnostic)| {
            f.write_str(if index == 0 { "" } else { "\n\n" })?;
            diagnostic.fmt(f)
        })
    }
}

impl std::error::Error for Diagnostics {}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        more.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        [diagnostic].into_iter().collect()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        let mut all = Self::new();
        all.extend(diagnostics);
        all
    }
}

/// Yields the kept diagnostics. If diagnostics of a severity were dropped, also yields one diagnostic with the number of dropped
/// diagnostics. If this diagnostic is added to another list, [`Diagnostics::push`] adds the number to the count of the other list.
impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(mut self) -> Self::IntoIter {
        for (severity, count) in [(Severity::Error, self.errors), (Severity::Warning, self.warnings)] {
            if count.left_out > 0 {
                self.held.push(Diagnostic::more(severity, count.left_out));
            }
        }
        self.held.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_valid_and_an_empty_path_is_omitted() {
        let wire = Diagnostic::warning("Summary", "detail").at(AttributePath::default()).into_wire();
        assert_eq!(wire.severity(), pb::diagnostic::Severity::Warning);
        assert_eq!(wire.attribute, None);
        assert_eq!(Diagnostic::error("", "").into_wire().severity(), pb::diagnostic::Severity::Error);
    }

    fn numbered(numbers: std::ops::Range<usize>, make: fn(&str, String) -> Diagnostic) -> Vec<Diagnostic> {
        numbers.map(|number| make("s", number.to_string())).collect()
    }

    fn details(diagnostics: &[Diagnostic]) -> Vec<&str> {
        diagnostics.iter().map(Diagnostic::detail).collect()
    }

    #[test]
    fn shows_20_diagnostics_and_counts_the_others() {
        let error: fn(&str, String) -> Diagnostic = |summary, detail| Diagnostic::error(summary, detail);
        for (count, more) in
            [(20, None), (21, Some("1 more error that is")), (1_234_587, Some("1,234,567 more errors that are"))]
        {
            let mut made = 0;
            let mut all = Diagnostics::new();
            all.extend_errors(0..count, |number| {
                made += 1;
                error("s", number.to_string())
            });
            // Collect the diagnostics again. The second collection must keep the count of the first collection.
            let all: Vec<_> = all.into_iter().collect::<Diagnostics>().into_iter().collect();
            assert_eq!((made, all.len()), (20, 20 + usize::from(more.is_some())));
            assert_eq!(details(&all[..20]), details(&numbered(0..20, error)));
            let last = all.get(20).map(|last| (last.severity(), last.summary(), last.detail()));
            let expected = more.map(|more| {
                format!("… and {more} not shown. Correct the errors that are shown, and run the command again.")
            });
            assert_eq!(last, expected.as_deref().map(|detail| (Severity::Error, "More Errors", detail)));
        }
    }

    #[test]
    fn display_is_like_the_output_of_terraform() {
        let mut all = Diagnostics::from(Diagnostic::error("Bad", "Mend it.").at(AttributePath::new("a").index(1)));
        all.push(Diagnostic::warning("Odd", ""));
        assert_eq!(all.to_string(), "Error: Bad (a[1])\n\nMend it.\n\nWarning: Odd");
    }

    #[test]
    fn warnings_do_not_hide_an_error() {
        let mut all: Diagnostics =
            numbered(0..1_000, |summary, detail| Diagnostic::warning(summary, detail)).into_iter().collect();
        assert!(!all.has_error());
        all.push(Diagnostic::error("e", "wrong"));
        assert!(all.has_error());
        let wire = all.into_wire();
        let last: Vec<_> = wire[20..].iter().map(|last| (last.severity(), last.detail.as_str())).collect();
        let (error, warning) = (pb::diagnostic::Severity::Error, pb::diagnostic::Severity::Warning);
        assert_eq!(last, [(error, "wrong"), (warning, "… and 980 more warnings that are not shown.")]);
    }

    #[test]
    fn color_words_are_escaped() {
        let wire =
            Diagnostic::error("No [default]", "section [default]\n  [bold]").at(AttributePath::new("a").key("[red]"));
        let wire = wire.into_wire();
        assert_eq!(
            (wire.summary.as_str(), wire.detail.as_str()),
            ("No [ default ]", "section [ default ]\n  [ bold ]")
        );
        // Terraform compares a path but does not print the path, so color words in a path are not escaped.
        let key = pb::attribute_path::step::Selector::ElementKeyString("[red]".into());
        assert_eq!(wire.attribute.expect("a path").steps[1].selector, Some(key));
    }

    #[test]
    fn path_steps_keep_their_order() {
        use pb::attribute_path::step::Selector;
        let path = AttributePath::new("a").index(1).key("k").attribute("b");
        let wire = Diagnostic::error("s", "d").at(path).into_wire().attribute.expect("a path");
        let selectors: Vec<_> = wire.steps.into_iter().filter_map(|step| step.selector).collect();
        assert_eq!(
            selectors,
            [
                Selector::AttributeName("a".into()),
                Selector::ElementKeyInt(1),
                Selector::ElementKeyString("k".into()),
                Selector::AttributeName("b".into())
            ]
        );
    }
}
