//! Mistakes in single values of a configuration, and the places of these values.

use std::fmt;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::{AttributePath, Step},
};

/// A mistake in a value, found by a check. The check receives only the value. This crate adds the path of the attribute.
///
/// Terraform prints the line that a diagnostic points at, and this line contains the value. An error about a
/// [sensitive](crate::Attribute::sensitive) attribute therefore does not point at a line. An error that [hides the
/// value](Self::hides_value) also does not point at a line.
pub struct Problem {
    pub(crate) summary: String,
    pub(crate) detail: Detail,
    pub(crate) hides_value: bool,
}

/// A function that creates the text. The function is called only if the problem is shown, because a configuration can have a million
/// mistakes.
type Detail = Box<dyn FnOnce(&AttributePath) -> String + Send>;

impl Problem {
    /// Creates a problem with a headline and a text, like [`Diagnostic::error`].
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::naming(summary, |_| detail)
    }

    /// Creates a problem whose text names the attribute. `detail` creates the text from the path of the attribute. The path does not
    /// contain positions in sets: for an element of a set, the path is the path of the set.
    ///
    /// ```
    /// # use terraform_plugin::Problem;
    /// Problem::naming("Invalid Duration", |path| format!("`{path}` must be at least 15 minutes."));
    /// ```
    pub fn naming(summary: impl Into<String>, detail: impl FnOnce(&AttributePath) -> String + Send + 'static) -> Self {
        Self { summary: summary.into(), detail: Box::new(detail), hides_value: false }
    }

    /// Sets whether the value must be hidden. Hide a value that can be a secret, and do not repeat the value in the text.
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

/// The place of a value: its path, and the part of the path to which a diagnostic can point.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The path for use in messages, without positions in sets. Users do not see these positions.
    pub(crate) path: AttributePath,
    pointed: Option<AttributePath>,
    in_set: bool,
}

impl Place {
    /// Returns the place of the attribute or block with this name, if this place is an object.
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

    /// Turns the problem into a diagnostic. The diagnostic points at this place, unless the value must be hidden.
    pub(crate) fn diagnostic(&self, make: fn(String, String) -> Diagnostic, problem: Problem) -> Diagnostic {
        let diagnostic = make(problem.summary, (problem.detail)(&self.path));
        match &self.pointed {
            Some(pointed) if !problem.hides_value && !pointed.steps().is_empty() => diagnostic.at(pointed.clone()),
            _ => diagnostic,
        }
    }
}

impl Diagnostics {
    /// Adds an error about the value at `place`. The text is created only if the error is kept.
    pub(crate) fn push_problem(&mut self, place: &Place, problem: Problem) {
        self.extend_errors([problem], |problem| place.diagnostic(Diagnostic::error, problem));
    }
}

/// Returns the place of the root of a configuration.
impl Default for Place {
    fn default() -> Self {
        Self { path: AttributePath::default(), pointed: Some(AttributePath::default()), in_set: false }
    }
}
