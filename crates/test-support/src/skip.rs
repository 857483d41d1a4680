//! Skips a running test that has found out that this machine is not suitable.

use std::{
    io::{self, Write},
    thread,
};

/// Prints that the running test is skipped. Rust's test harness cannot report skipped tests. `make test` therefore reads the
/// printed line, and counts the test as skipped.
pub fn skip(reason: &str) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    // Does not use `eprintln!`, because the test harness captures the output of `eprintln!`.
    writeln!(io::stderr(), "skipped: {name}: {reason}").ok();
}
