//! The byte stream of a connection: TCP, TLS, or a connection whose first bytes have already been read.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A stream of bytes in both directions.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    /// Returns the underlying TCP connection.
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// A connection whose first bytes have already been read. A reader gets the bytes of `before`, and then the bytes of `rest`.
struct PrefixedSocket {
    before: Bytes,
    rest: Box<dyn Socket>,
}

/// Returns a connection that begins with `before`, the bytes that have already been read from `rest`.
pub(crate) fn with_prefix(before: Bytes, rest: Box<dyn Socket>) -> Box<dyn Socket> {
    if before.is_empty() { rest } else { Box::new(PrefixedSocket { before, rest }) }
}

/// Reads the first byte of the connection. Returns the byte, if a byte arrives, and a connection that still begins with this
/// byte.
pub(crate) async fn peek(mut socket: Box<dyn Socket>) -> (Option<u8>, Box<dyn Socket>) {
    let mut first = [0];
    match socket.read(&mut first).await {
        Ok(1) => (Some(first[0]), with_prefix(Bytes::copy_from_slice(&first), socket)),
        _ => (None, socket),
    }
}

impl Socket for PrefixedSocket {
    fn tcp(&self) -> &TcpStream {
        self.rest.tcp()
    }
}

impl AsyncRead for PrefixedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.before.is_empty() {
            return Pin::new(&mut self.rest).poll_read(context, buffer);
        }
        let length = self.before.len().min(buffer.remaining());
        buffer.put_slice(&self.before[..length]);
        self.before.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for PrefixedSocket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.rest).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.rest).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.rest).poll_shutdown(context)
    }
}
