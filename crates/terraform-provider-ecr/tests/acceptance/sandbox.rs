//! The sandbox, for tests that log in with what they got.

use ecr_sandbox::{Blocking, Key, Options};

use crate::project::Project;

#[derive(Debug)]
pub(crate) struct Aws(Blocking);

impl Aws {
    /// One that knows the key of the project.
    pub(crate) fn of(project: &Project<'_>) -> Self {
        let mut options = Options::default();
        options.keys = vec![Key::new(project.access_key(), project.secret_key())];
        Self(Blocking::start(options).expect("a sandbox"))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// The Regions that tokens were asked for, in alphabetical order.
    pub(crate) fn regions(&self) -> Vec<String> {
        let requests = self.0.requests().into_iter();
        let mut regions: Vec<_> =
            requests.filter(|request| request.service == "ecr").filter_map(|request| request.region).collect();
        regions.sort();
        regions
    }

    /// How many requests registries have answered with this status.
    pub(crate) fn registries_answered(&self, status: u16) -> usize {
        let requests = self.0.requests().into_iter();
        requests.filter(|request| request.service == "registry" && request.status == Some(status)).count()
    }
}
