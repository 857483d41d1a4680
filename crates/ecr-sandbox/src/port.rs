//! A port, and whoever connects to it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::{
    authority::Tls,
    connection::{Socket, serve},
    gate::Scope,
    proxy::normal,
    rewound::peek,
    route::answer,
    sandbox::State,
};

/// How long to wait where no more connections can be taken.
const BREATH: Duration = Duration::from_millis(50);

/// What every handshake of TLS begins with: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const HANDSHAKE: u8 = 22;

/// Where a request came from, and how.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Where the sandbox listened.
    pub(crate) port: SocketAddr,
    /// The registry that the port is for, if it is for one.
    pub(crate) scope: Option<Scope>,
    /// The host and the port that the sandbox was asked to connect to before, as a proxy.
    pub(crate) tunnel: Option<String>,
    pub(crate) is_secure: bool,
}

/// Takes connections until the sandbox is dropped, and ends those that are open then. Boxed, since an answer may open another
/// port.
pub(crate) fn accept(
    listener: TcpListener,
    tls: Tls,
    scope: Option<Scope>,
    state: Arc<State>,
) -> BoxFuture<'static, ()> {
    let mut stopped = state.stopped.clone();
    let mut connections = JoinSet::new();
    Box::pin(async move {
        loop {
            tokio::select! {
                // An error: the sender is gone.
                _ = stopped.changed() => return,
                accepted = listener.accept() => match accepted.and_then(|(stream, _)| Ok((stream.local_addr()?, stream))) {
                    Ok((port, stream)) => {
                        let origin = Origin { port, scope: scope.clone(), tunnel: None, is_secure: false };
                        connections.spawn(connection(stream, tls, origin, Arc::clone(&state)));
                    }
                    // Too many files are open, say.
                    Err(_) => sleep(BREATH).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    })
}

/// Plain HTTP or TLS, and in either case maybe a tunnel, whose other end is here as well.
async fn connection(stream: TcpStream, tls: Tls, mut origin: Origin, state: Arc<State>) {
    // An answer right after the tickets of a TLS handshake would wait for the client to say that it has got those: 40 ms. Where
    // that cannot be had, the answers are late.
    stream.set_nodelay(true).ok();
    let mut socket: Box<dyn Socket> = Box::new(stream);
    loop {
        origin.is_secure = false;
        if tls != Tls::None || origin.tunnel.is_some() {
            let (first, whole) = peek(socket).await;
            (origin.is_secure, socket) = (first == Some(HANDSHAKE), whole);
        }
        if origin.is_secure {
            // A client that does not trust the authority goes away.
            let Ok(secured) = state.authority.secure(socket, tls, hosts(&origin)).await else { return };
            socket = secured;
        }
        let (asked, at) = (origin.clone(), Arc::clone(&state));
        let tunnel = serve(socket, move |request| {
            let (origin, state) = (asked.clone(), Arc::clone(&at));
            async move { answer(&state, request, &origin).await }
        });
        let Some((rest, to)) = tunnel.await else { return };
        (origin.tunnel, socket) = (Some(to), rest);
    }
}

/// Whom a client may want here that does not say so.
fn hosts(origin: &Origin) -> Vec<String> {
    match &origin.tunnel {
        Some(to) => vec![normal(to)],
        // The second leads to this machine as well, on some systems.
        None => vec![origin.port.ip().to_canonical().to_string(), "0.0.0.0".to_owned(), "localhost".to_owned()],
    }
}
