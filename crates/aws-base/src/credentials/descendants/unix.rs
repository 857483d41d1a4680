//! Finds the descendants of a program by looking up the parent of each process. On Linux, reads `/proc`, because small images do
//! not have the program `ps`. On macOS, runs `ps`, because macOS does not have `/proc`.

use std::{
    collections::HashMap,
    fs,
    process::{Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::process::Child;
use tracing::debug;

/// When this value is dropped, kills all descendants of a process, but not the process itself. The process is a shell. Killing
/// only the shell would not end the program that the shell runs.
///
/// The processes are not put into a separate process group, because a program in such a group could not read from the terminal.
#[derive(Debug)]
pub(in crate::credentials) struct Descendants(Option<u32>);

impl Descendants {
    /// Stores the process ID of a running program. The descendants of the program are looked up when this value is dropped.
    pub(in crate::credentials) fn new(child: &Child) -> Self {
        Self(child.id())
    }

    /// Drops this value, but does not kill the descendants.
    pub(in crate::credentials) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Descendants {
    fn drop(&mut self) {
        let Some(pid) = self.0 else { return };
        let children = children();
        let mut families = vec![pid];
        while let Some(parent) = families.pop() {
            for child in children.get(&parent).into_iter().flatten() {
                families.push(*child);
                if let Ok(pid) = i32::try_from(*child) {
                    // An error means that the process has already ended.
                    kill(Pid::from_raw(pid), Signal::SIGKILL).ok();
                }
            }
        }
    }
}

/// Returns a map from the ID of each process to the IDs of its children.
fn children() -> HashMap<u32, Vec<u32>> {
    let mut children = HashMap::<_, Vec<_>>::new();
    let parents = from_proc();
    for (pid, parent) in if parents.is_empty() { from_ps() } else { parents } {
        children.entry(parent).or_default().push(pid);
    }
    children
}

/// Returns the ID of each process together with the ID of its parent, from `/proc`. Returns an empty list if `/proc` is missing.
fn from_proc() -> Vec<(u32, u32)> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let with_parent = processes.filter_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        Some((pid, parent(&fs::read_to_string(process.path().join("stat")).ok()?)?))
    });
    with_parent.collect()
}

/// Parses the ID of a process's parent from the content of `/proc/<pid>/stat`. This ID is the second field after the name of the
/// program. The name is in parentheses and may contain any text.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Returns the ID of each process together with the ID of its parent, from the output of `ps`. Does not search `PATH`, because
/// `PATH` could contain a different program `ps` that does not end.
///
/// [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html) specifies the options of `ps`. The empty column
/// headings after `=` remove the header line from the output. A heading extends to the end of its argument, so each column has its
/// own `-o`.
fn from_ps() -> Vec<(u32, u32)> {
    let mut ps = Command::new("/bin/ps");
    let printed = ps.args(["-A", "-o", "pid=", "-o", "ppid="]).env_clear().stdin(Stdio::null()).output();
    let printed = printed.inspect_err(|error| {
        debug!(%error, "the program `ps` is missing, and processes that the program \
                                                              started may outlive it")
    });
    printed.map(|printed| pairs(&String::from_utf8_lossy(&printed.stdout))).unwrap_or_default()
}

fn pairs(printed: &str) -> Vec<(u32, u32)> {
    let pair = |line: &str| {
        let (pid, parent) = line.trim().split_once(char::is_whitespace)?;
        Some((pid.parse().ok()?, parent.trim().parse().ok()?))
    };
    printed.lines().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_parent_pid_in_proc_stat() {
        assert_eq!(parent("7 (a) b) S 42 7 7 0"), Some(42));
        assert_eq!(parent("7 (sh S"), None);
    }

    #[test]
    fn parses_the_pid_columns_of_ps() {
        assert_eq!(pairs("    1     0\n  501     1\n12345 99999\nps: no\n"), [(1, 0), (501, 1), (12345, 99999)]);
    }
}
