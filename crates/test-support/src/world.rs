//! The servers of a row, on loopback. A row's texts name the servers with these placeholders:
//!
//! - `<closed>`: a port at which nothing listens;
//! - `<full>`: a port that neither accepts nor refuses connections;
//! - `<tls>`: the sandbox, with a valid certificate. The CA certificate is in `~/ca.pem` and in the directory `~/authorities`;
//! - `<expired>`, `<misnamed>`: the sandbox, with an expired certificate, or with a certificate for another host;
//! - `<authority>`: the sandbox, with the CA certificate itself as its certificate;
//! - `<subordinate>`: the sandbox, with the certificate of a subordinate CA, which the CA has signed;
//! - any other name: the sandbox, without TLS.
//!
//! The sandbox sends its usual responses, except for the responses that the row lists.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    io,
    net::SocketAddr,
};

use ecr_sandbox::{Blocking, Effect, Fault, Key, Options, Tls};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::{answer::Answer, recorded::Recorded, row::Row};

/// The two paths at which the instance metadata service returns the Region, each with its response. Each SDK uses one of these
/// paths.
const REGION_OF_THE_INSTANCE: [(&str, &str); 2] = [
    ("/latest/meta-data/placement/region", "eu-north-1"),
    ("/latest/dynamic/instance-identity/document", r#"{"region": "eu-north-1"}"#),
];

/// The servers that a row names. The servers stop when this value is dropped.
#[derive(Debug)]
pub struct World {
    /// The sandbox. All servers except `<closed>` and `<full>` belong to this sandbox.
    pub sandbox: Blocking,
    addresses: BTreeMap<String, SocketAddr>,
    agent: Option<&'static str>,
    tasks: JoinSet<()>,
}

impl World {
    /// Starts the servers.
    ///
    /// # Panics
    /// If a server cannot start.
    #[must_use]
    pub fn start(row: &Row) -> Self {
        let mut options = Options::default();
        options.keys = keys(row);
        // The address 0.0.0.0 also means this machine. Clients use a proxy for this address, but not for loopback addresses.
        options.hosts.push("0.0.0.0".parse().expect("a host"));
        let sandbox = Blocking::start(options).expect("a sandbox");
        let answers = |path: &str| row.answers.iter().any(|(action, _)| *action == path);
        for (path, body) in REGION_OF_THE_INSTANCE.into_iter().filter(|(path, _)| !answers(path)) {
            sandbox.fault(Fault::new(path, Effect::answer(200, "text/plain", body)));
        }
        for (action, answers) in &row.answers {
            faults(action, answers).into_iter().for_each(|fault| sandbox.fault(fault));
        }
        let mut world = Self { sandbox, addresses: BTreeMap::new(), agent: row.agent, tasks: JoinSet::new() };
        for name in row.texts().flat_map(|text| placeholders(&text)) {
            if !world.addresses.contains_key(&name) {
                let address = world.serve(&name).expect("a server on loopback");
                world.addresses.insert(name, address);
            }
        }
        world
    }

    fn serve(&mut self, name: &str) -> io::Result<SocketAddr> {
        let tls = match name {
            "closed" | "full" => {
                let (sandbox, tasks) = (&self.sandbox, &mut self.tasks);
                return sandbox.wait(unserved(tasks, name == "full"));
            }
            "tls" => Tls::Good,
            "expired" => Tls::Expired,
            "misnamed" => Tls::OfAnotherHost,
            "authority" => Tls::OfAuthority,
            "subordinate" => Tls::OfSubordinate,
            _ => Tls::None,
        };
        self.sandbox.wait(self.sandbox.open_port(tls))
    }

    /// Returns the text with addresses instead of the placeholders.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        self.addresses.iter().fold(text.to_owned(), |text, (name, address)| {
            let text = text.replace(&format!("<{name}>"), &address.to_string());
            text.replace(&format!("<{name}.port>"), &address.port().to_string())
        })
    }

    /// Returns the text with placeholders instead of the addresses.
    #[must_use]
    pub fn empty(&self, text: &str) -> String {
        let replace = |text: String, (name, address): (&String, &SocketAddr)| {
            text.replace(&address.to_string(), &format!("<{name}>"))
        };
        self.addresses.iter().fold(text.to_owned(), replace)
    }

    /// Returns a line for each request so far: see [`crate::recorded`].
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let name = |port: SocketAddr| {
            let named = self.addresses.iter().find(|(_, address)| **address == port);
            named.map_or("nobody", |(name, _)| name)
        };
        let calls = self.sandbox.calls();
        let line = |call| Recorded { call, sandbox: &self.sandbox, port: name(call.port), agent: self.agent }.line();
        calls.iter().filter_map(line).collect()
    }
}

