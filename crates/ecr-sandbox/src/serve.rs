//! Serves HTTP on one connection. Faults can end the connection in several ways.

use std::{
    future::{pending, poll_fn},
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::stream;
use http::{
    Method, Request, StatusCode,
    header::{CONTENT_LENGTH, EXPECT, HeaderValue, TRANSFER_ENCODING},
};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Body as _, Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{io::AsyncWriteExt, task::yield_now};

use crate::{
    reply::{BoxError, Outcome, Reply, endless, text},
    socket::{Socket, with_prefix},
};

/// Answers requests until the connection ends or becomes a tunnel. For a tunnel, returns the connection and the tunnel's target.
pub(crate) async fn serve<F>(
    socket: Box<dyn Socket>,
    answer: impl Fn(Request<Incoming>) -> F + Unpin,
) -> Option<(Box<dyn Socket>, String)>
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let end = Arc::new(Mutex::new(None));
    let service = service_fn(|request| {
        let is_head = request.method() == Method::HEAD;
        let (outcome, end) = (answer(request), Arc::clone(&end));
        Box::pin(async move {
            match outcome.await {
                Outcome::Reply(reply) => return Ok(reply),
                // A response to HEAD does not have a body to truncate.
                Outcome::Half(reply) => return Ok(if is_head { reply } else { truncated(reply) }),
                Outcome::Flood => return Ok(endless()),
                Outcome::Nothing => pending().await,
                outcome => {
                    let is_tunnel = matches!(outcome, Outcome::Tunnel(_));
                    *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
                    if is_tunnel {
                        return Ok(text(StatusCode::OK, ""));
                    }
                }
            }
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    // An error means that the connection broke, or that the outcome above ends the connection on purpose.
    poll_fn(|context| connection.poll_without_shutdown(context)).await.ok();
    let parts = connection.into_parts();
    // A client may have sent data for the tunnel before the response to CONNECT.
    let mut socket = with_prefix(parts.read_buf, parts.io.into_inner());
    let end = end.lock().unwrap_or_else(PoisonError::into_inner).take();
    match end {
        // If this call fails, the connection is closed instead of reset. In both cases, the client gets no response.
        Some(Outcome::Reset) => {
            socket.tcp().set_zero_linger().ok();
            return None;
        }
        Some(Outcome::Tunnel(target)) => return Some((socket, target)),
        Some(Outcome::Raw(text)) => drop(socket.write_all(text.as_bytes()).await),
        _ => {}
    }
    // An error means that the client closed the connection first.
    socket.shutdown().await.ok();
    None
}

/// Reads the body of a rejected request. Does not read the body if the header `Expect` shows that the client waits for a response
/// first.
pub(crate) async fn discard(request: Request<Incoming>) {
    if !request.headers().contains_key(EXPECT) {
        discard_body(&mut request.into_body()).await;
    }
}

/// Reads a body that is not needed. Some clients send the whole body before they read the response. If the sandbox did not read
/// the body, such a client would only see a broken connection.
pub(crate) async fn discard_body(body: &mut Incoming) {
    // An error means that the client disconnected.
    while let Some(Ok(_)) = body.frame().await {}
}

/// Returns a response that breaks off in the body. If the body's length is known, half of the body is sent, and `Content-Length`
/// is the whole length. Otherwise, only the first frame of the body is sent.
fn truncated(reply: Reply) -> Reply {
    let (mut head, body) = reply.into_parts();
    let length = body.size_hint().exact();
    if let Some(length) = length {
        head.headers.remove(TRANSFER_ENCODING);
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let frames = stream::unfold((body, length.map(|length| length / 2)), |(mut body, left)| async move {
        let broken = || Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        if left == Some(0) {
            // Lets the connection send the data that this stream has already returned, before the error ends the connection.
            yield_now().await;
            return Some((broken(), (body, left)));
        }
        let frame: Result<Frame<Bytes>, BoxError> = match body.frame().await {
            Some(Ok(frame)) => frame.into_data().map(Frame::data).or_else(|_| broken()),
            Some(Err(error)) => Err(error),
            None => broken(),
        };
        let frame = frame.map(|frame| match (frame.into_data(), left) {
            (Ok(data), Some(left)) => data.slice(..data.len().min(usize::try_from(left).unwrap_or(usize::MAX))),
            (Ok(data), None) => data,
            (Err(_), _) => Bytes::new(),
        });
        let left = match (&frame, left) {
            (Ok(data), Some(left)) => Some(left - data.len() as u64),
            _ => Some(0),
        };
        Some((frame.map(Frame::data), (body, left)))
    });
    Reply::from_parts(head, BodyExt::boxed(StreamBody::new(Box::pin(frames))))
}
