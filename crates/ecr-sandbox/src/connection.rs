//! One connection, and the ways in which it may end.

use std::{
    future::{pending, poll_fn},
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{
    Request, StatusCode,
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
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};

use crate::reply::{BoxError, Reply, endless, text};

/// What comes of a request.
pub(crate) enum Outcome {
    Reply(Reply),
    /// The head of this, half of the body, and the end of the connection.
    Half(Reply),
    /// A body without an end.
    Flood,
    /// This, be it HTTP or not, and the end of the connection.
    Raw(String),
    /// Not even an answer.
    Reset,
    /// No answer for as long as the client waits.
    Nothing,
    /// As a proxy: what comes next on this connection is for that host and port.
    Tunnel(String),
}

impl Outcome {
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Reply(reply) | Self::Half(reply) => Some(reply.status().as_u16()),
            Self::Flood | Self::Tunnel(_) => Some(200),
            Self::Raw(_) | Self::Reset | Self::Nothing => None,
        }
    }
}

/// What a connection is made of.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    /// Where all of it ends up.
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// How a connection ends that no client ends.
enum End {
    Raw(String),
    Reset,
    Tunnel(String),
}

/// Answers requests until the connection ends, or becomes a tunnel to the host and port in what this returns. What a client
/// does wrong is no error of anybody's here.
pub(crate) async fn serve<F>(
    socket: Box<dyn Socket>,
    answer: impl Fn(Request<Incoming>) -> F + Unpin,
) -> Option<(Box<dyn Socket>, String)>
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let end = Arc::new(Mutex::new(None));
    let service = service_fn(|request| {
        let (outcome, end) = (answer(request), Arc::clone(&end));
        Box::pin(async move {
            let ends_as = |ends| *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(ends);
            match outcome.await {
                Outcome::Reply(reply) => return Ok(reply),
                Outcome::Half(reply) => return Ok(half(reply).await),
                Outcome::Flood => return Ok(endless()),
                Outcome::Nothing => pending().await,
                Outcome::Tunnel(to) => {
                    ends_as(End::Tunnel(to));
                    return Ok(text(StatusCode::OK, ""));
                }
                Outcome::Raw(text) => ends_as(End::Raw(text)),
                Outcome::Reset => ends_as(End::Reset),
            }
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    // An error: the connection broke, or is to end in one of the ways above.
    poll_fn(|context| connection.poll_without_shutdown(context)).await.ok();
    let mut socket = connection.into_parts().io.into_inner();
    let end = end.lock().unwrap_or_else(PoisonError::into_inner).take();
    match end {
        // Where that fails, the connection is closed: the client has no answer either way.
        Some(End::Reset) => {
            socket.tcp().set_zero_linger().ok();
            return None;
        }
        Some(End::Tunnel(to)) => return Some((socket, to)),
        Some(End::Raw(text)) => drop(socket.write_all(text.as_bytes()).await),
        None => {}
    }
    // An error: the client was faster.
    socket.shutdown().await.ok();
    None
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
