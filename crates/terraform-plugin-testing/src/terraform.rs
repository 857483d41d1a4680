//! Starts a provider process with the environment and the arguments that Terraform uses.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::process::Command;

use crate::{
    address::Address,
    client::Client,
    error::Error,
    handshake::Handshake,
    identity::Identity,
    plugin::Plugin,
    process::{self, Output, Process},
};

/// The environment variable that Terraform sets, so that a plugin can check that Terraform started the plugin. OpenTofu uses the same
/// value.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// go-plugin's time limit for the handshake line.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The settings for starting a provider, including the environment of the provider.
///
/// The environment has `HOME` and `TMPDIR` in a new directory, go-plugin's variables, and the variables from [`Terraform::env`].
/// The environment has no other variables, not even `PATH`.
#[derive(Debug)]
#[must_use = "nothing is started yet"]
pub struct Terraform {
    binary: PathBuf,
    directory: Option<PathBuf>,
    args: Vec<OsString>,
    env: Vec<(OsString, Option<OsString>)>,
    tls: Tls,
    below_shell: bool,
}

/// The TLS setting that Terraform requests from the plugin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Tls {
    /// Requests TLS with a new certificate, as Terraform does by default.
    Auto,
    /// Requests TLS with this certificate.
    Certificate(Identity),
    /// Does not request TLS, as with `TF_DISABLE_PLUGIN_TLS=1`.
    Off,
}

impl Terraform {
    /// Creates the settings to start `binary` as a provider.
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let binary = binary.as_ref().to_owned();
        Self { binary, directory: None, args: Vec::new(), env: Vec::new(), tls: Tls::Auto, below_shell: false }
    }

    /// Adds an argument to the command line. Terraform passes no arguments, but a user can pass them.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Sets the working directory of the provider. The default is the working directory of the test.
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Sets a variable in the environment of the provider.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Removes a variable from the environment of the provider. The variable can also be one of go-plugin's variables.
    pub fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), None));
        self
    }

    /// Sets whether to request TLS. The default is [`Tls::Auto`].
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Configures the provider to run as the child of a shell. [`Process::kill_parent`] kills the shell, as if Terraform had been killed.
    pub fn below_shell(mut self) -> Self {
        self.below_shell = true;
        self
    }

    /// Starts the provider, reads its handshake and connects.
    ///
    /// # Errors
    /// Returns an error if Terraform would not use the plugin. In this case, the process is killed.
    pub async fn spawn(self) -> Result<Plugin, Error> {
        let identity = self.identity()?;
        let process = self.launch(identity.as_ref()).await?;
        Plugin::connect(process, identity, START_TIMEOUT).await
    }

    /// Starts the provider and reads its handshake, but never connects.
    ///
    /// # Errors
    /// Returns the same errors as [`Terraform::spawn`].
    pub async fn handshake(self) -> Result<(Process, Handshake), Error> {
        let identity = self.identity()?;
        let mut process = self.launch(identity.as_ref()).await?;
        let handshake = Handshake::read(&mut process, START_TIMEOUT).await?;
        Ok((process, handshake))
    }

    /// Starts the provider, and does not read its handshake.
    ///
    /// # Errors
    /// Returns [`Error::Start`] if the provider cannot be started.
    pub async fn start(self) -> Result<Process, Error> {
        let identity = self.identity()?;
        self.launch(identity.as_ref()).await
    }

    /// Runs a provider that ends by itself, and collects all its output.
    ///
    /// # Errors
    /// Returns [`Error::Timeout`] if the provider does not end.
    pub async fn run(self) -> Result<Output, Error> {
        self.start().await?.output(START_TIMEOUT).await
    }

    /// Connects without TLS to a running provider, as with `TF_REATTACH_PROVIDERS`.
    ///
    /// # Errors
    /// Returns [`Error::Connect`] if no provider answers at the address.
    pub async fn reattach(address: &Address) -> Result<Client, Error> {
        Client::connect(address, None).await
    }

    fn identity(&self) -> Result<Option<Identity>, Error> {
        match &self.tls {
            Tls::Auto => Identity::generate().map(Some),
            Tls::Certificate(identity) => Ok(Some(identity.clone())),
            Tls::Off => Ok(None),
        }
    }

    async fn launch(self, identity: Option<&Identity>) -> Result<Process, Error> {
        let home = tempfile::tempdir().map_err(Error::Process)?;
        let temp_dir = process::temp_dir(home.path());
        fs::create_dir(&temp_dir).map_err(Error::Process)?;
        let home_dir = home.path().to_owned();
        let prepare = |command: &mut Command| {
            self.directory.iter().for_each(|directory| _ = command.current_dir(directory));
            command.args(&self.args).env_clear().env("HOME", home_dir).env("TMPDIR", temp_dir);
            command.env(COOKIE.0, COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
            command.env("PLUGIN_MIN_PORT", "10000").env("PLUGIN_MAX_PORT", "25000");
            command.envs(identity.map(|identity| ("PLUGIN_CLIENT_CERT", identity.pem())));
            for (name, value) in &self.env {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
        };
        if self.below_shell {
            return Process::start_below_shell(&self.binary, prepare, home, START_TIMEOUT).await;
        }
        let mut command = Command::new(&self.binary);
        prepare(&mut command);
        Process::start(command, home)
    }
}
