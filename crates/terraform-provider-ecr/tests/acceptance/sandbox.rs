//! The sandbox, for tests that log in with what they got.

use ecr_sandbox::{Key, Options, Sandbox};
use tokio::runtime::{Builder, Runtime};

use crate::project::Project;

/// A sandbox and the runtime that it lives in. Both end when this is dropped.
#[derive(Debug)]
pub(crate) struct Aws {
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Aws {
    /// One that knows the key of the project.
    pub(crate) fn of(project: &Project<'_>) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let mut options = Options::default();
        options.keys = vec![Key::new(project.access_key(), project.secret_key())];
        let sandbox = runtime.block_on(Sandbox::start(options)).expect("a sandbox");
        Self { sandbox, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        self.sandbox.url()
    }

    /// The Regions that tokens were asked for, in alphabetical order.
    pub(crate) fn regions(&self) -> Vec<String> {
        let requests = self.sandbox.requests().into_iter();
        let mut regions: Vec<_> =
            requests.filter(|request| request.service == "ecr").filter_map(|request| request.region).collect();
        regions.sort();
        regions
    }

    /// How many requests registries have answered with this status.
    pub(crate) fn registries_answered(&self, status: u16) -> usize {
        let requests = self.sandbox.requests().into_iter();
        requests.filter(|request| request.service == "registry" && request.status == Some(status)).count()
    }
}
