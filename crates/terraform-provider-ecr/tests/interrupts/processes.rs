//! The processes of one test, by what stands in their environment.

use std::{fs, path::Path};

use nix::unistd::Pid;

/// Everything that runs with `tmp` as its temporary directory: Terraform, the provider, and what either has started.
pub(crate) fn with_temp_dir(tmp: &Path) -> Vec<Pid> {
    let marker = format!("TMPDIR={}", tmp.display());
    let processes = fs::read_dir("/proc").expect("/proc is readable").flatten();
    let with_marker = processes.filter_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        // Fails for what belongs to somebody else or has just ended; empty for what nobody has waited for.
        let environment = fs::read(process.path().join("environ")).ok()?;
        let marked = environment.split(|byte| *byte == 0).any(|variable| variable == marker.as_bytes());
        marked.then(|| Pid::from_raw(pid))
    });
    with_marker.collect()
}

/// What a process was started as, for a test that fails.
pub(crate) fn command_line(pid: Pid) -> String {
    let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    format!("{pid}: {}", String::from_utf8_lossy(&arguments).replace('\0', " "))
}
