//! Finds the Terraform and OpenTofu command lines to test with.

use std::{path::PathBuf, process::Command};

use crate::stage::repository;

/// One command line, `terraform` or `tofu`.
#[derive(Debug)]
pub(crate) struct Terraform {
    /// Product and version, such as `terraform-1.11.4`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl Terraform {
    pub(crate) fn is_opentofu(&self) -> bool {
        self.name.starts_with("tofu-")
    }

    /// The registry that a provider address without a host belongs to.
    pub(crate) fn registry(&self) -> &'static str {
        if self.is_opentofu() { "registry.opentofu.org" } else { "registry.terraform.io" }
    }
}

/// Every usable command line on `PATH` and in `.tools/`.
///
/// # Panics
/// When there is none: a suite that tests nothing must not pass.
pub(crate) fn find() -> Vec<Terraform> {
    let script = repository().join("scripts/find-terraform");
    let output = Command::new(&script).output().expect("scripts/find-terraform runs");
    let lines = String::from_utf8(output.stdout).expect("scripts/find-terraform prints text");
    let found: Vec<_> = lines
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, path)| Terraform { name: name.to_owned(), path: path.into() })
        .collect();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        !found.is_empty(),
        "no Terraform to test with: `make test` provisions one (scripts/provision)\n{complaints}"
    );
    found
}
