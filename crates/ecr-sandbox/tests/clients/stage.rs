//! A sandbox, and a home directory for clients.

use std::{fs, path::PathBuf};

use tempfile::TempDir;
use test_support::{programs::Programs, registry::Registry};

use crate::{client::Client, sandbox::Sandbox};

/// The sandbox and the home directory of one test.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    programs: &'a Programs,
    pub(crate) sandbox: Sandbox,
    home: TempDir,
    _registry: Option<Registry>,
}

impl<'a> Stage<'a> {
    /// Starts a sandbox with these arguments. Its CA certificate is in `ca.pem`.
    pub(crate) fn new(programs: &'a Programs, arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let ca_file = home.path().join("ca.pem");
        let arguments = [&["--ca-file", ca_file.to_str().expect("text")], arguments].concat();
        Self { programs, sandbox: Sandbox::start(&arguments), home, _registry: None }
    }

    /// Starts a sandbox that checks each request, and then forwards the request to a registry.
    pub(crate) fn with_registry(programs: &'a Programs) -> Self {
        let registry = Registry::start(programs.path("docker-registry"));
        let stage = Self::new(programs, &["--registry", &registry.url]);
        Self { _registry: Some(registry), ..stage }
    }

    pub(crate) fn client(&self, name: &str) -> Client {
        Client::new(self.programs.path(name), self.home.path()).env("PATH", self.programs.search_path())
    }

    /// Returns a client that calls the sandbox instead of AWS, with a key that the sandbox knows.
    pub(crate) fn client_of_aws(&self, name: &str) -> Client {
        let (id, secret) = self.sandbox.key();
        self.client(name)
            .env("AWS_ENDPOINT_URL", self.sandbox.url())
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", id)
            .env("AWS_SECRET_ACCESS_KEY", secret)
    }

    /// Returns the AWS CLI.
    pub(crate) fn aws(&self, arguments: &[&str]) -> Client {
        self.client_of_aws("aws").args(arguments)
    }

    /// Returns the path of a file or directory in the home directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let directory = path.parent().expect("a file in a directory");
        fs::create_dir_all(directory).and_then(|()| fs::write(&path, content)).expect("a file can be written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
