//! Where the plugin listens: a Unix socket that only its owner can open, or a loopback port.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};

use crate::handshake::SocketRequest;

#[cfg(unix)]
mod unix;

/// Either side of what a client connects to.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A bound socket; a Unix one is removed from the file system when this is dropped.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(unix::Socket),
}

/// Where a listener is to be found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    #[cfg_attr(not(unix), allow(dead_code, reason = "Windows listens on TCP"))]
    Unix(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("cannot listen on 127.0.0.1: {0}")]
    Tcp(#[source] io::Error),
    #[cfg(unix)]
    #[error("cannot make a socket in {directory} ({variable}): {source}", variable = "PLUGIN_UNIX_SOCKET_DIR")]
    Directory { directory: String, source: io::Error },
    #[cfg(unix)]
    #[error("{variable} is {group:?}: {problem}", variable = crate::handshake::SOCKET_GROUP)]
    Group { group: String, problem: String },
}

impl Listener {
    /// Binds where the client asks; clients take TCP on every system, so that is the last resort.
    pub(crate) async fn bind(request: &SocketRequest) -> Result<Self, ListenError> {
        #[cfg(unix)]
        if let Some(socket) = unix::Socket::bind(request)? {
            return Ok(Self::Unix(socket));
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
        Err(ListenError::Tcp(failure.unwrap_or_else(|| io::Error::other("no port is allowed"))))
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
    /// The name that go-plugin (and Go) has for the kind of socket.
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
    async fn the_first_free_port_of_the_range_is_taken() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let listener = Listener::bind_tcp((port, port.saturating_add(20))).await.expect("a port in the range");
        let Address::Tcp(address) = listener.address().expect("an address") else { panic!("not TCP") };
        assert!(address.ip().is_loopback() && address.port() > port);
        assert!(Listener::bind_tcp((port, port)).await.is_err());
    }
}
