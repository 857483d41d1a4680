//! From a bound socket to connections that the gRPC server can use.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{mpsc, watch},
    time::sleep,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tracing::{debug, warn};

use crate::{
    listener::{Listener, Stream},
    tls::Tls,
};

/// How many connections are open. Terraform may make more than one, and make a new one after a while.
pub(crate) type Live = watch::Receiver<usize>;

/// Accepts clients until the receiving side is dropped. A client that fails its handshake costs the others nothing.
///
/// Each connection has an `I` of its own. Requests carry it as an extension.
pub(crate) fn accept<I: ConnectInfo>(
    listener: Listener,
    tls: Option<Tls>,
) -> (ReceiverStream<io::Result<Connection<I>>>, Live) {
    let (sender, receiver) = mpsc::channel(1);
    let (live, watcher) = watch::channel(0);
    tokio::spawn(async move {
        tokio::select! {
            () = accept_all(&listener, tls.as_ref(), &sender, &live) => {}
            () = sender.closed() => {}
        }
    });
    (ReceiverStream::new(receiver), watcher)
}

async fn accept_all<I: ConnectInfo>(
    listener: &Listener,
    tls: Option<&Tls>,
    sender: &mpsc::Sender<io::Result<Connection<I>>>,
    live: &watch::Sender<usize>,
) {
    loop {
        let stream = match listener.accept().await {
            Ok(stream) => stream,
            Err(error) => {
                // Most likely out of file descriptors: some may be free again later.
                warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (tls, sender, live) = (tls.cloned(), sender.clone(), live.clone());
        tokio::spawn(async move {
            let stream = match tls {
                Some(tls) => tls.accept(stream).await,
                None => Ok(stream),
            };
            match stream {
                Ok(stream) => drop(sender.send(Ok(Connection::new(stream, live))).await),
                Err(error) => warn!(%error, "refused a connection"),
            }
        });
    }
}

/// The part of a connection that its requests share. A clone is the same.
pub(crate) trait ConnectInfo: Clone + Default + Send + Sync + Unpin + 'static {}
impl<T: Clone + Default + Send + Sync + Unpin + 'static> ConnectInfo for T {}

/// One client's connection, counted while it lasts.
pub(crate) struct Connection<I> {
    stream: Box<dyn Stream>,
    live: watch::Sender<usize>,
    info: I,
}

impl<I: ConnectInfo> Connection<I> {
    fn new(stream: Box<dyn Stream>, live: watch::Sender<usize>) -> Self {
        live.send_modify(|count| *count += 1);
        debug!("a client connected");
        Self { stream, live, info: I::default() }
    }
}

impl<I> Drop for Connection<I> {
    fn drop(&mut self) {
        self.live.send_modify(|count| *count -= 1);
        debug!("a client disconnected");
    }
}

impl<I: ConnectInfo> Connected for Connection<I> {
    type ConnectInfo = I;

    fn connect_info(&self) -> I {
        self.info.clone()
    }
}

impl<I: Unpin> AsyncRead for Connection<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<I: Unpin> AsyncWrite for Connection<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
