//! The memory of the process holds credentials: it stays there.

#![cfg(target_os = "linux")] // where it can be seen from outside

use std::fs;

use crate::{debug::debug, session::spawn};

/// The soft limit of the size of core dumps.
fn limit(pid: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("the limits of a process");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit of core dumps");
    line.split_whitespace().next().expect("a soft limit").to_owned()
}

/// Only where the limit is not 0 to begin with can this fail: `ulimit -Sc unlimited` before the tests makes it so.
#[tokio::test]
async fn a_crash_leaves_none_of_it_on_disk() {
    let plugin = spawn().await;
    assert_eq!(limit(plugin.process().pid()), "0");
}

#[tokio::test]
async fn one_that_is_debugged_is_left_as_it_is() {
    let (process, _) = debug("-debug").await;
    assert_eq!(limit(process.pid()), limit(std::process::id()));
}