/// Returns the address of a port at which nothing listens or, if `is_full`, of a port whose queue of connections is full. The
/// port stays bound, so that no other program gets the port.
async fn unserved(tasks: &mut JoinSet<()>, is_full: bool) -> io::Result<SocketAddr> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let address = socket.local_addr()?;
    if !is_full {
        tasks.spawn(async move {
            pending::<()>().await;
            drop(socket);
        });
        return Ok(address);
    }
    let listener = socket.listen(0)?;
    // Opens more connections than the queue holds.
    for _ in 0..4 {
        tasks.spawn(async move {
            let connection = TcpStream::connect(address).await;
            pending::<()>().await;
            drop(connection);
        });
    }
    TcpStream::connect(address).await.ok();
    tasks.spawn(async move {
        pending::<()>().await;
        drop(listener);
    });
    Ok(address)
}

/// Returns all access keys in the texts of a row, with the secret key and the session token from the row.
fn keys(row: &Row) -> Vec<Key> {
    let texts: Vec<_> = row.texts().chain(row.expected_requests().map(ToOwned::to_owned)).collect();
    let words = texts.iter().flat_map(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let signers = row.expected_requests().filter_map(|line| line.split_once(" by ")?.1.split(' ').next());
    let is_key = |word: &&str| ["AKID", "ASIA"].iter().any(|start| word.starts_with(start));
    let ids: BTreeSet<_> = words.filter(is_key).chain(signers).collect();
    let variable = |name: &str| {
        let found = row.environment.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    };
    let key = |id: &str| {
        let is_of_environment = variable("AWS_ACCESS_KEY_ID").is_some_and(|value| value == id);
        let secret = variable("AWS_SECRET_ACCESS_KEY").filter(|_| is_of_environment);
        let key = Key::new(id, secret.as_deref().unwrap_or("hunter2"));
        match session(&texts, id) {
            Some(token) => key.of_session(token),
            None => key,
        }
    };
    ids.into_iter().map(key).collect()
}

/// Returns the session token of a key, if the row lists a request `by AKIDENV with TOKEN`. Otherwise, returns
/// `hunter2-session` if a text of the row contains `hunter2-session`.
fn session<'a>(texts: &'a [String], id: &str) -> Option<&'a str> {
    let by = format!(" by {id} with ");
    let listed = texts.iter().find_map(|text| text.split_once(&by)).and_then(|(_, rest)| rest.split(' ').next());
    listed.or_else(|| texts.iter().any(|text| text.contains("hunter2-session")).then_some("hunter2-session"))
}
fn faults(action: &str, answers: &[Answer]) -> Vec<Fault> {
    let (mut faults, mut passed) = (Vec::new(), 0);
    for (position, Answer(effects)) in answers.iter().enumerate() {
        let is_last = position + 1 == answers.len();
        let fault = |effect: &Effect| {
            let fault = Fault::new(action, effect.clone()).after(passed);
            if is_last { fault } else { fault.times(1) }
        };
        faults.extend(effects.iter().map(fault));
        // If these effects do not replace the usual response, the faults after these effects also count this request.
        passed += u64::from(effects.iter().all(|effect| matches!(effect, Effect::Delay(_) | Effect::Truncate)));
    }
    faults
}

/// Returns the names in angle brackets in a text, without a suffix `.port`. Leaves out `<home>`.
fn placeholders(text: &str) -> Vec<String> {
    let candidates = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let names = candidates.map(|name| name.strip_suffix(".port").unwrap_or(name));
    let is_name =
        |name: &&str| *name != "home" && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    names.filter(is_name).map(ToOwned::to_owned).collect()
}
