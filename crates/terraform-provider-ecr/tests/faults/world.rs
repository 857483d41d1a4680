//! The servers of a row, on loopback, by the names that stand in its texts:
//!
//! - `<closed>`: nothing listens there;
//! - `<full>`: takes no connection, and refuses none;
//! - `<tls>`: speaks TLS with a certificate of the CA in `~/ca.pem`;
//! - `<expired>`, `<misnamed>`: the same, with a certificate that has ended, or that is of another host;
//! - any other: plain HTTP.
//!
//! All of them answer as the row says, and count requests together.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    answer::{Answer, usual},
    authority::{Authority, Leaf},
    http,
    row::Row,
};

/// The servers that a row names. They end when this is dropped.
pub(crate) struct World {
    pub(crate) authority: Authority,
    addresses: BTreeMap<String, SocketAddr>,
    fake: Arc<Fake>,
    tasks: JoinSet<()>,
    /// Connections that nobody takes.
    _waiting: Vec<JoinHandle<io::Result<TcpStream>>>,
}

/// What the servers have in common.
#[derive(Debug)]
struct Fake {
    answers: Mutex<BTreeMap<&'static str, VecDeque<Answer>>>,
    requests: AtomicUsize,
}

impl World {
    /// Only in a runtime.
    pub(crate) async fn start(row: &Row) -> Self {
        let answers = row.answers.iter().map(|(action, answers)| (*action, answers.iter().cloned().collect()));
        let fake = Arc::new(Fake { answers: Mutex::new(answers.collect()), requests: AtomicUsize::new(0) });
        let mut world = Self {
            authority: Authority::generate("a private CA"),
            addresses: BTreeMap::new(),
            fake,
            tasks: JoinSet::new(),
            _waiting: Vec::new(),
        };
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
        let socket = TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let address = socket.local_addr()?;
        let leaf = match name {
            "closed" => {
                // Bound to the end, so that nobody else gets the port.
                self.tasks.spawn(async move {
                    std::future::pending::<()>().await;
                    drop(socket);
                });
                return Ok(address);
            }
            "full" => {
                let listener = socket.listen(0)?;
                // More than its queue takes.
                self._waiting.extend((0..4).map(|_| tokio::spawn(TcpStream::connect(address))));
                TcpStream::connect(address).await.ok();
                self.tasks.spawn(async move {
                    std::future::pending::<()>().await;
                    drop(listener);
                });
                return Ok(address);
            }
            "tls" => Some(Leaf::Good),
            "expired" => Some(Leaf::Expired),
            "misnamed" => Some(Leaf::Misnamed),
            _ => None,
        };
        let acceptor = leaf.map(|leaf| self.authority.acceptor(leaf));
        self.tasks.spawn(accept(socket.listen(128)?, acceptor, Arc::clone(&self.fake)));
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

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.fake.requests.load(Ordering::Relaxed)
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, fake: Arc<Fake>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (acceptor, fake) = (acceptor.clone(), Arc::clone(&fake));
        // A client that goes away is what some rows are about.
        tokio::spawn(async move {
            let Some(acceptor) = acceptor else { return drop(fake.serve_tcp(stream).await) };
            if let Ok(stream) = acceptor.accept(stream).await {
                drop(fake.serve(&mut BufReader::new(stream)).await);
            }
        });
    }
}

impl Fake {
    async fn serve_tcp(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        if self.serve(&mut stream).await? {
            stream.into_inner().set_zero_linger()?;
        }
        Ok(())
    }

    /// Answers until the end of the connection, and whether it is to be reset then.
    async fn serve(&self, stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>) -> io::Result<bool> {
        loop {
            let action = match http::action(stream).await {
                Ok(Some(action)) => action,
                Ok(None) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            };
            self.requests.fetch_add(1, Ordering::Relaxed);
            match self.answer(&action) {
                Answer::Says(message) => http::write(stream, &message, false).await?,
                Answer::Breaks(message) => {
                    http::write(stream, &message, true).await?;
                    return Ok(false);
                }
                Answer::Floods => http::flood(stream).await?,
                Answer::Raw(text) => {
                    stream.write_all(text.as_bytes()).await?;
                    stream.flush().await?;
                    return Ok(false);
                }
                Answer::Resets => return Ok(true),
                Answer::Late(after, message) => {
                    tokio::time::sleep(after).await;
                    http::write(stream, &message, false).await?;
                }
                Answer::Never => std::future::pending().await,
            }
        }
    }

    fn answer(&self, action: &str) -> Answer {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(answers) = answers.get_mut(action) else { return usual(action) };
        let last = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        last.expect("a row gives at least one answer")
    }
}

/// The names in angle brackets, but for `<home>`.
fn placeholders(text: &str) -> Vec<String> {
    let candidates = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let names = candidates.filter(|name| *name != "home" && !name.is_empty());
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase())).map(ToOwned::to_owned).collect()
}
