//! Skips a test that finds only at run time that it cannot prove anything on this machine.

use std::{
    io::{self, Write},
    thread,
};

/// Reports that the running test is skipped. Rust's test harness cannot report this. `make test` therefore reads this line and
/// counts it.
pub fn skip(reason: &str) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    // Not a macro, since the harness would capture its output.
    writeln!(io::stderr(), "skipped: {name}: {reason}").ok();
}
