//! Finds the processes of a test by process group and command line, because every user may read both for every process.
//!
//! The environment of a process cannot be used instead. The provider is not dumpable, and therefore only root may read its
//! `/proc/PID/environ`: <https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html>

use std::{fs, io};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

/// A running process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The id of the process.
    pub pid: Pid,
    /// The program and its arguments, separated by spaces.
    pub command_line: String,
}

impl Process {
    /// Whether the process is the provider, or a script that starts the provider.
    #[must_use]
    pub fn is_provider(&self) -> bool {
        self.command_line.contains("terraform-provider-ecr")
    }
}

/// Returns all processes of the process group. Leaves out zombies: processes that have ended and are not yet waited for.
///
/// # Panics
/// If `/proc` cannot be read. A test that cannot see processes must not pass.
#[must_use]
pub fn in_group(group: Pid) -> Vec<Process> {
    let (mut found, mut seen) = (Vec::new(), 0);
    for entry in fs::read_dir("/proc").expect("/proc is readable") {
        let name = entry.expect("an entry of /proc").file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()).map(Pid::from_raw) else { continue };
        let Some(stat) = read(pid, "stat") else { continue };
        seen += 1;
        let (state, group_of_process) = state_and_group(&stat).unwrap_or_else(|| panic!("/proc/{pid}/stat: {stat}"));
        if group_of_process == group && !matches!(state, "Z" | "X") {
            let command_line = read(pid, "cmdline").unwrap_or_default().replace('\0', " ").trim_end().to_owned();
            found.push(Process { pid, command_line });
        }
    }
    assert!(seen > 0, "/proc must list at least the process of this test");
    found
}

/// Kills all processes of the process group, if there are any.
pub fn kill_group(group: Pid) {
    killpg(group, Signal::SIGKILL).ok();
}

/// Reads a file of a process in `/proc`. Returns `None` if the process has ended.
fn read(pid: Pid, name: &str) -> Option<String> {
    match fs::read(format!("/proc/{pid}/{name}")) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        // `ESRCH` means that the process ended after the file was opened and before it was read.
        Err(error) if error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(nix::libc::ESRCH) => None,
        Err(error) => panic!("/proc/{pid}/{name}: {error}"),
    }
}

/// Returns the state and the process group in the text of `/proc/PID/stat`: the first and the third field after the program's
/// name. The name is in parentheses, and may contain any characters: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
fn state_and_group(stat: &str) -> Option<(&str, Pid)> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    Some((state, Pid::from_raw(group)))
}

#[cfg(test)]
mod tests {
    use std::{
        os::unix::process::CommandExt,
        process::{Child, Command, Stdio},
    };

    use super::*;
    use crate::deadline::{DEADLINE, eventually};

    fn start(program: &str) -> (Child, Pid) {
        let child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0).spawn();
        let child = child.expect("the program starts");
        let pid = Pid::from_raw(child.id().try_into().expect("a process id"));
        (child, pid)
    }

    #[test]
    fn a_process_is_listed_until_it_ends() {
        let (mut child, group) = start("cat");
        assert!(eventually(DEADLINE, || in_group(group) == [Process { pid: group, command_line: "cat".to_owned() }]));
        kill_group(group);
        assert!(eventually(DEADLINE, || in_group(group).is_empty()), "a zombie must not be listed");
        child.wait().expect("the program ends");
        assert_eq!(in_group(group), []);
    }

    #[test]
    fn parses_process_names_with_parentheses_and_spaces() {
        assert_eq!(state_and_group("7 (a) S 1 2) b) S 42 7 8 0"), Some(("S", Pid::from_raw(7))));
        assert_eq!(state_and_group("7 (sh"), None);
    }
}
