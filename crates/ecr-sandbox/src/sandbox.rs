//! A sandbox that runs.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{Request as HttpRequest, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming as HttpBody;
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::{Mutex, watch},
    task::JoinSet,
    time::sleep,
};

use crate::{
    admin, api,
    call::Call,
    calls::Calls,
    connection::{Outcome, discard, discard_body, serve},
    fault::{Fault, Faults},
    gate::{self, Scope},
    options::{Key, Options},
    principal::Principals,
    record::{Record, Request},
    refusal::status_of,
    reply::{json, text},
    secrets::Secrets,
    tokens::Tokens,
    upstream::Upstream,
};

/// Far more than any call of these APIs has.
const MAX_BODY: usize = 1 << 20;
/// How long to wait where no more connections can be taken.
const BREATH: Duration = Duration::from_millis(50);

/// By which faults know requests to a registry.
const REGISTRY: &str = "Registry";

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
    /// The registry's URL holds a password, which is not repeated.
    #[error(
        "the URL of the registry holds a user name, which requests would not carry: a registry behind the sandbox has none"
    )]
    Password,
    /// The registry is no URL that requests can be passed on to.
    #[error("the registry {registry} cannot be asked: write it like http://127.0.0.1:5000, without a path")]
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
    calls: Calls,
    pub(crate) registry: Option<Upstream>,
    pub(crate) admin: bool,
    address: SocketAddr,
    proxy_endpoint: Option<String>,
    /// The ports of registries.
    gates: Mutex<HashMap<Scope, SocketAddr>>,
    /// Its sender is the sandbox's.
    stopped: watch::Receiver<()>,
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
        let (stop, stopped) = watch::channel(());
        let state = Arc::new_cyclic(|own| State {
            principals: Principals::new(&options.keys),
            tokens: Tokens::new(options.token_lifetime),
            secrets: Secrets::random(),
            faults: Faults::default(),
            record: Record::default(),
            calls: Calls::new(options.keep_calls),
            registry: options.registry.map(Upstream::new),
            admin: options.admin,
            address,
            proxy_endpoint: options.proxy_endpoint,
            gates: Mutex::default(),
            stopped,
            own: own.clone(),
        });
        tokio::spawn(accept(listener, Arc::clone(&state), None));
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
    /// Where the registry of an account in a Region is. Opens a port for it where it has none yet.
    pub(crate) async fn proxy_endpoint(&self, account: &str, region: &str) -> io::Result<String> {
        if let Some(template) = &self.proxy_endpoint {
            let port = self.address.port().to_string();
            let filled = template.replace("{account}", account).replace("{region}", region).replace("{port}", &port);
            return Ok(filled);
        }
        let scope = Scope { account: account.to_owned(), region: region.to_owned() };
        let mut gates = self.gates.lock().await;
        if let Some(address) = gates.get(&scope) {
            return Ok(format!("http://{address}"));
        }
        let listener = TcpListener::bind((self.address.ip(), 0)).await?;
        let address = listener.local_addr()?;
        if let Some(own) = self.own.upgrade() {
            tokio::spawn(accept(listener, own, Some(scope.clone())));
        }
        gates.insert(scope, address);
        Ok(format!("http://{address}"))
    }
}

/// Takes connections until the sandbox is dropped, and ends those that are open then. Boxed, since an answer may open another
/// port.
fn accept(listener: TcpListener, state: Arc<State>, scope: Option<Scope>) -> BoxFuture<'static, ()> {
    let mut stopped = state.stopped.clone();
    let (scope, mut connections) = (Arc::new(scope), JoinSet::new());
    Box::pin(async move {
        loop {
            tokio::select! {
                // An error: the sender is gone.
                _ = stopped.changed() => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let (state, scope) = (Arc::clone(&state), Arc::clone(&scope));
                        connections.spawn(serve(Box::new(stream), move |request| {
                            let (state, scope) = (Arc::clone(&state), Arc::clone(&scope));
                            async move { answer(&state, request, scope.as_ref().as_ref()).await }
                        }));
                    }
                    // Too many files are open, say.
                    Err(_) => sleep(BREATH).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    })
}

async fn answer(state: &Arc<State>, request: HttpRequest<HttpBody>, scope: Option<&Scope>) -> Outcome {
    let path = request.uri().path().to_owned();
    if path == "/v2" || path.starts_with("/v2/") {
        return at_the_gate(state, request, scope).await;
    }
    if scope.is_some() {
        return Outcome::Reply(text(
            StatusCode::NOT_FOUND,
            "ecr-sandbox: this is a registry: everything is below /v2/\n",
        ));
    }
    let (head, mut body) = request.into_parts();
    let body = match Limited::new(&mut body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            discard_body(&mut body).await;
            return Outcome::Reply(text(StatusCode::PAYLOAD_TOO_LARGE, "ecr-sandbox: a body of more than 1 MiB\n"));
        }
        // The client went away.
        Err(_) => return Outcome::Reset,
    };
    if path.starts_with(admin::PREFIX) {
        return Outcome::Reply(admin::answer(state, &head.method, &path, &body));
    }
    let call = Call { method: head.method, uri: head.uri, headers: head.headers, body };
    state.calls.take(&call).await;
    api::answer(state, &call).await
}

async fn at_the_gate(state: &State, request: HttpRequest<HttpBody>, scope: Option<&Scope>) -> Outcome {
    let action = format!("{} {}", request.method(), request.uri().path());
    let befalls = state.faults.next(REGISTRY);
    befalls.wait().await;
    let refusal = |status, code: &str, message: &str| {
        json(status_of(status), &json!({"errors": [{"code": code, "message": message}]}))
    };
    let throttled = || text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n");
    let outcome = match befalls.instead.clone() {
        None => Outcome::Reply(gate::answer(state, request, scope).await),
        Some(effect) => {
            discard(request).await;
            effect.outcome(refusal, throttled)
        }
    };
    let outcome = befalls.cut(outcome);
    let (region, status) = (scope.map(|scope| scope.region.clone()), outcome.status());
    state.record.add(Request { service: "registry".to_owned(), action, region, status, ..Request::default() });
    outcome
}
