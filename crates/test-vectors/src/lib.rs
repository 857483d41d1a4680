#![doc = include_str!("../README.md")]

use std::{
    collections::BTreeMap,
    fmt::Debug,
    io::{self, Write},
};

use serde_json::Value;

mod aws;

pub use aws::{Aws, distinct};

/// The result of this project and the result of a library for one row of the test vectors. If the results differ on purpose, this value
/// also contains the reason.
#[derive(Debug)]
pub struct Answers<T> {
    /// This project's result, or its error.
    pub ours: Result<T, String>,
    /// The library's result, or its error.
    pub library: Result<T, String>,
    /// The reason why the results differ. In messages, the reason follows the word "although".
    pub reason: Option<&'static str>,
}

/// Returns the library's result for a row. `answer` reads the result from the row.
///
/// # Errors
/// Returns an error if the row has the field `error`.
pub fn library<T>(row: &Value, answer: impl FnOnce(&Value) -> T) -> Result<T, String> {
    row["error"].as_str().map_or_else(|| Ok(answer(row)), |error| Err(error.to_owned()))
}

/// Returns the content of the file with this name in the folder that the environment variable `VECTORS` names. If this file does
/// not exist, returns `stored`. `scripts/differential` sets the variable.
#[must_use]
pub fn file(name: &str, stored: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "only tests use this variable")]
    let folder = std::env::var_os("VECTORS").unwrap_or_default();
    let path = std::path::Path::new(&folder).join(format!("{name}.json"));
    std::fs::read_to_string(path).unwrap_or_else(|_| stored.to_owned())
}

/// Compares the two results for each row of a JSON array, and prints the number of rows to stderr. Two errors are treated as equal, even if
/// the messages differ.
///
/// # Panics
/// Panics if results differ without a reason, or are equal although there is a reason. The panic message contains all such rows. Also
/// panics if the array is empty.
pub fn compare<T: Debug + PartialEq>(name: &str, file: &str, answers: impl Fn(&Value) -> Answers<T>) {
    let rows: Vec<Value> = serde_json::from_str(file).expect("an array of rows");
    let (mut wrong, mut reasons) = (Vec::new(), BTreeMap::<_, usize>::new());
    for row in &rows {
        let answers = answers(row);
        answers.reason.into_iter().for_each(|reason| *reasons.entry(reason).or_default() += 1);
        wrong.extend(mismatch(row, &answers));
    }
    // Do not use `eprintln!`, because the test harness captures its output. `make test` adds up the numbers in these lines.
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
