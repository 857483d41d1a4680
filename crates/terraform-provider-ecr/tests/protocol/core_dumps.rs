//! Checks that the memory of the process, which contains credentials, is not written to disk by a core dump.

#![cfg(target_os = "linux")] // /proc shows the limits of another process

use std::{fs, io::ErrorKind};

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
use test_support::skip::skip;

use crate::{debug::debug, session::spawn};

/// The number of the capability CAP_SYS_PTRACE: <https://man7.org/linux/man-pages/man7/capabilities.7.html>
const CAP_SYS_PTRACE: u32 = 19;

/// Returns the soft limit for the size of core dumps: a number of bytes, or `unlimited`.
fn limit(pid: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("the limits of a process");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit of core dumps");
    line.split_whitespace().next().expect("a soft limit").to_owned()
}

/// Allows core dumps for this process and its child processes. Returns `false` if the hard limit forbids core dumps.
fn allow_core_dumps() -> bool {
    let (_, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
    setrlimit(Resource::RLIMIT_CORE, hard, hard).expect("the soft limit may be as high as the hard one");
    hard > 0
}

#[tokio::test]
async fn core_dumps_are_disabled() {
    if !allow_core_dumps() {
        return skip("the hard limit of core dumps is 0, so no process here can leave a core dump");
    }
    let plugin = spawn().await;
    assert_eq!(limit(plugin.process().pid()), "0");
}

/// Returns whether this user cannot read the memory of a process. The test tries to read the file with the environment of the process,
/// because this file has the same access check as the memory: <https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html>
fn is_closed(pid: u32) -> bool {
    match fs::read(format!("/proc/{pid}/environ")) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
            true
        }
    }
}

#[tokio::test]
async fn memory_is_closed_to_debuggers_of_the_same_user() {
    let plugin = spawn().await;
    let (debugged, _) = debug("-debug").await;
    assert!(!is_closed(debugged.pid()), "with -debug, this user can read the memory of the process");
    if is_root() {
        return skip("root may read the memory of every process");
    }
    assert!(is_closed(plugin.process().pid()));
}

/// Returns whether this process may read the memory of every other process, which is usually allowed only for root.
fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).expect("its capabilities");
    let capabilities = u64::from_str_radix(capabilities.trim(), 16).expect("a number");
    capabilities & (1 << CAP_SYS_PTRACE) != 0
}

#[tokio::test]
async fn core_dumps_are_unchanged_with_debug() {
    if !allow_core_dumps() {
        return skip("the hard limit of core dumps is 0, so no process here can leave a core dump");
    }
    let (process, _) = debug("-debug").await;
    let (_, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
    let expected = if hard == RLIM_INFINITY { "unlimited".to_owned() } else { hard.to_string() };
    assert_eq!(limit(process.pid()), expected);
}
