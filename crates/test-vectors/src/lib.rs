#![doc = include_str!("../README.md")]

use std::{
    collections::BTreeMap,
    fmt::Debug,
    io::{self, Write},
};

use serde_json::Value;

mod aws;

pub use aws::{Aws, distinct};

/// Two answers to one row, and the reason where they differ on purpose.
#[derive(Debug)]
pub struct Answers<T> {
    /// This project's answer, or its error.
    pub ours: Result<T, String>,
    /// The library's answer, or its error.
    pub library: Result<T, String>,
    /// After "although".
    pub reason: Option<&'static str>,
}

/// The library's answer: a row's `error`, or what `answer` reads.
///
/// # Errors
/// The row's `error`.
pub fn library<T>(row: &Value, answer: impl FnOnce(&Value) -> T) -> Result<T, String> {
    row["error"].as_str().map_or_else(|| Ok(answer(row)), |error| Err(error.to_owned()))
}

/// The rows of this name: of the folder that the environment variable `VECTORS` names, as `scripts/differential` sets it, if
/// they are there, else `stored`.
#[must_use]
pub fn file(name: &str, stored: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a setting of the test, and not of the product")]
    let folder = std::env::var_os("VECTORS").unwrap_or_default();
    let path = std::path::Path::new(&folder).join(format!("{name}.json"));
    std::fs::read_to_string(path).unwrap_or_else(|_| stored.to_owned())
}

/// Compares the answers to each row of a JSON array, and reports the number of rows on stderr. Two errors agree, whatever their words.
///
/// # Panics
/// If answers differ without a reason, or agree in spite of one. The message has all these rows.
pub fn compare<T: Debug + PartialEq>(name: &str, file: &str, answers: impl Fn(&Value) -> Answers<T>) {
    let rows: Vec<Value> = serde_json::from_str(file).expect("an array of rows");
    let (mut wrong, mut reasons) = (Vec::new(), BTreeMap::<_, usize>::new());
    for row in &rows {
        let answers = answers(row);
        answers.reason.into_iter().for_each(|reason| *reasons.entry(reason).or_default() += 1);
        wrong.extend(mismatch(row, &answers));
    }
    // Not a macro: the harness would keep what those print. `make test` adds these lines up.
    writeln!(io::stderr(), "vectors: {name}: {}", rows.len()).ok();
    reasons.iter().for_each(|(reason, count)| drop(writeln!(io::stderr(), "  {count} although {reason}")));
    assert!(wrong.is_empty() && !rows.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn mismatch<T: Debug + PartialEq>(row: &Value, answers: &Answers<T>) -> Option<String> {
    let Answers { ours, library, reason } = answers;
    let verdict = match (ours.as_ref().ok() == library.as_ref().ok(), reason) {
        (true, None) | (false, Some(_)) => return None,
        (false, None) => "differs".to_owned(),
        (true, Some(reason)) => format!("agrees, although {reason}"),
    };
    Some(format!("{row}\n  {verdict}\n  ours:    {ours:?}\n  library: {library:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_expected_differences_are_accepted() {
        let verdict = |ours: Result<i32, &str>, reason| {
            mismatch(&"row".into(), &Answers { ours: ours.map_err(str::to_owned), library: Ok(1), reason })
        };
        assert_eq!((verdict(Ok(1), None), verdict(Err("no"), Some("1 is too many"))), (None, None));
        let expected = |verdict| Some(format!("\"row\"\n  {verdict}\n  library: Ok(1)"));
        assert_eq!(verdict(Ok(2), None), expected("differs\n  ours:    Ok(2)"));
        assert_eq!(verdict(Ok(1), Some("1 is too many")), expected("agrees, although 1 is too many\n  ours:    Ok(1)"));
    }
}
