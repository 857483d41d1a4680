//! Runs the sandbox for tests in which clients log in with a token.

use ecr_sandbox::{Blocking, Key, Options};
use test_support::search::Search;

use crate::project::Project;

#[derive(Debug)]
pub(crate) struct Aws(Blocking);

impl Aws {
    /// Starts a sandbox that accepts the key of the project.
    pub(crate) fn new(project: &Project<'_>) -> Self {
        Self::with(project, Options::default())
    }

    /// Starts a sandbox that accepts the key of the project, with these options.
    pub(crate) fn with(project: &Project<'_>, mut options: Options) -> Self {
        options.keys = vec![Key::new(project.access_key(), project.secret_key())];
        Self(Blocking::start(options).expect("a sandbox"))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// Returns the CA certificate that a client has to trust if the client uses the sandbox as a proxy.
    pub(crate) fn ca_certificate(&self) -> &str {
        self.0.ca_certificate()
    }

    /// Returns the places in the project's files and outputs where a secret from the sandbox was found. The files that `logins` names are
    /// not searched.
    pub(crate) fn left_behind(&self, project: &Project<'_>, logins: &[&str]) -> Vec<String> {
        let secrets = self.0.secrets();
        assert!(secrets.len() > 3, "the sandbox has issued a token");
        let search = Search::new(secrets.iter().map(String::as_str));
        let search = logins.iter().fold(search, |search, name| search.except(project.path(&format!("work/{name}"))));
        search.directory(&project.path(""))
    }

    /// Returns the service and the Region of each request for a token.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.0.requests().into_iter();
        let line = |request: ecr_sandbox::Request| Some(format!("{} {}", request.service, request.region?));
        requests.filter(|request| request.action == "GetAuthorizationToken").filter_map(line).collect()
    }

    /// Returns the number of requests for this action.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.0.requests().iter().filter(|request| request.action == action).count()
    }

    /// Returns the Regions of the requests to ECR, in alphabetical order.
    pub(crate) fn regions(&self) -> Vec<String> {
        let requests = self.0.requests().into_iter();
        let mut regions: Vec<_> =
            requests.filter(|request| request.service == "ecr").filter_map(|request| request.region).collect();
        regions.sort();
        regions
    }

    /// Returns how many times registries responded with this status.
    pub(crate) fn registries_answered(&self, status: u16) -> usize {
        let requests = self.0.requests().into_iter();
        requests.filter(|request| request.service == "registry" && request.status == Some(status)).count()
    }
}
