//! What must not be left behind, however much is logged.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Everything to look for.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// What rows have, and what the sandbox has handed out.
    pub(crate) fn new(of_rows: &[&str], handed_out: Vec<String>) -> Self {
        Self(of_rows.iter().map(|secret| (*secret).to_owned()).chain(handed_out).collect())
    }

    /// Those in a text, and the lines they are in.
    pub(crate) fn in_text(&self, text: &str) -> Vec<String> {
        let lines = text.lines().filter(|line| self.0.iter().any(|secret| line.contains(secret.as_str())));
        lines.map(|line| format!("a secret: {line:.500}")).collect()
    }

    /// Those in all files below a directory, but for those that are `inputs` or below one, which the row wrote.
    pub(crate) fn in_files(&self, directory: &Path, inputs: &[PathBuf]) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()) {
            if inputs.contains(&entry) {
                continue;
            }
            if entry.is_dir() {
                found.extend(self.in_files(&entry, inputs));
            } else if entry.is_file() && !entry.is_symlink() {
                let found_there = match fs::read(&entry) {
                    Ok(content) => self.in_text(&String::from_utf8_lossy(&content)),
                    // A search that cannot look must not pass for one that finds nothing.
                    Err(error) => vec![format!("not searched: {error}")],
                };
                found.extend(found_there.into_iter().map(|line| format!("{}: {line}", entry.display())));
            }
        }
        found
    }
}

/// A search that finds nothing proves nothing unless it finds what is there.
pub(crate) fn finds_what_is_planted() -> Result<(), String> {
    let (directory, inputs) = (tempfile::tempdir().expect("a directory"), "inputs");
    fs::create_dir(directory.path().join(inputs)).expect("a directory");
    let planted = ["a=hunter2", "b=handed-out", "hunter2hunter2"];
    for (position, secret) in planted.iter().enumerate() {
        fs::write(directory.path().join(position.to_string()), format!("x\n{secret}\n")).expect("a file");
    }
    fs::write(directory.path().join(inputs).join("config"), "hunter2").expect("a file");
    fs::write(directory.path().join("log"), "nothing").expect("a file");
    let secrets = Secrets::new(&["hunter2"], vec!["handed-out".to_owned()]);
    let found = secrets.in_files(directory.path(), &[directory.path().join(inputs)]);
    if found.len() == planted.len() { Ok(()) } else { Err(format!("{found:#?}")) }
}
