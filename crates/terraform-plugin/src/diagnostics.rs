//! What a provider tells the person at the terminal.

use crate::{
    colors,
    generated::tfplugin6 as pb,
    path::{AttributePath, Step},
};

/// One error or warning, as Terraform prints it.
///
/// Terraform does **not** redact provider text: never put a secret into one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    severity: Severity,
    summary: String,
    detail: String,
    path: Option<AttributePath>,
}

/// How bad it is: any error fails the object it belongs to, a warning fails nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the protocol knows these two and no more")]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation went on.
    Warning,
}

impl Diagnostic {
    /// An error. `summary` is short and stable; `detail` says what was tried, what came back and what to do. Terraform
    /// wraps the lines of `detail`, save those that begin with a space.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None }
    }

    /// A warning. Terraform folds warnings of equal summary into one.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, summary: summary.into(), detail: detail.into(), path: None }
    }

    /// A state that only a mistake in the provider can bring about.
    pub(crate) fn bug(what: impl std::fmt::Display) -> Self {
        Self::error(
            "Provider Bug",
            format!("{what}\n\nThis is a mistake in the provider, not in your configuration. Please report it."),
        )
    }

    /// Points at the attribute that is at fault.
    #[must_use]
    pub fn at(mut self, path: impl Into<AttributePath>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The headline.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The text under the headline.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The attribute at fault, if one is.
    pub fn path(&self) -> Option<&AttributePath> {
        self.path.as_ref()
    }

    /// With every word that Terraform would take for a color: see [`colors`].
    pub(crate) fn into_wire(self) -> pb::Diagnostic {
        let severity = match self.severity {
            Severity::Error => pb::diagnostic::Severity::Error,
            Severity::Warning => pb::diagnostic::Severity::Warning,
        };
        pb::Diagnostic {
            severity: severity.into(),
            summary: colors::kept(&self.summary),
            detail: colors::kept(&self.detail),
            attribute: self.path.as_ref().and_then(path_to_wire),
        }
    }
}

/// Terraform takes no empty path: nothing then.
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

/// Errors and warnings, in the order they are shown.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one more.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an error is among them.
    pub fn has_error(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Each in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    pub(crate) fn into_wire(self) -> Vec<pb::Diagnostic> {
        self.0.into_iter().map(Diagnostic::into_wire).collect()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        self.0.extend(more);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
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
    fn severity_is_never_invalid_and_an_empty_path_is_left_out() {
        let wire = Diagnostic::warning("Summary", "detail").at(AttributePath::default()).into_wire();
        assert_eq!(wire.severity(), pb::diagnostic::Severity::Warning);
        assert_eq!(wire.attribute, None);
        assert_eq!(Diagnostic::error("", "").into_wire().severity(), pb::diagnostic::Severity::Error);
    }

    #[test]
    fn words_that_terraform_takes_for_colors_arrive() {
        let wire =
            Diagnostic::error("No [default]", "section [default]\n  [bold]").at(AttributePath::new("a").key("[red]"));
        let wire = wire.into_wire();
        assert_eq!(
            (wire.summary.as_str(), wire.detail.as_str()),
            ("No [ default ]", "section [ default ]\n  [ bold ]")
        );
        // A path is compared, and not printed.
        let key = pb::attribute_path::step::Selector::ElementKeyString("[red]".into());
        assert_eq!(wire.attribute.expect("a path").steps[1].selector, Some(key));
    }

    #[test]
    fn path_steps_arrive_in_order() {
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
