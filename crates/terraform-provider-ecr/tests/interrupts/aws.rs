//! The sandbox for tests that block.

use ecr_sandbox::{Options, Sandbox};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

use crate::deadline::DEADLINE;

/// A sandbox and the runtime that it lives in. Both end when this is dropped.
#[derive(Debug)]
pub(crate) struct Aws {
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Aws {
    /// Answers.
    pub(crate) fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(Options::default())).expect("a sandbox");
        Self { sandbox, runtime }
    }

    /// Takes calls and never answers.
    pub(crate) fn silent() -> Self {
        let aws = Self::start();
        aws.sandbox.hold();
        aws
    }

    pub(crate) fn url(&self) -> String {
        self.sandbox.url()
    }

    /// Waits for the first call.
    #[track_caller]
    pub(crate) fn called(&self) {
        let called = async { timeout(DEADLINE, self.sandbox.called(1)).await };
        self.runtime.block_on(called).expect("a call");
    }
}
