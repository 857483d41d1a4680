//! Sends the signals that a terminal or a job runner sends to all processes of Terraform.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use test_support::{running::Running, terraform::Terraform};

use crate::{Test, project::Project};

pub(crate) const TESTS: &[Test] = &[
    ("ctrl_c_interrupts_the_command", ctrl_c),
    ("a_second_ctrl_c_ends_the_command", ctrl_c_twice),
    ("sigterm_ends_the_command", sigterm),
    ("sighup_ends_the_command", sighup),
];

/// The time limit from the signal to the end of Terraform. Without the signal, the call would hang for a minute. Measured: 5 to 31
/// ms.
const PROMPT: Duration = Duration::from_secs(1);

fn ctrl_c(terraform: &Terraform) {
    let ended = plan_until_hanging(terraform, |plan| plan.signal_group(Signal::SIGINT));
    assert_fails(&ended, &["Interrupt received", "Error: Interrupted"]);
}

/// When the second signal is sent, Terraform may have already ended.
fn ctrl_c_twice(terraform: &Terraform) {
    let ended = plan_until_hanging(terraform, |plan| {
        plan.signal_group(Signal::SIGINT);
        plan.says("Interrupt received");
        plan.signal_group(Signal::SIGINT);
    });
    assert_fails(&ended, &["Interrupt received"]);
}

/// Terraform handles SIGTERM like Ctrl-C. But the signal also ends the provider, so the provider's response may arrive before Terraform has
/// handled the signal.
fn sigterm(terraform: &Terraform) {
    let ended = plan_until_hanging(terraform, |plan| plan.signal_group(Signal::SIGTERM));
    assert_fails(&ended, &["Error: Interrupted"]);
}

/// Returns whether this process ignores SIGHUP. `nohup` starts a program in this state, and the child processes of the program inherit the
/// state: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
pub(crate) fn hangup_is_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (Signal::SIGHUP as u32 - 1)) != 0)
}

/// SIGHUP kills Terraform immediately. The provider detects the end of Terraform, and ends itself.
fn sighup(terraform: &Terraform) {
    let ended = plan_until_hanging(terraform, |plan| plan.signal_group(Signal::SIGHUP));
    assert_eq!(ended.status.signal(), Some(Signal::SIGHUP as i32), "{}", ended.text);
}

/// The exit status and the output of a Terraform process that has ended.
#[derive(Debug)]
struct Ended {
    status: ExitStatus,
    text: String,
}

#[track_caller]
fn assert_fails(ended: &Ended, says: &[&str]) {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.text);
    for words in says {
        assert!(ended.text.contains(words), "{words:?} expected of {}", ended.text);
    }
}

/// Runs a plan until the plan's call to ECR hangs, sends the interrupt, and waits for the end of the plan. Returns the exit status and the
/// output.
fn plan_until_hanging(terraform: &Terraform, interrupt: impl FnOnce(&Running<'_>)) -> Ended {
    let project = Project::silent("");
    let mut plan = project.start(terraform, &["plan"]);
    project.is_called();
    plan.shows_the_provider();
    interrupt(&plan);
    let start = Instant::now();
    let (status, took, text) = (plan.ends(), start.elapsed(), plan.printed());
    assert!(took < PROMPT, "{status} after {took:?}\n{text}");
    project.leaves_nothing(&plan);
    Ended { status, text }
}
