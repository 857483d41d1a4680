//! Opens a gRPC channel to the address of a plugin.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use hyper_util::rt::TokioIo;
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};
use tonic::transport::{Channel, Endpoint, Uri};

use crate::{
    address::{Address, Stream},
    error::{Error, chain},
    tls::Negotiated,
};

/// The time limit for a call. If a plugin never responds, the call fails instead of blocking the test.
const CALL_TIMEOUT: Duration = Duration::from_secs(90);

/// Opens a channel to `address`. Returns the channel, and the TLS parameters of its first connection. If a connection is lost, the channel
/// opens a new connection.
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
        let socket = self.address.connect().await?;
        let Some(config) = self.tls else { return Ok(socket) };
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = TlsConnector::from(config).connect(name, socket).await?;
        let (_, connection) = stream.get_ref();
        let alpn = connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        self.negotiated.get_or_init(|| Negotiated { version: connection.protocol_version(), alpn });
        Ok(Stream::new(stream))
    }
}
