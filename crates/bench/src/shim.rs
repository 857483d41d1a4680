//! A program between Terraform and a provider. Starts the provider, waits until it ends, and logs its peak memory.

use std::{
    fs::OpenOptions,
    io::Write,
    process::{Command, ExitCode},
};

use nix::sys::resource::{UsageWho, getrusage};

use crate::variable;

/// Runs the provider with the streams and arguments of this process.
pub(crate) fn run(provider: &str) -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let mut command = Command::new(provider);
    let status = command.args(arguments).env_remove("BENCH_PROVIDER_OF_SHIM").status();
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
    if let Some(log) = variable("BENCH_LOG_OF_SHIM") {
        let file = OpenOptions::new().create(true).append(true).open(log);
        // `max_rss` is in KiB: https://man7.org/linux/man-pages/man2/getrusage.2.html
        file.and_then(|mut file| writeln!(file, "{}", peak * 1024)).ok();
    }
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
