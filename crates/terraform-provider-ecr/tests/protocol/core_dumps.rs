//! The memory of the process holds credentials: no core dump writes it to disk.

#![cfg(target_os = "linux")] // /proc shows the limit of another process

use std::fs;

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
use test_support::skip::skip;

use crate::{debug::debug, session::spawn};

/// The soft limit of the size of core dumps, in bytes or `unlimited`.
fn limit(pid: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("the limits of a process");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit of core dumps");
    line.split_whitespace().next().expect("a soft limit").to_owned()
}

/// Allows core dumps in this process and in those that it starts. Returns false where the hard limit forbids them.
fn allow_core_dumps() -> bool {
    let (_, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
    setrlimit(Resource::RLIMIT_CORE, hard, hard).expect("the soft limit may be as high as the hard one");
    hard > 0
}

#[tokio::test]
async fn a_crash_leaves_none_of_it_on_disk() {
    if !allow_core_dumps() {
        return skip("the hard limit of core dumps is 0, so that no process here leaves one");
    }
    let plugin = spawn().await;
    assert_eq!(limit(plugin.process().pid()), "0");
}

#[tokio::test]
async fn one_that_is_debugged_is_left_as_it_is() {
    if !allow_core_dumps() {
        return skip("the hard limit of core dumps is 0, so that no process here leaves one");
    }
    let (process, _) = debug("-debug").await;
    let (_, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
    let expected = if hard == RLIM_INFINITY { "unlimited".to_owned() } else { hard.to_string() };
    assert_eq!(limit(process.pid()), expected);
}
