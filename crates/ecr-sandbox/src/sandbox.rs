//! A sandbox that runs.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Weak},
};

use tokio::{
    net::TcpListener,
    sync::{Mutex, watch},
};

use crate::{
    authority::{Authority, Tls},
    call::Call,
    calls::Calls,
    fault::{Fault, Faults},
    gate::Scope,
    host::Hosts,
    options::{Key, Options},
    port::accept,
    principal::Principals,
    proxy::domain_of,
    record::{Record, Request},
    secrets::Secrets,
    tokens::Tokens,
    upstream::Upstream,
};

/// As many registries get a port of their own: processes may have some thousand files open.
const MOST_GATES: usize = 256;

/// A running sandbox. It ends when this is dropped.
pub struct Sandbox {
    state: Arc<State>,
    keys: Vec<Key>,
    _stop: watch::Sender<()>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// It cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// There is no runtime for it to live in.
    #[error("cannot start a thread: {source}")]
    Runtime {
        /// Why not.
        source: io::Error,
    },
    /// Its certificate authority cannot be made.
    #[error("cannot make a certificate: {problem}")]
    Certificate {
        /// Why not.
        problem: String,
    },
    /// The registry's URL holds a user name or password, which is not repeated.
    #[error("cannot use the registry: its URL holds a user name, and the sandbox sends none")]
    Password,
    /// The registry's URL is not one that the sandbox can send requests to.
    #[error(
        "cannot use the registry {registry}: its URL is not http://HOST:PORT alone, which is all that the sandbox can ask"
    )]
    Registry {
        /// The URL.
        registry: String,
    },
}

/// What all connections share.
pub(crate) struct State {
    pub(crate) principals: Principals,
    pub(crate) tokens: Tokens,
    pub(crate) secrets: Secrets,
    pub(crate) faults: Faults,
    pub(crate) record: Record,
    pub(crate) calls: Calls,
    pub(crate) authority: Authority,
    pub(crate) registry: Option<Upstream>,
    pub(crate) admin: bool,
    pub(crate) hosts: Hosts,
    address: SocketAddr,
    proxy_endpoint: Option<String>,
    pub(crate) open_accounts: Vec<String>,
    /// The ports of registries.
    gates: Mutex<HashMap<Scope, SocketAddr>>,
    /// Its sender is the sandbox's.
    pub(crate) stopped: watch::Receiver<()>,
    /// This.
    own: Weak<Self>,
}

impl Sandbox {
    /// Starts one. Needs a Tokio runtime with I/O and time, and lives in it.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listen = |source| StartError::Listen { address: options.listen, source };
        if let Some(registry) = &options.registry {
            let has_password = registry.authority().is_some_and(|authority| authority.as_str().contains('@'));
            if has_password {
                return Err(StartError::Password);
            }
            let is_url = registry.scheme_str() == Some("http") && registry.authority().is_some();
            if !is_url || !["", "/"].contains(&registry.path()) || registry.query().is_some() {
                return Err(StartError::Registry { registry: registry.to_string() });
            }
        }
        let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let authority =
            Authority::generate().map_err(|error| StartError::Certificate { problem: error.to_string() })?;
        let (stop, stopped) = watch::channel(());
        let state = Arc::new_cyclic(|own| State {
            principals: Principals::new(&options.keys),
            tokens: Tokens::new(options.token_lifetime),
            secrets: Secrets::random(),
            faults: Faults::default(),
            record: Record::default(),
            calls: Calls::new(options.keep_calls),
            authority,
            registry: options.registry.map(Upstream::new),
            admin: options.admin,
            hosts: Hosts::new(address.ip(), options.hosts, options.proxy_endpoint.as_deref()),
            address,
            proxy_endpoint: options.proxy_endpoint,
            open_accounts: options.open_accounts,
            gates: Mutex::default(),
            stopped,
            own: own.clone(),
        });
        tokio::spawn(accept(listener, Tls::Good, None, Arc::clone(&state)));
        Ok(Self { state, keys: options.keys, _stop: stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.state.address
    }

    /// The URL to use as the endpoint of all services.
    pub fn url(&self) -> String {
        format!("http://{}", self.state.address)
    }

    /// The certificate of the authority that vouches for the sandbox where it speaks TLS, in PEM form.
    pub fn ca_certificate(&self) -> &str {
        &self.state.authority.pem
    }

    /// Listens on one more port of the same address, where all is as on the first but for its TLS.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn open_port(&self, tls: Tls) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((self.state.address.ip(), 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(accept(listener, tls, None, Arc::clone(&self.state)));
        Ok(address)
    }

