//! What must not be left behind, however much is logged.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::answer::{PASSWORD, encoded};

/// In every secret of the rows and of what the fakes hand out: keys, sessions, passwords, and tokens of all kinds.
const SECRET: &str = "hunter2";

/// The secrets in a text, and the lines they are in.
pub(crate) fn in_text(text: &str) -> Vec<String> {
    // As ECR encodes what it hands out, and as a proxy gets its password.
    let encoded = [format!("AWS:{PASSWORD}"), "me:hunter2".to_owned()].map(|secret| encoded(secret.as_bytes()));
    let [token, basic] = encoded.each_ref().map(|secret| secret.trim_end_matches('='));
    let lines = text.lines().filter(|line| [SECRET, token, basic].iter().any(|secret| line.contains(secret)));
    lines.map(|line| format!("a secret: {line:.500}")).collect()
}

/// The secrets in all files below a directory, but for those that are `inputs` or below one, which the row wrote.
pub(crate) fn in_files(directory: &Path, inputs: &[PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()) {
        if inputs.contains(&entry) {
            continue;
        }
        if entry.is_dir() {
            found.extend(in_files(&entry, inputs));
        } else if !entry.is_symlink() {
            // A socket cannot be read, and holds nothing.
            let content = fs::read(&entry).unwrap_or_default();
            let lines = in_text(&String::from_utf8_lossy(&content));
            found.extend(lines.into_iter().map(|line| format!("{}: {line}", entry.display())));
        }
    }
    found
}

/// A search that finds nothing proves nothing unless it finds what is there.
pub(crate) fn finds_what_is_planted() -> Result<(), String> {
    let (directory, inputs) = (tempfile::tempdir().expect("a directory"), "inputs");
    fs::create_dir(directory.path().join(inputs)).expect("a directory");
    let planted = ["a=hunter2".to_owned(), encoded(format!("AWS:{PASSWORD}").as_bytes()), encoded(b"me:hunter2")];
    for (position, secret) in planted.iter().enumerate() {
        fs::write(directory.path().join(position.to_string()), format!("x\n{secret}\n")).expect("a file");
    }
    fs::write(directory.path().join(inputs).join("config"), "hunter2").expect("a file");
    fs::write(directory.path().join("log"), "nothing").expect("a file");
    let found = in_files(directory.path(), &[directory.path().join(inputs)]);
    if found.len() == planted.len() { Ok(()) } else { Err(format!("{found:#?}")) }
}
