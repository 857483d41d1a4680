//! The gRPC services that go-plugin expects in addition to the provider service.

use std::pin::Pin;

use futures_util::{FutureExt, Stream, StreamExt, future};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, async_trait};
use tracing::debug;

use crate::generated::{
    health::{self, health_server::Health},
    plugin::{
        ConnInfo, Empty, StdioData, grpc_broker_server::GrpcBroker, grpc_controller_server::GrpcController,
        grpc_stdio_server::GrpcStdio,
    },
};

/// The service name that go-plugin uses to request the health of a plugin.
const HEALTH_SERVICE: &str = "plugin";

/// The implementation of go-plugin's four services: controller, stdio, broker and health. Cancelling `ending` ends the process.
#[derive(Clone, Debug)]
pub(crate) struct GoPlugin {
    pub(crate) ending: CancellationToken,
}

#[async_trait]
impl GrpcController for GoPlugin {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        debug!("the client requests a shutdown");
        self.ending.cancel();
        Ok(Response::new(Empty {}))
    }
}

type SilentStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl GoPlugin {
    /// Returns a stream that sends nothing, and ends when the process is about to end. A stream that never ends would delay a
    /// graceful shutdown.
    fn silent_stream<T: Send + 'static>(&self) -> Response<SilentStream<T>> {
        let ending = self.ending.clone();
        let end = async move { ending.cancelled_owned().await };
        Response::new(Box::pin(end.into_stream().filter_map(|()| future::ready(None))))
    }
}

#[async_trait]
impl GrpcStdio for GoPlugin {
    type StreamStdioStream = SilentStream<StdioData>;

    /// Returns a stream without messages. This crate writes only logs to the standard streams, and the logs go directly to
    /// stderr.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(self.silent_stream())
    }
}

#[async_trait]
impl GrpcBroker for GoPlugin {
    type StartStreamStream = SilentStream<ConnInfo>;

    async fn start_stream(&self, _: Request<Streaming<ConnInfo>>) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(self.silent_stream())
    }
}

#[async_trait]
impl Health for GoPlugin {
    async fn check(
        &self,
        request: Request<health::HealthCheckRequest>,
    ) -> Result<Response<health::HealthCheckResponse>, Status> {
        if request.get_ref().service != HEALTH_SERVICE {
            return Err(Status::not_found("unknown service"));
        }
        let status = health::health_check_response::ServingStatus::Serving.into();
        Ok(Response::new(health::HealthCheckResponse { status }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn streams_send_nothing_and_end_at_shutdown() {
        let plugin = GoPlugin { ending: CancellationToken::new() };
        let mut stream = plugin.stream_stdio(Request::new(())).await.expect("a stream").into_inner();
        assert!(stream.next().now_or_never().is_none());
        plugin.shutdown(Request::new(Empty {})).await.expect("an answer");
        assert!(stream.next().await.is_none());
    }
}
