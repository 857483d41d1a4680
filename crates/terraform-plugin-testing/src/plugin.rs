//! A provider that is ready for calls.

use std::{
    ops::Deref,
    process::ExitStatus,
    time::{Duration, Instant},
};

use crate::{
    client::Client, error::Error, handshake::Handshake, identity::Identity, process::Process, tls::Credentials,
};

/// The time that go-plugin waits between the Shutdown call and SIGKILL.
const KILL_AFTER: Duration = Duration::from_secs(2);

/// A running provider, and a connection from the test to the provider. The calls are methods of [`Client`].
#[derive(Debug)]
pub struct Plugin {
    client: Client,
    process: Process,
    handshake: Handshake,
    identity: Option<Identity>,
}

/// Describes how a provider ended after [`Plugin::shutdown`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exit {
    /// The exit status.
    pub status: ExitStatus,
    /// The time from the Shutdown call to the end of the process and its output streams.
    pub took: Duration,
    /// Whether the process was killed, because it did not end in time.
    pub killed: bool,
}

impl Plugin {
    pub(crate) async fn connect(
        mut process: Process,
        identity: Option<Identity>,
        within: Duration,
    ) -> Result<Self, Error> {
        let handshake = Handshake::read(&mut process, within).await?;
        let refused = |reason: &str| Error::Handshake { line: handshake.line.clone(), reason: reason.to_owned() };
        let credentials = identity.as_ref().map(Credentials::with);
        let tls = match (&credentials, &handshake.certificate) {
            (Some(credentials), Some(certificate)) => Some((credentials, certificate.as_slice())),
            (None, None) => None,
            (Some(_), None) => return Err(refused("the client uses TLS, and field 6 is empty")),
            (None, Some(_)) => return Err(refused("the client does not use TLS, and field 6 is not empty")),
        };
        let client = Client::connect(&handshake.address, tls).await?;
        Ok(Self { client, process, handshake, identity })
    }

    /// Opens another connection to the same process, with these credentials.
    ///
    /// # Errors
    /// Returns [`Error::Connect`] if the plugin does not accept the credentials.
    pub async fn connect_as(&self, credentials: &Credentials) -> Result<Client, Error> {
        Client::connect_as(&self.handshake, credentials).await
    }

    /// Returns the client. Clone the client for a call that runs at the same time as other calls.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the handshake of the provider.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// Returns the client certificate for this process, unless TLS is off.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Returns the process.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Closes the connection. Returns the process, which continues to run, and the handshake.
    #[must_use]
    pub fn disconnect(self) -> (Process, Handshake) {
        (self.process, self.handshake)
    }

    /// Ends the provider as go-plugin does. Calls Shutdown and closes the connection. If the process does not end within two
    /// seconds, kills the process.
    ///
    /// # Errors
    /// Returns [`Error::Process`] if waiting for the process fails. A failed Shutdown call is not an error, as in go-plugin.
    pub async fn shutdown(self) -> Result<Exit, Error> {
        let Self { client, mut process, .. } = self;
        let start = Instant::now();
        client.ask_to_shut_down().await.ok();
        drop(client);
        let (status, killed) = match process.wait(KILL_AFTER).await {
            Err(Error::Timeout { .. }) => (process.kill().await?, true),
            status => (status?, false),
        };
        Ok(Exit { status, took: start.elapsed(), killed })
    }
}

impl Deref for Plugin {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
