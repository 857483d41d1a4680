//! Listens on a Unix socket that only its owner can use, or on a TCP port of 127.0.0.1.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
#[cfg(unix)]
use tracing::warn;

use crate::handshake::SocketRequest;

#[cfg(unix)]
pub(crate) mod unix;

/// A connection to a client over a Unix socket or a TCP port.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A bound socket. If the socket is a Unix socket, dropping the listener removes the socket file.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::Socket),
}

/// The address of a listener.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    #[cfg_attr(not(unix), allow(dead_code, reason = "Windows listens on TCP"))]
    Unix(PathBuf),
}

/// Whether the process is allowed to listen on a TCP port of 127.0.0.1 instead of a Unix socket.
///
/// Every user of the machine can connect to a port. A client of the provider can configure a `credential_process`, and can therefore run
/// programs as the user of the provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Port {
    /// A port is allowed, either because a client certificate keeps other users out, or because the user has requested the port.
    Allowed,
    Forbidden,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("cannot listen on 127.0.0.1: {0}")]
    Tcp(#[source] io::Error),
    /// The error on Windows if a TCP port is forbidden, because Windows has no private sockets.
    #[cfg_attr(unix, expect(dead_code, reason = "Unix has private sockets"))]
    #[error(
        "the client certificate of Terraform is missing, so every user of this machine could connect and run programs as you. \
         Unset TF_DISABLE_PLUGIN_TLS. To debug the provider on a machine that nobody else uses, run it with -debug-tcp"
    )]
    NoPrivateSocket,
    #[cfg(unix)]
    #[error("cannot listen on a Unix socket: {0}")]
    Unix(#[source] io::Error),
    #[cfg(unix)]
    #[error(
        "cannot make a Unix socket: {0}. The client certificate is missing, so every user of this machine could connect to a \
         port. Set TMPDIR to a directory that you can write to, with a path of at most 90 bytes"
    )]
    NoDirectory(unix::UnusableDirectories),
    #[cfg(unix)]
    #[error(
        "cannot make a socket in {directory} ({variable}): {source}. Set {variable} to a directory that you can write to, with a \
         path of at most 90 bytes",
        variable = "PLUGIN_UNIX_SOCKET_DIR"
    )]
    Directory { directory: String, source: io::Error },
    #[cfg(unix)]
    #[error("{variable} is {group:?}: {problem}", variable = crate::handshake::SOCKET_GROUP)]
    Group { group: String, problem: String },
}

impl Listener {
    /// Binds a Unix socket in the directory that the client requests, or in a system directory. If no system directory is usable, binds a
    /// TCP port if `port` is [`Port::Allowed`].
    pub(crate) async fn bind(request: &SocketRequest, port: Port) -> Result<Self, ListenError> {
        #[cfg(unix)]
        match unix::Socket::bind(request) {
            Ok(socket) => return Ok(Self::Unix(socket)),
            Err(ListenError::NoDirectory(tried)) if port == Port::Allowed => {
                warn!(%tried, "cannot make a Unix socket, and listens on a port of 127.0.0.1");
            }
            Err(error) => return Err(error),
        }
        #[cfg(not(unix))]
        if port == Port::Forbidden {
            return Err(ListenError::NoPrivateSocket);
        }
        Self::bind_tcp(request.ports).await
    }

    async fn bind_tcp((first, last): (u16, u16)) -> Result<Self, ListenError> {
        let mut failure = None;
        for port in first..=last {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => return Ok(Self::Tcp(listener)),
                Err(error) => failure = Some(error),
            }
        }
        Err(ListenError::Tcp(failure.unwrap_or_else(|| io::Error::other("the range of ports is empty"))))
    }

    pub(crate) fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Address::Unix(socket.path().to_owned())),
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Box::new(socket.accept().await?)),
        }
    }
}

impl Address {
    /// Returns the name that go-plugin and Go use for this kind of socket.
    pub(crate) fn network(&self) -> &'static str {
        match self {
            Self::Tcp(_) => "tcp",
            Self::Unix(_) => "unix",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn binds_the_first_free_port_in_the_range() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let listener = Listener::bind_tcp((port, port.saturating_add(20))).await.expect("a port in the range");
        let Address::Tcp(address) = listener.address().expect("an address") else { panic!("not TCP") };
        assert!(address.ip().is_loopback() && address.port() > port);
        assert!(Listener::bind_tcp((port, port)).await.is_err());
    }
}
