//! The servers of a row, on loopback, by the names that stand in its texts:
//!
//! - `<closed>`: nothing listens there;
//! - `<full>`: takes no connection, and refuses none;
//! - `<tls>`: the sandbox, with a certificate of the CA in `~/ca.pem`;
//! - `<expired>`, `<misnamed>`: the same, with a certificate that has ended, or that is of another host;
//! - any other: the sandbox, without TLS.
//!
//! What goes wrong in the sandbox is what the row says.

use std::{collections::BTreeMap, future::pending, io, net::SocketAddr};

use ecr_sandbox::{Effect, Fault, Key, Options, Sandbox, Tls};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{answer::Answer, row::Row};

/// The servers that a row names. They end when this is dropped.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    addresses: BTreeMap<String, SocketAddr>,
    tasks: JoinSet<()>,
    /// Connections that nobody takes.
    _waiting: Vec<JoinHandle<io::Result<TcpStream>>>,
}

impl World {
    /// Only in a runtime.
    pub(crate) async fn start(row: &Row) -> Self {
        let mut options = Options::default();
        options.keys = keys(row);
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        for (action, answers) in &row.answers {
            faults(action, answers).into_iter().for_each(|fault| sandbox.fault(fault));
        }
        let mut world = Self { sandbox, addresses: BTreeMap::new(), tasks: JoinSet::new(), _waiting: Vec::new() };
        let names: Vec<_> = row.texts().flat_map(|text| placeholders(&text)).collect();
        for name in names {
            if !world.addresses.contains_key(&name) {
                let address = world.serve(&name).await.expect("a server on loopback");
                world.addresses.insert(name, address);
            }
        }
        world
    }

    async fn serve(&mut self, name: &str) -> io::Result<SocketAddr> {
        match name {
            "closed" => self.closed(),
            "full" => self.full().await,
            "tls" => self.sandbox.open_port(Tls::Good).await,
            "expired" => self.sandbox.open_port(Tls::Expired).await,
            "misnamed" => self.sandbox.open_port(Tls::OfAnotherHost).await,
            _ => self.sandbox.open_port(Tls::None).await,
        }
    }

    /// Bound to the end, so that nobody else gets the port.
    fn closed(&mut self) -> io::Result<SocketAddr> {
        let (socket, address) = bind()?;
        self.tasks.spawn(async move {
            pending::<()>().await;
            drop(socket);
        });
        Ok(address)
    }

    async fn full(&mut self) -> io::Result<SocketAddr> {
        let (socket, address) = bind()?;
        let listener = socket.listen(0)?;
        // More than its queue takes.
        self._waiting.extend((0..4).map(|_| tokio::spawn(TcpStream::connect(address))));
        TcpStream::connect(address).await.ok();
        self.tasks.spawn(async move {
            pending::<()>().await;
            drop(listener);
        });
        Ok(address)
    }

    /// The text with addresses in the place of the placeholders.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.addresses
            .iter()
            .fold(text.to_owned(), |text, (name, address)| text.replace(&format!("<{name}>"), &address.to_string()))
    }

    /// The text with placeholders in the place of the addresses.
    pub(crate) fn empty(&self, text: &str) -> String {
        self.addresses
            .iter()
            .fold(text.to_owned(), |text, (name, address)| text.replace(&address.to_string(), &format!("<{name}>")))
    }
}

/// Those that rows have, as temporary ones where the row has a token of a session.
fn keys(row: &Row) -> Vec<Key> {
    let has_session = row.texts().any(|text| text.contains("hunter2-session"));
    let ids = ["AKIABASE", "AKIABLOCK", "AKIACI", "AKIATOOL"].map(|id| (id, "hunter2"));
    let key = |(id, secret)| {
        let key = Key::new(id, secret);
        if has_session { key.of_session("hunter2-session") } else { key }
    };
    let others = [("AKIAIOSFODNN7EXAMPLE", "hunter2/secret/key"), ("ASIACONSOLE", "hunter2-console")];
    ids.into_iter().chain(others).map(key).collect()
}

/// What makes the answers come one after the other, and the last one for ever.
fn faults(action: &str, answers: &[Answer]) -> Vec<Fault> {
    let (mut faults, mut passed) = (Vec::new(), 0);
    for (position, Answer(effects)) in answers.iter().enumerate() {
        let is_last = position + 1 == answers.len();
        let fault = |effect: &Effect| {
            let fault = Fault::of(action, effect.clone()).after(passed);
            if is_last { fault } else { fault.times(1) }
        };
        faults.extend(effects.iter().map(fault));
        // Where the usual answer comes, late or not, the faults after this one are asked as well.
        passed += u64::from(effects.iter().all(|effect| matches!(effect, Effect::Delay(_) | Effect::Truncate)));
    }
    faults
}

fn bind() -> io::Result<(TcpSocket, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

/// The names in angle brackets, but for `<home>`.
fn placeholders(text: &str) -> Vec<String> {
    let candidates = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let names = candidates.filter(|name| *name != "home" && !name.is_empty());
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase())).map(ToOwned::to_owned).collect()
}
