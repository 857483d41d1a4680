//! Serves gRPC on the accepted connections.
//!
//! hyper serves HTTP/2. tonic's own server would add a router, HTTP/1 and an HTTP/2 client to every provider: 0.2 MB.

use std::{convert::Infallible, pin::pin, sync::Arc};

use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{
    Status,
    body::Body,
    codegen::{
        Service as _,
        http::{Request, Response},
    },
};
use tracing::debug;

use crate::{
    connections::Connection,
    generated::{
        health::health_server::{self, HealthServer},
        plugin::{
            grpc_broker_server::{self, GrpcBrokerServer},
            grpc_controller_server::{self, GrpcControllerServer},
            grpc_stdio_server::{self, GrpcStdioServer},
        },
        tfplugin6::provider_server::{self, ProviderServer},
    },
    go_plugin::GoPlugin,
    provider::Provider,
    rpc::{Configuration, Service},
};

/// The maximum size of a message in bytes, in both directions. The library for plugins in Go, terraform-plugin-go, has the same limit.
/// tonic's default of 4 MiB is too small for large configurations.
const MAX_MESSAGE: usize = 256 << 20;

/// The gRPC services of a plugin: the provider, and the services that go-plugin expects.
pub(crate) struct GrpcServices<P: Provider> {
    provider: ProviderServer<Service<P>>,
    go_plugin: GoPlugin,
}

impl<P: Provider> Clone for GrpcServices<P> {
    fn clone(&self) -> Self {
        Self { provider: self.provider.clone(), go_plugin: self.go_plugin.clone() }
    }
}

impl<P: Provider> GrpcServices<P> {
    pub(crate) fn new(provider: Arc<Service<P>>, go_plugin: GoPlugin) -> Self {
        let provider = ProviderServer::from_arc(provider)
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(MAX_MESSAGE);
        Self { provider, go_plugin }
    }

    /// Serves clients until `ending` is cancelled. Then finishes the running calls, and returns when all connections are closed.
    pub(crate) async fn serve(self, mut connections: mpsc::Receiver<Connection>, ending: CancellationToken) {
        let serving = TaskTracker::new();
        while let Some(Some(connection)) = ending.run_until_cancelled(connections.recv()).await {
            serving.spawn(self.clone().serve_connection(connection, ending.clone()));
        }
        drop(connections);
        serving.close();
        serving.wait().await;
    }

    /// Serves one client. Every request of this client has the same [`Configuration`] as an extension.
    async fn serve_connection(self, Connection { stream, counted }: Connection, ending: CancellationToken) {
        let configuration = Configuration::<P::Client>::default();
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(configuration.clone());
            self.clone().call(request)
        });
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        let mut connection = pin!(http2.auto_date_header(false).serve_connection(TokioIo::new(stream), service));
        let served = tokio::select! {
            served = &mut connection => served,
            () = ending.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            debug!(%error, "a connection failed");
        }
        drop(counted);
    }

    /// Passes a request to the service in its path, which is `/SERVICE/METHOD`:
    /// <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>
    async fn call(mut self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let go_plugin = self.go_plugin;
        match request.uri().path().split('/').nth(1) {
            Some(provider_server::SERVICE_NAME) => self.provider.call(request).await,
            Some(grpc_controller_server::SERVICE_NAME) => GrpcControllerServer::new(go_plugin).call(request).await,
            Some(grpc_stdio_server::SERVICE_NAME) => GrpcStdioServer::new(go_plugin).call(request).await,
            Some(grpc_broker_server::SERVICE_NAME) => GrpcBrokerServer::new(go_plugin).call(request).await,
            Some(health_server::SERVICE_NAME) => HealthServer::new(go_plugin).call(request).await,
            _ => Ok(Status::unimplemented("unknown service").into_http()),
        }
    }
}