    /// The keys it was started with.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The ARN of whoever has this access key, be it one of [`Self::keys`] or of a role's session.
    pub fn arn_of(&self, access_key: &str) -> Option<String> {
        self.state.principals.find(access_key).map(|known| known.principal.arn)
    }

    /// Every secret that it has handed out, or may have, for tests that look for leaks: passwords and the tokens they are
    /// encoded in, the keys and tokens of sessions, and what logins and the metadata service hand out.
    pub fn secrets(&self) -> Vec<String> {
        let State { tokens, principals, secrets, .. } = &*self.state;
        [tokens.secrets(), principals.secrets(), secrets.all().into()].concat()
    }

    /// What it was asked and has answered, or never will, oldest first. The last 10,000 requests are kept.
    pub fn requests(&self) -> Vec<Request> {
        self.state.record.all()
    }

    /// What it was sent, registries aside, oldest first, whether it has been answered or not. The last 10,000 calls are
    /// kept, or none: see [`Options::keep_calls`].
    pub fn calls(&self) -> Vec<Call> {
        self.state.calls.all()
    }

    /// How many calls have come since the start.
    pub fn call_count(&self) -> usize {
        self.state.calls.count()
    }

    /// Waits until so many calls have come since the start.
    pub async fn called(&self, times: usize) {
        self.state.calls.came(times).await;
    }

    /// From now on, calls wait for [`Self::release`] before anything is done about them.
    pub fn hold(&self) {
        self.state.calls.hold(true);
    }

    /// From now on, calls are answered, those included that wait.
    pub fn release(&self) {
        self.state.calls.hold(false);
    }

    /// From now on, this goes wrong.
    pub fn fault(&self, fault: Fault) {
        self.state.faults.add(fault);
    }

    /// From now on, nothing goes wrong.
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

impl State {
    /// Where the registry of an account in a Region is: where AWS has it, if `host` is AWS's, or else on a port of its own, which
    /// is opened where it has none yet.
    pub(crate) async fn proxy_endpoint(&self, account: &str, region: &str, host: Option<&str>) -> io::Result<String> {
        if let Some(template) = &self.proxy_endpoint {
            let port = self.address.port().to_string();
            let filled = template.replace("{account}", account).replace("{region}", region).replace("{port}", &port);
            return Ok(filled);
        }
        if let Some(domain) = host.and_then(|host| domain_of(host, region)) {
            return Ok(format!("https://{account}.dkr.ecr.{region}.{domain}"));
        }
        let scope = Scope { account: account.to_owned(), region: region.to_owned() };
        let mut gates = self.gates.lock().await;
        if let Some(address) = gates.get(&scope) {
            return Ok(format!("http://{address}"));
        }
        if gates.len() == MOST_GATES {
            let problem =
                format!("{MOST_GATES} registries have a port of their own already: start it with --proxy-endpoint");
            return Err(io::Error::other(problem));
        }
        let listener = TcpListener::bind((self.address.ip(), 0)).await?;
        let address = listener.local_addr()?;
        if let Some(own) = self.own.upgrade() {
            tokio::spawn(accept(listener, Tls::Good, Some(scope.clone()), own));
        }
        gates.insert(scope, address);
        Ok(format!("http://{address}"))
    }
}
