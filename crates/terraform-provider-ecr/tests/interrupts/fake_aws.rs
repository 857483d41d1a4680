//! AWS on a loopback port: takes every request, and answers with a token or never.

use std::{
    future::pending,
    net::TcpListener,
    sync::mpsc::{Receiver, channel},
    thread,
};

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{runtime, sync::oneshot};

use crate::deadline::DEADLINE;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Never,
    Token,
}

/// A running fake. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct FakeAws {
    pub(crate) url: String,
    arrivals: Receiver<()>,
    _stop: oneshot::Sender<()>,
}

impl FakeAws {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let (arrived, arrivals) = channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = move |request: Request| {
            let arrived = arrived.clone();
            async move {
                to_bytes(request.into_body(), 1 << 20).await.expect("a body");
                arrived.send(()).ok(); // an error: the test has seen enough
                match answer {
                    Answer::Never => pending().await,
                    Answer::Token => token(),
                }
            }
        };
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                listener.set_nonblocking(true).expect("a socket that does not block");
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket that works");
                tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await });
                drop(stopped.await); // an error: the sender is gone
            });
        });
        Self { url, arrivals, _stop: stop }
    }

    /// Waits for the next request.
    #[track_caller]
    pub(crate) fn called(&self) {
        self.arrivals.recv_timeout(DEADLINE).expect("a request");
    }
}

fn token() -> Response {
    let token = BASE64_STANDARD.encode("AWS:secret");
    let body = format!(
        r#"{{"authorizationData":[{{"authorizationToken":"{token}","expiresAt":4102444800,"proxyEndpoint":"https://123456789012.dkr.ecr.us-east-1.amazonaws.com"}}]}}"#
    );
    ([("content-type", "application/x-amz-json-1.1")], body).into_response()
}
