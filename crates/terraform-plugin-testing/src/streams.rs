//! The two streams that go-plugin's client opens when it has connected, and then keeps open.
//!
//! A plugin that does not serve these streams can still be used, as in go-plugin.

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming, transport::Channel};

use crate::generated::plugin::{ConnInfo, grpc_broker_client::GrpcBrokerClient, grpc_stdio_client::GrpcStdioClient};

/// The open streams. Dropping this value closes the streams.
#[derive(Debug)]
pub(crate) struct Streams {
    tasks: [JoinHandle<()>; 2],
    stdio: watch::Receiver<State>,
    broker: watch::Receiver<State>,
    /// The sending half of the broker stream. The client sends nothing. Dropping this half lets the connection close.
    _to_broker: mpsc::Sender<ConnInfo>,
}

/// The state of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    Ended(Code),
}

impl Streams {
    pub(crate) fn open(channel: &Channel) -> Self {
        let (stdio_state, stdio) = watch::channel(State::Opening);
        let (broker_state, broker) = watch::channel(State::Opening);
        let mut client = GrpcStdioClient::new(channel.clone());
        let stdio_task = tokio::spawn(async move {
            follow(client.stream_stdio(()).await, &stdio_state).await;
        });
        let mut client = GrpcBrokerClient::new(channel.clone());
        let (to_broker, nothing) = mpsc::channel(1);
        let broker_task = tokio::spawn(async move {
            follow(client.start_stream(ReceiverStream::new(nothing)).await, &broker_state).await;
        });
        Self { tasks: [stdio_task, broker_task], stdio, broker, _to_broker: to_broker }
    }

    /// Waits for the first response on both streams. Returns whether both streams are open.
    pub(crate) async fn both_open(&self) -> bool {
        settled(&self.stdio).await && settled(&self.broker).await
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Reads a stream until the stream ends, and updates `state`. The stream ends when the connection ends.
async fn follow<T>(opened: Result<tonic::Response<Streaming<T>>, Status>, state: &watch::Sender<State>) {
    let mut messages = match opened {
        Ok(response) => response.into_inner(),
        Err(status) => return state.send_modify(|state| *state = State::Ended(status.code())),
    };
    state.send_modify(|state| *state = State::Open);
    let code = loop {
        match messages.message().await {
            Ok(Some(_)) => {}
            Ok(None) => break Code::Ok,
            Err(status) => break status.code(),
        }
    };
    state.send_modify(|state| *state = State::Ended(code));
}

async fn settled(state: &watch::Receiver<State>) -> bool {
    let mut state = state.clone();
    let settled = state.wait_for(|state| *state != State::Opening).await;
    settled.is_ok_and(|state| *state == State::Open)
}
