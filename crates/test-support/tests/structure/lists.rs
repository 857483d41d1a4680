//! Compares the lists of endpoint names and Regions with other programs, by means of `scripts/refresh-lists`.

use std::{ffi::OsStr, process::Command};

use test_support::{programs::Programs, repository};

/// Runs `scripts/refresh-lists` to compare a list.
///
/// # Panics
/// If the list lacks a name. The message is the output of the script.
pub(crate) fn compare(list: &str, programs: &Programs, environment: &[(&str, &OsStr)]) {
    let mut script = Command::new(repository().join("scripts/refresh-lists"));
    script.arg(list).env_clear().env("PATH", programs.search_path()).envs(environment.iter().copied());
    let output = script.output().expect("scripts/refresh-lists runs");
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "\n{stdout}{stderr}");
}
