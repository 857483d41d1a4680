//! Checks that several groups of arguments share.

use aws_base::Shown;
use terraform_plugin::{Diagnostic, Problem, argument::Setting};

use crate::diagnostics::Summary;

/// Returns the value that a word stands for. `detail` returns the text of the error, with the word as it may be shown.
pub(crate) fn choice<T>(
    word: &str,
    parse: impl Fn(&str) -> Option<T>,
    detail: impl Fn(&str) -> String,
) -> Result<T, Problem> {
    parse(word).ok_or_else(|| {
        let word = Shown::value(word);
        Problem::new(Summary::InvalidValue, detail(word.as_str())).hides_value(word.hides_value())
    })
}

/// Returns the error of a list that would mean something else without the element: a null account must not open a list of
/// accounts.
pub(crate) fn null_element() -> Problem {
    let detail = "Null values are not allowed for this attribute value. Leave the element out.";
    Problem::new(Summary::NullInList, detail)
}

/// Returns the errors of two arguments of which one may be set. Even an empty value counts. A sensitive argument has no error of
/// its own.
pub(crate) fn conflict<T, U>(one: &Setting<T>, other: &Setting<U>) -> Vec<Diagnostic> {
    fn error<T, U>(one: &Setting<T>, other: &Setting<U>) -> Option<Diagnostic> {
        let other = other.path().clone();
        let detail = move |path: &_| {
            format!("\"{path}\": conflicts with {other}. Set one of them, and leave the other out or null.")
        };
        (!one.is_sensitive()).then(|| one.error(Problem::naming(Summary::ConflictingArguments, detail)))
    }
    if !(one.is_known() && other.is_known()) {
        return Vec::new();
    }
    [error(one, other), error(other, one)].into_iter().flatten().collect()
}
