//! Mistakes in one value of a configuration, and the place that Terraform shows for each.

use std::fmt;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::{AttributePath, Step},
};

/// A mistake in a value, found by a check. The check sees only the value: this crate adds the path of the attribute.
///
/// Terraform prints the line that a diagnostic points at, and with it the value. Some errors therefore do not point at a line:
/// those about a [sensitive](crate::Attribute::sensitive) attribute, and those that [hide the value](Self::hides_value).
pub struct Problem {
    pub(crate) summary: String,
    pub(crate) detail: Detail,
    pub(crate) hides_value: bool,
}

/// Creates the text. The text is created only when it is shown: of a million mistakes, few are shown.
type Detail = Box<dyn FnOnce(&AttributePath) -> String + Send>;

impl Problem {
    /// Creates a problem with this headline and text, as in [`Diagnostic::error`].
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::naming(summary, |_| detail)
    }

    /// Creates a problem with a text that names the attribute. For an element of a set, the path is the path of the set.
    ///
    /// ```
    /// # use terraform_plugin::Problem;
    /// Problem::naming("Invalid Duration", |path| format!("`{path}` must be at least 15 minutes."));
    /// ```
    pub fn naming(summary: impl Into<String>, detail: impl FnOnce(&AttributePath) -> String + Send + 'static) -> Self {
        Self { summary: summary.into(), detail: Box::new(detail), hides_value: false }
    }

    /// Sets whether the value must be hidden, because it may be a secret. The text must not repeat the value either.
    #[must_use]
    pub fn hides_value(mut self, hides_value: bool) -> Self {
        self.hides_value = hides_value;
        self
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("summary", &self.summary)
            .field("hides_value", &self.hides_value)
            .finish_non_exhaustive()
    }
}

/// The place of a value: its path, and the part of the path to which a diagnostic may point.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The path for texts. It leaves out positions in sets, which people do not see.
    pub(crate) path: AttributePath,
    pointed: Option<AttributePath>,
    in_set: bool,
}

impl Place {
    /// Returns the place of an attribute or block in this place.
    pub(crate) fn attribute(&self, name: &str, sensitive: bool) -> Self {
        let mut place = self.step(Step::Attribute(name.to_owned()));
        if sensitive {
            place.pointed = None;
        }
        place
    }

    /// Returns the place of an element of a list, tuple or map.
    pub(crate) fn step(&self, step: Step) -> Self {
        let mut place = self.clone();
        place.path.push(step.clone());
        if let Some(pointed) = place.pointed.as_mut().filter(|_| !self.in_set) {
            pointed.push(step);
        }
        place
    }

    /// Returns the place of an element of a set. Terraform cannot point at such an element.
    pub(crate) fn element_of_set(&self) -> Self {
        Self { in_set: true, ..self.clone() }
    }

    pub(crate) fn is_sensitive(&self) -> bool {
        self.pointed.is_none()
    }

    /// Turns the problem into a diagnostic. It points at this place, unless the value must be hidden.
    pub(crate) fn diagnostic(&self, make: fn(String, String) -> Diagnostic, problem: Problem) -> Diagnostic {
        let diagnostic = make(problem.summary, (problem.detail)(&self.path));
        match &self.pointed {
            Some(pointed) if !problem.hides_value && !pointed.steps().is_empty() => diagnostic.at(pointed.clone()),
            _ => diagnostic,
        }
    }
}

impl Diagnostics {
    /// Adds a problem with the value at `place`. If the diagnostic is only counted, its text is not created.
    pub(crate) fn push_problem(&mut self, place: &Place, problem: Problem) {
        self.extend_errors([problem], |problem| place.diagnostic(Diagnostic::error, problem));
    }
}

/// The root of a configuration.
impl Default for Place {
    fn default() -> Self {
        Self { path: AttributePath::default(), pointed: Some(AttributePath::default()), in_set: false }
    }
}
