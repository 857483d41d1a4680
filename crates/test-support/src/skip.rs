//! Skips a test that finds only at run time that it cannot show anything here.

use std::{
    io::{self, Write},
    thread,
};

/// Reports that the running test is skipped. Rust's test harness cannot, so `make test` reads this line and counts it.
pub fn skip(reason: &str) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    // Not a macro: the harness would keep what those print.
    writeln!(io::stderr(), "skipped: {name}: {reason}").ok();
}
