//! The checks that several groups of arguments use.

use aws_base::Shown;
use terraform_plugin::{Diagnostic, Problem, argument::Setting};

use crate::diagnostics::Summary;

/// Parses a word that must be one of a few choices. If the word is unknown, `detail` returns the text of the error. The argument of
/// `detail` is the word, or a placeholder if the word may be a secret.
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

/// Returns the error for a null element in a list. Ignoring the element could change the meaning of the list. For example, a list
/// of allowed accounts with one null element must not become an empty list, which allows every account.
pub(crate) fn null_element() -> Problem {
    let detail = "Null values are not allowed for this attribute value. Leave the element out.";
    Problem::new(Summary::NullInList, detail)
}

/// Returns errors if two arguments that exclude each other are both set. An argument with an empty value also counts as set. Each argument
/// gets an error unless the argument is sensitive.
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
