//! Mistakes in one value of a configuration, and the place to which Terraform is to point for each.

use std::fmt;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::{AttributePath, Step},
};

/// A mistake in a value, as a check finds it. The check knows the value alone: the crate adds the path of the attribute.
///
/// Terraform prints the line to which a diagnostic points, and with it the value. An error therefore points nowhere if the
/// attribute is [sensitive](crate::Attribute::sensitive) or if the problem [hides the value](Self::hides_value).
pub struct Problem {
    pub(crate) summary: String,
    pub(crate) detail: Detail,
    pub(crate) hides_value: bool,
}

/// Written when it is shown: of a million mistakes, few are.
type Detail = Box<dyn FnOnce(&AttributePath) -> String + Send>;

impl Problem {
    /// A problem with this headline and text, as in [`Diagnostic::error`].
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::naming(summary, |_| detail)
    }

    /// A problem whose text names the attribute. The path of an element of a set is that of the set.
    ///
    /// ```
    /// # use terraform_plugin::Problem;
    /// Problem::naming("Invalid Duration", |path| format!("`{path}` must be at least 15 minutes."));
    /// ```
    pub fn naming(summary: impl Into<String>, detail: impl FnOnce(&AttributePath) -> String + Send + 'static) -> Self {
        Self { summary: summary.into(), detail: Box::new(detail), hides_value: false }
    }

    /// Says whether the value must not be shown, since it may be a secret. The text must not repeat it either.
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
    /// For texts. Without the positions in sets, which nobody sees.
    pub(crate) path: AttributePath,
    pointed: Option<AttributePath>,
    in_set: bool,
}

impl Place {
    /// The place of an attribute or block in this one.
    pub(crate) fn attribute(&self, name: &str, sensitive: bool) -> Self {
        let mut place = self.step(Step::Attribute(name.to_owned()));
        if sensitive {
            place.pointed = None;
        }
        place
    }

    /// The place of an element of a list, tuple or map.
    pub(crate) fn step(&self, step: Step) -> Self {
        let mut place = self.clone();
        place.path.push(step.clone());
        if let Some(pointed) = place.pointed.as_mut().filter(|_| !self.in_set) {
            pointed.push(step);
        }
        place
    }

    /// The place of an element of a set: Terraform cannot point at it.
    pub(crate) fn element_of_set(&self) -> Self {
        Self { in_set: true, ..self.clone() }
    }

    pub(crate) fn is_sensitive(&self) -> bool {
        self.pointed.is_none()
    }

    /// The problem as a diagnostic that points here, if it may.
    pub(crate) fn diagnostic(&self, make: fn(String, String) -> Diagnostic, problem: Problem) -> Diagnostic {
        let diagnostic = make(problem.summary, (problem.detail)(&self.path));
        match &self.pointed {
            Some(pointed) if !problem.hides_value && !pointed.steps().is_empty() => diagnostic.at(pointed.clone()),
            _ => diagnostic,
        }
    }
}

impl Diagnostics {
    /// Adds a problem of the value at `place`. Its text is not written if it is not held.
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
