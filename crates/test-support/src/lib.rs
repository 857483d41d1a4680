//! Code that the tests of all crates share. A row of the test table ([`row`]) is a configuration and its expected outcome.
//! [`world`] has the servers of a row, and [`report`] describes an outcome that differs from the expected outcome. [`home`] runs
//! Terraform, and [`search`] looks for secrets in everything that a run leaves behind.
//!
//! A test that needs a program declares the program ([`test::Test::needs`]). The test runs with a `PATH` that contains only its
//! declared programs. An undeclared program is therefore missing on every machine. If a declared program is missing, the test is
//! skipped, and the output names the program. This crate is for Unix only.

#![cfg(unix)]

pub mod answer;
pub mod configuration;
pub mod deadline;
pub mod expected_diagnostics;
pub mod home;
pub mod image;
pub mod output;
pub mod processes;
pub mod programs;
pub mod readings;
pub mod recorded;
pub mod registry;
pub mod report;
pub mod row;
pub mod running;
pub mod search;
pub mod skip;
pub mod stage;
pub mod terraform;
pub mod test;
pub mod world;

use std::path::{Path, PathBuf};

/// Returns the root of the repository.
///
/// # Panics
/// If the repository was moved after the tests were built.
#[must_use]
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is where it was at build time")
}
