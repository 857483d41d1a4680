//! The sandbox, and the calls that it holds.

use ecr_sandbox::{Blocking, Options};
use test_support::deadline::DEADLINE;
use tokio::time::timeout;

/// Answers.
pub(crate) fn answering() -> Blocking {
    Blocking::start(Options::default()).expect("a sandbox")
}

/// Takes calls and never answers.
pub(crate) fn silent() -> Blocking {
    let sandbox = answering();
    sandbox.hold();
    sandbox
}

/// Waits for the first call.
#[track_caller]
pub(crate) fn called(sandbox: &Blocking) {
    sandbox.wait(async { timeout(DEADLINE, sandbox.called(1)).await }).expect("a call");
}
