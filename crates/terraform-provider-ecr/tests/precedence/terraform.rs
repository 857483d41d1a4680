//! Finds the Terraform to test with: any one, because what is tested is the provider.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The first one that `scripts/find-terraform` finds.
///
/// # Panics
/// When there is none: a suite that tests nothing must not pass.
pub(crate) fn find() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/find-terraform");
    let output = Command::new(&script).output().expect("scripts/find-terraform runs");
    let lines = String::from_utf8(output.stdout).expect("scripts/find-terraform prints text");
    let first = lines.lines().find_map(|line| line.split_once('\t'));
    first.expect("no Terraform to test with: `make test` provisions one (scripts/provision)").1.into()
}
