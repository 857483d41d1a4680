//! Checks the files in ARCHITECTURE.md. The page has a table for each crate, with the files in `src`, `examples` and `tests`. The
//! text outside of the tables also names files, and is checked too.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::modules::Modules;

/// Returns a message for each file that a table lacks, and for each file that the page names but that does not exist.
///
/// A row names files and directories, relative to the crate or to its `src`. A directory ends in a slash, and stands for all
/// files below it. The root of a library and modules that are only for tests do not need a row.
pub(crate) fn problems(page: &str, repository: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for section in page.split("\n## ").skip(1) {
        let directory = section.split([':', '\n']).next().unwrap_or_default();
        let names = names(section);
        if names.is_empty() {
            continue;
        }
        let root = repository.join(directory);
        let is_path = |name: &&str| {
            let paths = [root.join(name), root.join("src").join(name)];
            paths.iter().any(|path| if name.ends_with('/') { path.is_dir() } else { path.is_file() })
        };
        let missing = names.iter().filter(|name| !is_path(name) && !name.contains('*'));
        problems.extend(missing.map(|name| format!("{directory}: the table lists {name}, which does not exist")));
        let is_listed = |file: &String| {
            names.iter().any(|name| if name.ends_with('/') { file.starts_with(name) } else { file == name })
        };
        let unlisted = files(&root).into_iter().filter(|file| !is_listed(file));
        problems.extend(unlisted.map(|file| format!("{directory}: the table does not list {file}")));
    }
    let tree = rust_files(&repository.join("crates"));
    let files = page.split('`').skip(1).step_by(2).filter(|name| name.ends_with(".rs") && !name.contains(' '));
    let missing = files.filter(|name| !tree.iter().any(|path| path.ends_with(name)));
    problems.extend(missing.map(|name| format!("the page names {name}, which does not exist")));
    problems.dedup();
    problems
}

/// Returns the names in the first column of the section's table of files.
fn names(section: &str) -> Vec<&str> {
    let rows = section.split_once("\n| file |").map_or("", |(_, rows)| rows);
    let cells = rows.lines().skip(2).take_while(|row| row.starts_with('|')).filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// Returns the Rust files of a crate that ARCHITECTURE.md must list, with names in the format of its tables.
fn files(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for name in ["lib", "main"] {
        let file = root.join("src").join(name).with_extension("rs");
        if file.is_file() {
            let modules = Modules::read(&file);
            let paths =
                modules.files().map(|module| if module.is_empty() { name.to_owned() } else { module.join("/") });
            files.extend(paths.filter(|path| path != "lib").map(|path| path + ".rs"));
        }
    }
    let others = ["examples", "tests"].map(|name| rust_files(&root.join(name))).concat();
    files.extend(others.iter().map(|path| path.strip_prefix(root).expect("a path below it").display().to_string()));
    files.sort();
    files
}

/// Returns the Rust files below a directory.
fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_rows_without_a_file_and_files_without_a_row() {
        let tree = tempfile::tempdir().expect("a directory");
        for (path, text) in [
            ("crates/one/src/lib.rs", "mod listed;\nmod unlisted;\nmod below;\n#[cfg(test)]\nmod tests;"),
            ("crates/one/src/listed.rs", ""),
            ("crates/one/src/unlisted.rs", "#[cfg(test)]\nmod fuzz;"),
            ("crates/one/src/unlisted/fuzz.rs", ""),
            ("crates/one/src/below.rs", "mod file;"),
            ("crates/one/src/below/file.rs", ""),
            ("crates/one/src/tests.rs", ""),
            ("crates/one/tests/it/main.rs", ""),
            ("crates/one/tests/other.rs", ""),
            ("crates/two/src/main.rs", ""),
        ] {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
            fs::write(path, text).expect("a file");
        }
        let page = "# Title\n\n## crates/one: a crate\n\n| file | subject |\n| --- | --- |\n| `listed.rs`, `gone.rs` | `not.rs` |\n\
                    | `below.rs`, `below/` | x |\n| `tests/it/` | x |\n\n| `no.rs` |\n\n## crates/two\n\nNo table.\n";
        let expected = [
            "crates/one: the table lists gone.rs, which does not exist",
            "crates/one: the table does not list tests/other.rs",
            "crates/one: the table does not list unlisted.rs",
            "the page names gone.rs, which does not exist",
            "the page names not.rs, which does not exist",
            "the page names no.rs, which does not exist",
        ];
        assert_eq!(problems(page, tree.path()), expected);
    }
}
