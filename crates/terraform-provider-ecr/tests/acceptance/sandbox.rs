//! The sandbox, for tests that log in with what they got.

use ecr_sandbox::{Blocking, Key, Options};
use test_support::search::Search;

use crate::project::Project;

#[derive(Debug)]
pub(crate) struct Aws(Blocking);

impl Aws {
    /// One that knows the key of the project.
    pub(crate) fn new(project: &Project<'_>) -> Self {
        Self::with(project, Options::default())
    }

    /// The same, started with these options.
    pub(crate) fn with(project: &Project<'_>, mut options: Options) -> Self {
        options.keys = vec![Key::new(project.access_key(), project.secret_key())];
        Self(Blocking::start(options).expect("a sandbox"))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// The certificate that a client has to trust where the sandbox is its proxy.
    pub(crate) fn ca_certificate(&self) -> &str {
        self.0.ca_certificate()
    }

    /// The secrets that it has handed out and that stand in a file or an output of the project, the logins of these clients excepted.
    pub(crate) fn left_behind(&self, project: &Project<'_>, logins: &[&str]) -> Vec<String> {
        let secrets = self.0.secrets();
        assert!(secrets.len() > 3, "it has handed out a token");
        let search = Search::new(secrets.iter().map(String::as_str));
        let search = logins.iter().fold(search, |search, name| search.except(project.path(&format!("work/{name}"))));
        search.directory(&project.path(""))
    }

    /// The services that tokens were asked of, and the Regions.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.0.requests().into_iter();
        let line = |request: ecr_sandbox::Request| Some(format!("{} {}", request.service, request.region?));
        requests.filter(|request| request.action == "GetAuthorizationToken").filter_map(line).collect()
    }

    /// How often this action was asked.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.0.requests().iter().filter(|request| request.action == action).count()
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
