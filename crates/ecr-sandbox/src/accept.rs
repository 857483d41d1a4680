//! Accepts connections at the sandbox's ports, and serves plain HTTP, TLS and tunnels over them.

use std::{sync::Arc, time::Duration};

use tokio::{net::TcpStream, sync::mpsc::UnboundedReceiver, task::JoinSet, time::sleep};

use crate::{
    authority::Tls,
    port::{Connection, Port},
    route::answer,
    serve::serve,
    socket::{Socket, peek},
    state::State,
};

/// The time to wait after a failed attempt to accept a connection.
const PAUSE: Duration = Duration::from_millis(50);

/// The first byte of every TLS handshake: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const HANDSHAKE: u8 = 22;

/// Accepts connections at the ports while this future is polled. All connections end when the future is dropped.
pub(crate) async fn listen(mut ports: UnboundedReceiver<Port>, state: Arc<State>) {
    let mut accepting = JoinSet::new();
    while let Some(port) = ports.recv().await {
        accepting.spawn(accept(port, Arc::clone(&state)));
    }
}

async fn accept(Port { listener, tls, registry }: Port, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted.and_then(|(stream, client)| Ok((stream.local_addr()?, client, stream))) {
                Ok((address, client, stream)) => {
                    let connection = Connection { address, client, registry: registry.clone(), tunnel: None, is_secure: false };
                    connections.spawn(serve_connection(stream, tls, connection, Arc::clone(&state)));
                }
                // Accepting can fail temporarily, for example while too many files are open.
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves plain HTTP or TLS. In both cases, a request can open a tunnel. The sandbox then also serves the requests within the
/// tunnel.
async fn serve_connection(stream: TcpStream, tls: Tls, mut connection: Connection, state: Arc<State>) {
    // Without `TCP_NODELAY`, a response that follows the session tickets of a TLS handshake is delayed by 40 ms, until the client
    // acknowledges the tickets. If this option cannot be set, responses are only slower.
    stream.set_nodelay(true).ok();
    let mut socket: Box<dyn Socket> = Box::new(stream);
    loop {
        connection.is_secure = false;
        if tls != Tls::None || connection.tunnel.is_some() {
            let (first, whole) = peek(socket).await;
            (connection.is_secure, socket) = (first == Some(HANDSHAKE), whole);
        }
        if connection.is_secure {
            // The handshake fails if, for example, the client does not trust the certificate authority. The connection then ends.
            let Ok(secured) = state.authority.secure(socket, tls, connection.hosts()).await else { return };
            socket = secured;
        }
        let (state, at) = (Arc::clone(&state), connection.clone());
        let tunnel = serve(socket, move |request| {
            let (state, connection) = (Arc::clone(&state), at.clone());
            async move { answer(&state, request, &connection).await }
        });
        let Some((rest, target)) = tunnel.await else { return };
        (connection.tunnel, socket) = (Some(target), rest);
    }
}
