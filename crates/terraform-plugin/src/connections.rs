//! Accepts connections on a bound socket, for the gRPC server.

use std::{collections::VecDeque, io, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::{AbortHandle, JoinSet},
    time::sleep,
};
use tracing::{debug, warn};

use crate::{
    listener::{Listener, Stream},
    tls::Tls,
};

/// The maximum number of TLS handshakes at the same time. A handshake takes only a moment, so even a few handshakes at the same time are
/// unusual.
const MAX_HANDSHAKES: usize = 64;

/// The number of open connections. Terraform can open several connections, at the same time or one after the other.
pub(crate) type ConnectionCount = watch::Receiver<usize>;

/// Accepts clients until the returned receiver is dropped. Also returns the number of open connections. A failed handshake does not affect
/// other clients.
pub(crate) fn accept(listener: Listener, tls: Option<Tls>) -> (mpsc::Receiver<Connection>, ConnectionCount) {
    let (sender, receiver) = mpsc::channel(1);
    let (live, watcher) = watch::channel(0);
    tokio::spawn(async move {
        tokio::select! {
            () = accept_all(&listener, tls.as_ref(), &sender, &live) => {}
            () = sender.closed() => {}
        }
    });
    (receiver, watcher)
}

async fn accept_all(
    listener: &Listener,
    tls: Option<&Tls>,
    sender: &mpsc::Sender<Connection>,
    live: &watch::Sender<usize>,
) {
    let mut handshakes = Handshakes::default();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept(), if handshakes.has_room() => match (accepted, tls) {
                (Ok(stream), Some(tls)) => {
                    handshakes.begin(tls.clone(), stream);
                    continue;
                }
                (Ok(stream), None) => stream,
                (Err(error), _) => {
                    // The process probably has no free file descriptors. Wait a moment, so that other connections can close.
                    warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            Some(done) = handshakes.next() => match done {
                Ok(stream) => stream,
                Err(error) => {
                    warn!(%error, "refused a connection");
                    continue;
                }
            },
        };
        // The gRPC server takes the connection immediately. Sending fails only if the gRPC server is about to end.
        if sender.send(Connection { stream, counted: Counted::new(live.clone()) }).await.is_err() {
            return;
        }
    }
}

/// The connections that have not finished their TLS handshake: at most [`MAX_HANDSHAKES`] connections.
///
/// Every user of the machine can connect to a port and send nothing. A new connection above the limit therefore closes the oldest
/// connection with an unfinished handshake. Other users cannot use up the file descriptors, and a client that continues its handshake is
/// still accepted.
///
/// The number of connections with a finished handshake is not limited. A client that has finished the handshake has the key of the client
/// certificate. Without TLS, only the owner of the socket has permission to connect.
#[derive(Default)]
struct Handshakes {
    running: JoinSet<io::Result<Box<dyn Stream>>>,
    oldest_first: VecDeque<AbortHandle>,
}

impl Handshakes {
    /// Returns whether there is room for one more connection. A closed connection is counted until its file descriptor is free.
    fn has_room(&self) -> bool {
        self.running.len() <= MAX_HANDSHAKES
    }

    fn begin(&mut self, tls: Tls, stream: Box<dyn Stream>) {
        self.oldest_first.push_back(self.running.spawn(async move { tls.accept(stream).await }));
        self.oldest_first.retain(|handshake| !handshake.is_finished());
        if self.oldest_first.len() > MAX_HANDSHAKES
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            oldest.abort();
        }
    }

    /// Returns the next finished handshake, or `None` if no handshake is running.
    async fn next(&mut self) -> Option<io::Result<Box<dyn Stream>>> {
        let done = self.running.join_next().await?;
        Some(done.unwrap_or_else(|error| {
            if error.is_panic() {
                return Err(io::Error::other("the handshake panicked"));
            }
            let reason = format!(
                "more than {MAX_HANDSHAKES} clients had not finished their handshake, and this one was the oldest"
            );
            Err(io::Error::new(io::ErrorKind::ConnectionAborted, reason))
        }))
    }
}

/// The connection of one client.
pub(crate) struct Connection {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) counted: Counted,
}

/// Counts a connection in [`ConnectionCount`] until this value is dropped.
pub(crate) struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(live: watch::Sender<usize>) -> Self {
        live.send_modify(|count| *count += 1);
        debug!("a client connected");
        Self(live)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
        debug!("a client disconnected");
    }
}
