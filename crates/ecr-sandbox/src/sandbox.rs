//! A running sandbox.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use http::Uri;
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};

use crate::{
    accept::listen,
    api_call::ApiCall,
    authority::{Authority, Tls},
    fault::Fault,
    key::Key,
    options::Options,
    port::Port,
    record::Request,
    state::State,
};

/// A running sandbox. The sandbox stops when this value is dropped.
pub struct Sandbox {
    state: Arc<State>,
    keys: Vec<Key>,
    _listening: JoinSet<()>,
}

/// The reason why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The sandbox cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address of [`Options::listen`].
        address: SocketAddr,
        /// The error of the system.
        source: io::Error,
    },
    /// The runtime of a [`Blocking`](crate::Blocking) sandbox cannot start.
    #[error("cannot start a thread: {0}")]
    Runtime(#[source] io::Error),
    /// The CA certificate cannot be created, for this reason.
    #[error("cannot make a certificate: {0}")]
    Certificate(String),
    /// The registry's URL contains a user name or password. The error does not repeat the URL.
    #[error("cannot use the registry: its URL has a user name, which the sandbox does not send")]
    Password,
    /// The sandbox cannot send requests to this URL of a registry.
    #[error("cannot use the registry {0}: its URL is not of the form http://HOST:PORT")]
    Registry(String),
}

impl Sandbox {
    /// Starts a sandbox in the Tokio runtime of the caller. I/O and time must be enabled in the runtime.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        if let Some(registry) = &options.registry {
            check_registry(registry)?;
        }
        let listen_error = |source| StartError::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let authority = Authority::generate().map_err(|error| StartError::Certificate(error.to_string()))?;
        let (ports, receiver) = mpsc::unbounded_channel();
        // This cannot fail: the receiver still exists.
        ports.send(Port { listener, tls: Tls::Good, registry: None }).ok();
        let keys = options.keys.clone();
        let state = Arc::new(State::new(options, authority, address, ports));
        let mut listening = JoinSet::new();
        listening.spawn(listen(receiver, Arc::clone(&state)));
        Ok(Self { state, keys, _listening: listening })
    }

    /// Returns the address of the main port.
    pub fn address(&self) -> SocketAddr {
        self.state.address
    }

    /// Returns the URL to use as the endpoint of all services.
    pub fn url(&self) -> String {
        format!("http://{}", self.state.address)
    }

    /// Returns the CA certificate of the sandbox, in PEM format.
    pub fn ca_certificate(&self) -> &str {
        &self.state.authority.pem
    }

    /// Opens an additional port on the IP address of the main port. The two ports differ only in their certificates.
    ///
    /// # Errors
    /// Returns the error of the operating system if the port cannot be opened.
    pub async fn open_port(&self, tls: Tls) -> io::Result<SocketAddr> {
        self.state.open_port(tls, None).await
    }

    /// Returns the keys of [`Options::keys`].
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Returns the ARN of the user or role that an access key belongs to. Returns `None` unless the key is one of [`Self::keys`]
    /// or the key of a session.
    pub fn arn_of(&self, access_key: &str) -> Option<String> {
        self.state.principals.find(access_key).map(|known| known.principal.arn)
    }

    /// Returns every secret that the sandbox has sent or could still send, for tests that look for leaks. The secrets are all
    /// tokens, the passwords in these tokens, and the secret keys of sessions.
    pub fn secrets(&self) -> Vec<String> {
        let State { tokens, principals, secrets, .. } = &*self.state;
        [tokens.secrets(), principals.secrets(), secrets.all().into()].concat()
    }

    /// Returns the finished requests, oldest first, including requests that did not get a response. Only the last 10,000 requests
    /// are kept.
    pub fn requests(&self) -> Vec<Request> {
        self.state.record.all()
    }

    /// Returns the API calls that have arrived, oldest first, including calls that are not answered yet. Requests to registries
    /// are not included. The last 10,000 calls are kept if [`Options::keep_calls`] is true.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.state.calls.all()
    }

    /// Returns the number of API calls since the start.
    pub fn call_count(&self) -> usize {
        self.state.calls.count()
    }

    /// Waits until this number of API calls has arrived since the start.
    pub async fn called(&self, times: usize) {
        self.state.calls.wait_for(times).await;
    }

    /// Holds all API calls that arrive from now on: the sandbox answers these calls only after [`Self::release`].
    pub fn hold(&self) {
        self.state.calls.hold(true);
    }

    /// Ends the effect of [`Self::hold`]: the sandbox answers the held API calls, and no longer holds new calls.
    pub fn release(&self) {
        self.state.calls.hold(false);
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.state.faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("address", &self.state.address)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

fn check_registry(registry: &Uri) -> Result<(), StartError> {
    if registry.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(StartError::Password);
    }
    let is_alone = ["", "/"].contains(&registry.path()) && registry.query().is_none();
    match (registry.scheme_str(), registry.authority()) {
        (Some("http"), Some(_)) if is_alone => Ok(()),
        _ => Err(StartError::Registry(registry.to_string())),
    }
}
