//! The memory, files and threads of a process.

use std::{fmt, fs};

/// The memory, files and threads of a process at one time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holdings {
    rss_kib: u64,
    files: u64,
    threads: u64,
}

/// The tolerated growth of memory between the second and the last fifth of the run, in KiB. Some growth is normal, because the
/// number of running calls differs between the two measurements. The limit is about 50 bytes for each token that is opened
/// between the measurements.
const MORE_KIB: u64 = 3072;
/// The maximum number of open files at the end of the run. The provider keeps connections to AWS for later calls.
const MAX_FILES: u64 = 64;
/// The maximum number of threads at the end of the run. Threads that read files end ten seconds after their last use.
const MAX_THREADS: u64 = 4;

impl Holdings {
    /// Reads the current memory, files and threads of a process. Returns `None` if the process has ended.
    pub(crate) fn read(pid: u32) -> Option<Self> {
        let directory = format!("/proc/{pid}");
        let status = fs::read_to_string(format!("{directory}/status")).ok()?;
        let number = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?;
            value.trim().trim_end_matches(" kB").parse().ok()
        };
        let files = fs::read_dir(format!("{directory}/fd")).ok()?.count() as u64;
        Some(Self { rss_kib: number("VmRSS:")?, files, threads: number("Threads:")? })
    }
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rss_kib, files, threads } = self;
        write!(f, "{:.1} MB, {files} files, {threads} threads", *rss_kib as f64 * 1024.0 / 1e6)
    }
}

/// Returns a message if memory grew between the second and the last fifth of the run. Also returns a message if too many
/// files or threads are left at the end. Each sample contains the number of tokens opened so far, and the memory, files and
/// threads in use at that time.
pub(crate) fn flaws(samples: &[(u64, Holdings)], last: Option<Holdings>, opens: u64) -> Vec<String> {
    let Some(last) = last else { return vec!["the process has ended".to_owned()] };
    let part = |from: u64| -> Vec<u64> {
        let range = opens * from / 5..opens * (from + 1) / 5;
        samples.iter().filter(|(opened, _)| range.contains(opened)).map(|(_, holdings)| holdings.rss_kib).collect()
    };
    let mut flaws = Vec::new();
    // Compares the minimum memory in each of the two parts, because large responses need memory only for a short time.
    match (part(1).into_iter().min(), part(4).into_iter().min()) {
        (Some(early), Some(late)) if late > early + MORE_KIB => {
            flaws.push(format!("memory grew from {early} KiB to {late} KiB"));
        }
        (Some(_), Some(_)) => {}
        _ => flaws.push("too few samples of the memory: set a greater OPENS".to_owned()),
    }
    if last.files > MAX_FILES || last.threads > MAX_THREADS {
        flaws.push(format!("too much is left at the end: {last}"));
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_and_leftovers_are_flaws() {
        let holdings = |rss_kib, files| Holdings { rss_kib, files, threads: 2 };
        let run = |last_rss| -> Vec<_> {
            (0..100).map(|at| (at, holdings(if at < 80 { 9000 } else { last_rss }, 90))).collect()
        };
        assert_eq!(flaws(&run(12_000), Some(holdings(1, 9)), 100), Vec::<String>::new());
        assert_eq!(flaws(&run(12_100), Some(holdings(1, 9)), 100), ["memory grew from 9000 KiB to 12100 KiB"]);
        assert_eq!(flaws(&run(9000), Some(holdings(1, 65)), 100).len(), 1);
        assert_eq!(flaws(&run(9000), None, 100), ["the process has ended"]);
        assert_eq!(flaws(&[], Some(holdings(1, 9)), 100).len(), 1);
    }
}
