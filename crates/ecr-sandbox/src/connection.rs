//! One connection, and the ways in which it may end.

use std::{
    future::pending,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{
    Request,
    header::{CONTENT_LENGTH, EXPECT, HeaderValue},
};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    task::yield_now,
};

use crate::reply::{BoxError, Reply};

/// What comes of a request.
pub(crate) enum Outcome {
    Reply(Reply),
    /// The head of this, half of the body, and the end of the connection.
    Half(Reply),
    /// Not even an answer.
    Reset,
    /// No answer for as long as the client waits.
    Nothing,
}

impl Outcome {
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Reply(reply) | Self::Half(reply) => Some(reply.status().as_u16()),
            Self::Reset | Self::Nothing => None,
        }
    }
}

/// Answers requests until the connection ends. What a client does wrong is no error of anybody's here.
pub(crate) async fn serve<F>(stream: TcpStream, answer: impl Fn(Request<Incoming>) -> F)
where
    F: Future<Output = Outcome>,
{
    let reset = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Stream { stream, reset: Arc::clone(&reset) });
    let service = service_fn(|request| {
        let (outcome, reset) = (answer(request), Arc::clone(&reset));
        async move {
            match outcome.await {
                Outcome::Reply(reply) => Ok(reply),
                Outcome::Half(reply) => Ok(half(reply).await),
                Outcome::Reset => {
                    reset.store(true, Ordering::Relaxed);
                    Err(io::Error::from(io::ErrorKind::ConnectionReset))
                }
                Outcome::Nothing => pending().await,
            }
        }
    });
    drop(http1::Builder::new().serve_connection(io, service).await);
}

/// Reads a request that is refused. A client that asks before it sends its body is answered at once.
pub(crate) async fn discard(request: Request<Incoming>) {
    if !request.headers().contains_key(EXPECT) {
        discard_body(&mut request.into_body()).await;
    }
}

/// Reads what nobody needs: a client that sends all of it before it reads would find the connection broken, and never
/// learn why.
pub(crate) async fn discard_body(body: &mut Incoming) {
    // An error: the client went away.
    while let Some(Ok(_)) = body.frame().await {}
}

/// Promises all of it.
async fn half(reply: Reply) -> Reply {
    let (mut head, body) = reply.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let first: Result<Frame<Bytes>, BoxError> = Ok(Frame::data(body.slice(..body.len() / 2)));
    let second = async {
        // By then the first has been sent.
        yield_now().await;
        Err(io::Error::from(io::ErrorKind::BrokenPipe).into())
    };
    let frames = stream::iter([first]).chain(stream::once(second));
    Reply::from_parts(head, BodyExt::boxed(StreamBody::new(Box::pin(frames))))
}

/// A connection that can be reset.
struct Stream {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Where that fails, the connection is closed: the client has no answer either way.
            self.stream.set_zero_linger().ok();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A polite end would come before the reset.
        if self.reset.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
