//! Finds the Terraform and OpenTofu command lines to test with.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// One command line, `terraform` or `tofu`.
#[derive(Clone, Debug)]
pub(crate) struct Terraform {
    /// Product and version, such as `terraform-1.11.4`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// Every usable command line on `PATH` and in `.tools/`.
///
/// # Panics
/// When there is none: a suite that tests nothing must not pass.
pub(crate) fn find() -> Vec<Terraform> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/find-terraform");
    let output = Command::new(&script).output().expect("scripts/find-terraform runs");
    let lines = String::from_utf8(output.stdout).expect("scripts/find-terraform prints text");
    let lines = lines.lines().filter_map(|line| line.split_once('\t'));
    let found: Vec<_> = lines.map(|(name, path)| Terraform { name: name.to_owned(), path: path.into() }).collect();
    assert!(!found.is_empty(), "no Terraform to test with: `make test` provisions one (scripts/provision)");
    found
}
