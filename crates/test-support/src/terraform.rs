//! The Terraform and OpenTofu programs that tests run.

use std::{path::PathBuf, process::Command};

use crate::{programs::callable, repository};

/// A program `terraform` or `tofu`.
#[derive(Clone, Debug)]
pub struct Terraform {
    /// The product and its version, such as `terraform-1.11.4`.
    pub name: String,
    /// The path of the program.
    pub path: PathBuf,
}

impl Terraform {
    /// Finds every Terraform and OpenTofu that is new enough for the provider: see `scripts/find-terraform`.
    ///
    /// # Panics
    /// If no program is found. A test suite that runs no tests must not pass.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let output = Command::new(repository().join("scripts/find-terraform")).output();
        let output = output.expect("scripts/find-terraform runs");
        let (lines, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines = lines.lines().filter_map(|line| line.split_once('\t'));
        let found: Vec<_> =
            lines.map(|(name, path)| Self { name: name.to_owned(), path: callable(path.into()) }).collect();
        assert!(!found.is_empty(), "a usable Terraform is missing: run `make test`, which installs one\n{complaints}");
        found
    }

    /// Whether this is OpenTofu.
    #[must_use]
    pub fn is_opentofu(&self) -> bool {
        self.name.starts_with("tofu-")
    }

    /// Returns the host that provider addresses have if they do not name a host.
    #[must_use]
    pub fn registry(&self) -> &'static str {
        if self.is_opentofu() { "registry.opentofu.org" } else { "registry.terraform.io" }
    }
}
