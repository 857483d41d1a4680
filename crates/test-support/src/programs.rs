//! The programs that a test runs.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    fmt,
    fs::{self, File},
    io::Read,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
    },
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::repository;

/// Programs of Python packages. `make test` installs pinned versions of these packages. Other versions on `PATH` are not used.
const OF_PYTHON: [&str; 3] = ["aws", "moto_server", "python"];

/// The declared programs with their paths, and a directory that contains only links to these programs.
#[derive(Debug)]
pub struct Programs {
    paths: BTreeMap<String, PathBuf>,
    directory: TempDir,
}

/// The declared programs that are missing on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(Vec<String>);

impl Programs {
    /// Finds programs on `PATH`, and then in `.tools/`, in which `make test` installs programs.
    ///
    /// # Errors
    /// Returns the names of the missing programs if a program is not found.
    ///
    /// # Panics
    /// If the directory for the links cannot be created.
    pub fn find(names: &[&str]) -> Result<Self, Missing> {
        let (mut paths, mut missing) = (BTreeMap::new(), Vec::new());
        for name in names {
            match candidates(name).into_iter().find(|path| is_executable(path)) {
                Some(path) if *name == "python3" => _ = paths.insert((*name).to_owned(), interpreter(&path)),
                Some(path) => _ = paths.insert((*name).to_owned(), callable(path)),
                None => missing.push((*name).to_owned()),
            }
        }
        if !missing.is_empty() {
            return Err(Missing(missing));
        }
        let directory = tempfile::Builder::new().prefix("path-").tempdir().expect("a directory for links");
        for (name, path) in &paths {
            symlink(path, directory.path().join(name)).expect("a link can be made");
        }
        Ok(Self { paths, directory })
    }

    /// Returns the path of a declared program.
    ///
    /// # Panics
    /// If the test did not declare the program.
    #[must_use]
    pub fn path(&self, name: &str) -> &Path {
        self.paths.get(name).unwrap_or_else(|| panic!("the test does not declare the program {name}"))
    }

    /// Returns the value of `PATH` for processes of the test: the directory that contains only the declared programs.
    #[must_use]
    pub fn search_path(&self) -> &OsStr {
        self.directory.path().as_os_str()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {}", self.0.join(", "))
    }
}

/// Returns the path of the real Python interpreter, because `python3` on `PATH` may be a shim of pyenv. The shim would put
/// all programs of the user on the `PATH` of processes that Python starts.
fn interpreter(python: &Path) -> PathBuf {
    let output = Command::new(python).args(["-c", "import sys; print(sys.executable)"]).output().expect("Python runs");
    let path = PathBuf::from(OsStr::from_bytes(output.stdout.trim_ascii_end()));
    if is_executable(&path) { path } else { callable(python.to_owned()) }
}

/// Returns the path of a program that does the same as the program at `path`, and also works with the `PATH` of a test.
///
/// A program of pyenv, tfenv or asdf is a script that uses programs on `PATH` to find the real program. For such a program,
/// returns the path of a new script. The new script runs the program with the `PATH` of this process. The scripts in `.tools/`
/// name all programs by their paths, and are returned unchanged.
///
/// # Panics
/// If the script cannot be written.
#[must_use]
pub fn callable(path: PathBuf) -> PathBuf {
    let tools = repository().join(".tools");
    let mut start = [0; 2];
    let is_script = File::open(&path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!";
    if !is_script || path.starts_with(&tools) {
        return path;
    }
    let quoted = |text: &OsStr| format!("'{}'", text.to_string_lossy().replace('\'', r"'\''"));
    let script = format!("#!/bin/sh\nPATH={} exec {} \"$@\"\n", quoted(&search_path()), quoted(path.as_os_str()));
    let directory = tools.join("scripts");
    let named = directory.join(path.file_name().unwrap_or_default());
    if fs::read_to_string(&named).is_ok_and(|written| written == script) {
        return named;
    }
    fs::create_dir_all(&directory).expect("a directory can be made");
    let mut file = tempfile::NamedTempFile::new_in(&directory).expect("a file can be made");
    std::io::Write::write_all(&mut file, script.as_bytes()).expect("a script can be written");
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o755)).expect("the file can be executable");
    file.persist(&named).expect("the file can be renamed");
    named
}

fn candidates(name: &str) -> Vec<PathBuf> {
    let tools = repository().join(".tools");
    if OF_PYTHON.contains(&name) {
        return vec![tools.join("venv/bin").join(name)];
    }
    // Empty and relative entries are ignored. An empty entry means the working directory, and is usually a mistake.
    let path = search_path();
    let directories = env::split_paths(&path).filter(|directory| directory.is_absolute());
    directories.chain([tools.join("bin")]).map(|directory| directory.join(name)).collect()
}

#[expect(clippy::disallowed_methods, reason = "programs on the PATH of the user take precedence")]
fn search_path() -> OsString {
    env::var_os("PATH").unwrap_or_default()
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::deadline::{DEADLINE, eventually};

    #[test]
    fn an_undeclared_program_is_not_on_the_path() {
        let programs = Programs::find(&["sh", "true"]).expect("every Unix has both programs");
        let succeeds = |command| {
            let mut shell = Command::new(programs.path("sh"));
            shell.args(["-c", command]).env_clear().env("PATH", programs.search_path());
            shell.status().expect("a shell").success()
        };
        assert!(succeeds("exec true"));
        assert!(!succeeds("exec false; exit 0"), "the test does not declare the program false");
        assert!(!succeeds("exec cat </dev/null"));
    }

    #[test]
    fn a_script_on_the_path_runs_with_the_programs_that_it_needs() {
        let directory = tempfile::tempdir().expect("a directory");
        let shim = directory.path().join("a shim's name");
        fs::write(&shim, "#!/usr/bin/env sh\ntest \"$1\" = 'an argument' && exec cat \"$0\"\n").expect("a script");
        fs::set_permissions(&shim, fs::Permissions::from_mode(0o755)).expect("the file can be executable");
        let run = |program: &Path| {
            let mut output = None;
            // Starting the program fails while another test's newly forked process still has the file open for writing.
            eventually(DEADLINE, || {
                let run = Command::new(program).arg("an argument").env_clear().env("PATH", "/nonexistent").output();
                output = run.map_err(|error| assert_eq!(error.kind(), ErrorKind::ExecutableFileBusy)).ok();
                output.is_some()
            });
            output.expect("the program starts")
        };
        assert!(!run(&shim).status.success(), "without a PATH, the shim cannot find programs");
        let output = run(&callable(shim));
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn all_missing_programs_are_named() {
        let missing = Programs::find(&["sh", "no-such-program", "nor-this"]).expect_err("two programs are missing");
        assert_eq!(missing.to_string(), "needs no-such-program, nor-this");
    }

    #[test]
    #[should_panic(expected = "does not declare the program cat")]
    fn panics_on_an_undeclared_program() {
        let programs = Programs::find(&["sh"]).expect("every Unix has a shell");
        let _ = programs.path("cat");
    }
}
