//! The servers that a row names.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::{runtime, sync::oneshot, task::JoinSet};

use crate::{
    fake_aws::{Record, router},
    proxy::Proxy,
    row::Row,
    tls::Authority,
};

/// A server for each placeholder of a row, on loopback. They end when this is dropped.
pub(crate) struct World {
    pub(crate) record: Arc<Record>,
    /// The certificate that `<tls>` shows is one of this CA.
    pub(crate) authority: Arc<Authority>,
    addresses: BTreeMap<&'static str, SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    pub(crate) fn start(row: &Row) -> Self {
        let record = Arc::new(Record::new(row));
        let authority = Arc::new(Authority::generate());
        let listeners: BTreeMap<_, _> = row.texts().flat_map(placeholders).map(|name| (name, bind())).collect();
        let addresses = listeners.iter().map(|(name, listener)| (*name, address(listener))).collect();
        let (stop, stopped) = oneshot::channel();
        let servers = Servers { record: Arc::clone(&record), authority: Arc::clone(&authority), set: JoinSet::new() };
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(servers.run(listeners, stopped));
        });
        Self { record, authority, addresses, stop: Some(stop), thread: Some(thread) }
    }

    /// The text with addresses in the place of the placeholders.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, address) in &self.addresses {
            let value = match *name {
                proxy if proxy.ends_with("proxy") => address.to_string(),
                "tls" => format!("https://{address}"),
                _ => format!("http://{address}"),
            };
            text = text.replace(&format!("<{name}>"), &value);
            text = text.replace(&format!("<{name}.port>"), &address.port().to_string());
        }
        text
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What runs in the thread of a world.
struct Servers {
    record: Arc<Record>,
    authority: Arc<Authority>,
    set: JoinSet<()>,
}

impl Servers {
    async fn run(mut self, listeners: BTreeMap<&'static str, TcpListener>, stopped: oneshot::Receiver<()>) {
        for (name, listener) in listeners {
            match name {
                proxy if proxy.ends_with("proxy") => {
                    let (http, https) = (bind(), bind());
                    let leads_to = Proxy {
                        name: proxy.to_owned(),
                        record: Arc::clone(&self.record),
                        http: address(&http),
                        https: address(&https),
                    };
                    self.http(http, format!(" through {proxy}"));
                    self.https(https, format!(" at the end of {proxy}"));
                    self.set.spawn(leads_to.serve(asynchronous(listener)));
                }
                "tls" => self.https(listener, " at tls".to_owned()),
                "all" => self.http(listener, String::new()),
                name => self.http(listener, format!(" at {name}")),
            }
        }
        drop(stopped.await); // an error: the sender is gone
    }

    fn http(&mut self, listener: TcpListener, suffix: String) {
        let router = router(suffix, Arc::clone(&self.record));
        let listener = asynchronous(listener);
        self.set.spawn(async move { axum::serve(listener, router).await.expect("serving") });
    }

    fn https(&mut self, listener: TcpListener, suffix: String) {
        let router = router(suffix, Arc::clone(&self.record));
        let listener = self.authority.listener(asynchronous(listener));
        self.set.spawn(async move { axum::serve(listener, router).await.expect("serving") });
    }
}

/// The names in `<name>` and `<name.port>`, but for `<home>`.
fn placeholders(text: &'static str) -> impl Iterator<Item = &'static str> {
    let candidates = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let names = candidates.map(|name| name.strip_suffix(".port").unwrap_or(name));
    names.filter(|name| *name != "home" && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("an address")
}

/// Only in a runtime.
fn asynchronous(listener: TcpListener) -> tokio::net::TcpListener {
    listener.set_nonblocking(true).expect("a socket that does not block");
    tokio::net::TcpListener::from_std(listener).expect("a socket that works")
}
