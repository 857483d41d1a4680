//! From an address to a gRPC channel.

use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, pki_types::ServerName},
};
use tonic::transport::{Channel, Endpoint, Uri};

use crate::{
    error::{Error, chain},
    handshake::Address,
    tls::Negotiated,
};

/// So that a plugin that never answers fails a test instead of stopping it.
const CALL_TIMEOUT: Duration = Duration::from_secs(90);

/// A connection to a plugin.
#[derive(Debug)]
pub struct Stream(Io);

#[derive(Debug)]
enum Io {
    Tcp(TcpStream),
    Tls(Box<TlsStream<Stream>>),
    Unix(UnixStream),
}

/// A channel over `address`, and what its first connection negotiated. Later ones are made when the first is lost.
pub(crate) async fn connect(
    address: &Address,
    tls: Option<ClientConfig>,
) -> Result<(Channel, Option<Negotiated>), Error> {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let origin = Uri::builder().scheme(scheme).authority("localhost").path_and_query("/").build();
    let failed = |reason: String| Error::Connect { address: address.to_string(), reason };
    let endpoint = Endpoint::from_static("http://localhost")
        .origin(origin.map_err(|error| failed(chain(&error)))?)
        .timeout(CALL_TIMEOUT);

    let negotiated = Arc::new(OnceLock::new());
    let connector = Connector { address: address.clone(), tls: tls.map(Arc::new), negotiated: Arc::clone(&negotiated) };
    let service = tower::service_fn(move |_: Uri| {
        let connector = connector.clone();
        async move { connector.connect().await.map(TokioIo::new) }
    });
    let channel = endpoint.connect_with_connector(service).await.map_err(|error| failed(chain(&error)))?;
    Ok((channel, negotiated.get().cloned()))
}

#[derive(Clone)]
struct Connector {
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    negotiated: Arc<OnceLock<Negotiated>>,
}

impl Connector {
    async fn connect(self) -> io::Result<Stream> {
        let stream = self.address.connect().await?;
        let Some(config) = self.tls else {
            return Ok(stream);
        };
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = TlsConnector::from(config).connect(name, stream).await?;
        let (_, connection) = stream.get_ref();
        let alpn = connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        self.negotiated.get_or_init(|| Negotiated { version: connection.protocol_version(), alpn });
        Ok(Stream(Io::Tls(Box::new(stream))))
    }
}

impl From<TcpStream> for Stream {
    fn from(stream: TcpStream) -> Self {
        Self(Io::Tcp(stream))
    }
}

impl From<UnixStream> for Stream {
    fn from(stream: UnixStream) -> Self {
        Self(Io::Unix(stream))
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Io::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().0 {
            Io::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Io::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Io::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Io::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Io::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Io::Unix(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Io::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
