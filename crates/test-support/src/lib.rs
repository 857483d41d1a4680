//! Shared by the tests of all crates: the programs that they run, the processes that they leave, deadlines, and the Terraforms.
//!
//! A test that needs a program declares it ([`test::Test::needs`]). It runs with a `PATH` that holds its declared programs and
//! nothing else, so an undeclared one is missing on every machine. If a declared one is missing, the test is skipped, and the
//! output names the program.

pub mod deadline;
pub mod image;
pub mod processes;
pub mod programs;
pub mod registry;
pub mod skip;
pub mod terraform;
pub mod test;

use std::path::{Path, PathBuf};

/// The root of the repository.
///
/// # Panics
/// If the repository was moved after the tests were built.
#[must_use]
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is where it was at build time")
}
