//! The Terraform clients that connect to the provider.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ecr_sandbox::Sandbox;
use fastrand::Rng;
use futures_util::future::join_all;
use terraform_plugin_testing::{Address, CallResult, Client, Config, Diagnostic, Opened, Terraform};
use tokio::time::{sleep, timeout};

use crate::identity::{Identities, Identity};

const TOKEN: &str = "aws_ecr_authorization_token";
const REGIONS: [&str; 6] = ["ap-southeast-1", "eu-central-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2"];
/// The maximum number of blocks in one walk of Terraform's graph.
const MAX_BLOCKS: usize = 12;
/// On average, one in `CANCELLED` blocks is cancelled while the provider opens the block, as after Ctrl-C.
const CANCELLED: u32 = 50;
/// The timeout of a call, which is much longer than the 60 seconds that a call may take.
const ANSWERED: Duration = Duration::from_secs(90);
/// The maximum pause between two walks. Without pauses, the run would end before enough tokens and credentials have expired.
const PAUSE: Duration = Duration::from_millis(200);

/// The shared state of all clients in a run.
pub(crate) struct Wear {
    wanted: u64,
    opened: AtomicU64,
    failed: AtomicU64,
    socket: PathBuf,
    sandbox: Arc<Sandbox>,
    identities: Arc<Identities>,
    flaws: Mutex<Vec<String>>,
}

impl Wear {
    pub(crate) fn new(wanted: u64, socket: PathBuf, sandbox: Arc<Sandbox>, identities: Arc<Identities>) -> Self {
        let (opened, failed) = (AtomicU64::default(), AtomicU64::default());
        Self { wanted, opened, failed, socket, sandbox, identities, flaws: Mutex::default() }
    }

    /// Returns the number of requests for a token that the provider has answered, with a token or an error.
    pub(crate) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.opened() >= self.wanted
    }

    pub(crate) fn flaws(&self) -> Vec<String> {
        self.flaws.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs one Terraform client after the other, each with its own identity, until the run is done.
    pub(crate) async fn run_short_sessions(self: Arc<Self>, mut rng: Rng) {
        while !self.is_done() {
            if let Some((client, token, identity)) = self.configured(&mut rng).await {
                for _ in 0..rng.u32(1..4) {
                    self.walk(&client, &token, &identity, &mut rng).await;
                }
            }
        }
    }

    /// Runs one Terraform client for the whole run.
    pub(crate) async fn run_long_session(self: Arc<Self>, mut rng: Rng) {
        let configured = loop {
            match self.configured(&mut rng).await {
                Some(configured) => break configured,
                None if self.is_done() => return,
                None => {}
            }
        };
        let (client, token, identity) = configured;
        while !self.is_done() {
            self.walk(&client, &token, &identity, &mut rng).await;
        }
    }

    /// Connects and configures the provider. Returns the connection, an empty block for a token, and the identity. Returns `None`
    /// if the configuration fails, for example because of a fault.
    async fn configured(&self, rng: &mut Rng) -> Option<(Client, Config, Identity)> {
        let client = Terraform::reattach(&Address::Unix(self.socket.clone())).await;
        let Ok(client) = client else {
            self.flaw("the provider did not accept a connection");
            return None;
        };
        let schema = self.answer("the schema", client.schema().await)?;
        let identity = self.identities.any(rng, Config::empty(schema.provider_block()), &self.sandbox.url());
        let token = Config::empty(schema.ephemeral_block(TOKEN));
        let diagnostics = self.answer("a configuration", client.configure(identity.provider.clone()).await)?;
        self.is_expected(&diagnostics).then_some((client, token, identity))
    }

    /// Opens several blocks concurrently, and closes them.
    async fn walk(&self, client: &Client, token: &Config, identity: &Identity, rng: &mut Rng) {
        sleep(PAUSE.mul_f64(rng.f64())).await;
        let blocks: Vec<_> = (0..rng.usize(1..=MAX_BLOCKS))
            .map(|_| {
                (REGIONS[rng.usize(..REGIONS.len())], rng.u32(..CANCELLED) == 0, Duration::from_millis(rng.u64(..20)))
            })
            .collect();
        join_all(blocks.into_iter().map(|(region, is_given_up, after)| async move {
            let open = client.open(TOKEN, token.clone().set("region", region));
            let opened = timeout(if is_given_up { after } else { ANSWERED }, open).await;
            match opened {
                Ok(opened) => self.check(opened, region, &identity.account),
                Err(_) if is_given_up => {}
                Err(_) => self.flaw("the provider did not answer a block in time"),
            }
            self.opened.fetch_add(1, Ordering::Relaxed);
            self.answer("a close", client.close(TOKEN, None).await);
        }))
        .await;
    }

    fn check(&self, opened: CallResult<Opened>, region: &str, account: &str) {
        let Some(opened) = self.answer("a block", opened) else { return };
        if !self.is_expected(&opened.diagnostics) {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let object = opened.object();
        for (name, expected) in [("registry_id", account), ("region", region)] {
            let value = object[name].as_str();
            if value != Some(expected) {
                self.flaw(&format!("the {name} of a token is {value:?} and not {expected}"));
            }
        }
    }

    /// Returns the answer. If the connection failed, records a flaw and returns `None`.
    fn answer<T>(&self, what: &str, answer: CallResult<T>) -> Option<T> {
        answer.map_err(|status| self.flaw(&format!("{what}: {status}"))).ok()
    }

    /// Whether the diagnostics are without errors. An error usually results from an injected fault, and is then not a flaw. If an
    /// error reports a provider bug, records a flaw.
    fn is_expected(&self, diagnostics: &[Diagnostic]) -> bool {
        for bug in diagnostics.iter().filter(|diagnostic| diagnostic.summary == "Provider Bug") {
            self.flaw(&bug.text());
        }
        !diagnostics.iter().any(Diagnostic::is_error)
    }

    fn flaw(&self, flaw: &str) {
        self.flaws.lock().unwrap_or_else(PoisonError::into_inner).push(flaw.to_owned());
    }
}
