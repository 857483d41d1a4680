//! The calls of plugin protocol 6, as Terraform makes them.

use std::sync::Arc;

use tonic::{Code, Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel};
use tonic_prost::ProstCodec;

use crate::{
    address::Address,
    error::Error,
    generated::{
        health::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient},
        plugin::{Empty, grpc_controller_client::GrpcControllerClient},
        tfplugin6::{
            ClientCapabilities, Diagnostic, DynamicValue, call_function, close_ephemeral_resource, configure_provider,
            get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas, open_ephemeral_resource,
            provider_client::ProviderClient, renew_ephemeral_resource, stop_provider,
            validate_ephemeral_resource_config, validate_provider_config,
        },
    },
    handshake::Handshake,
    opened::Opened,
    streams::Streams,
    tls::{Credentials, Negotiated},
    transport,
};

/// The Terraform version that the client sends in ConfigureProvider.
const TERRAFORM_VERSION: &str = "1.15.0";

/// The maximum size of a schema response in bytes, as in Terraform. Other responses have no limit.
const SCHEMA_LIMIT: usize = 64 << 20;

/// The response to a call, or the gRPC error that Terraform would show as a crash of the provider.
pub type CallResult<T> = Result<T, Status>;

/// A connection to a provider. Clones share the connection.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    streams: Arc<Streams>,
    negotiated: Option<Negotiated>,
    capabilities: ClientCapabilities,
}

impl Client {
    /// Connects, opens go-plugin's streams, and waits for the plugin's response to a health check. With TLS 1.3, only this response shows
    /// whether the plugin accepted the client's certificate.
    pub(crate) async fn connect(address: &Address, tls: Option<(&Credentials, &[u8])>) -> Result<Self, Error> {
        let config = tls.map(|(credentials, server)| credentials.config(server)).transpose()?;
        let (channel, negotiated) = transport::connect(address, config).await?;
        let streams = Arc::new(Streams::open(&channel));
        let client = Self { channel, streams, negotiated, capabilities: ClientCapabilities::default() };
        match client.health("plugin").await {
            Err(status) if status.code() != Code::Unimplemented => {
                Err(Error::Connect { address: address.to_string(), reason: status.to_string() })
            }
            _ => Ok(client),
        }
    }

    /// Connects over TLS to the plugin that printed `handshake`, with these credentials.
    ///
    /// # Errors
    /// Returns [`Error::Connect`] if the plugin does not accept the credentials.
    pub async fn connect_as(handshake: &Handshake, credentials: &Credentials) -> Result<Self, Error> {
        let certificate = handshake.certificate.as_deref().unwrap_or_default();
        Self::connect(&handshake.address, Some((credentials, certificate))).await
    }

    /// Returns a client that sends these capabilities to the provider. The returned client uses the connection of this client. By default,
    /// a client sends no capabilities.
    #[must_use]
    pub fn with_capabilities(&self, capabilities: ClientCapabilities) -> Self {
        Self { capabilities, ..self.clone() }
    }

    /// Returns the TLS parameters of the connection that the client opened first. Returns `None` if the client does not use TLS.
    #[must_use]
    pub fn negotiated(&self) -> Option<&Negotiated> {
        self.negotiated.as_ref()
    }

    /// Returns whether the plugin keeps go-plugin's two streams open. Waits for the first response on both streams. go-plugin's own server
    /// sends this response only together with its first message on the stream. If that server sends no message, this method waits until the
    /// time limit for a call.
    pub async fn streams_open(&self) -> bool {
        self.streams.both_open().await
    }

    /// Calls the health service of gRPC, and returns whether `service` is serving. go-plugin's client uses this call as a ping.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn health(&self, service: &str) -> CallResult<bool> {
        let request = HealthCheckRequest { service: service.to_owned() };
        let response = HealthClient::new(self.channel.clone()).check(request).await?;
        Ok(response.into_inner().status() == ServingStatus::Serving)
    }

    /// Calls Shutdown, which asks the plugin to end its process. Does not wait for the end of the process: to wait, use
    /// [`Plugin::shutdown`](crate::Plugin::shutdown).
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn ask_to_shut_down(&self) -> CallResult<()> {
        GrpcControllerClient::new(self.channel.clone()).shutdown(Empty {}).await?;
        Ok(())
    }

    /// Calls GetMetadata, which lists resources and functions.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn metadata(&self) -> CallResult<get_metadata::Response> {
        Ok(self.provider().get_metadata(get_metadata::Request {}).await?.into_inner())
    }

    /// Calls GetProviderSchema.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn schema(&self) -> CallResult<get_provider_schema::Response> {
        let mut provider = self.provider().max_decoding_message_size(SCHEMA_LIMIT);
        Ok(provider.get_provider_schema(get_provider_schema::Request {}).await?.into_inner())
    }

    /// Calls GetResourceIdentitySchemas.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn identity_schemas(&self) -> CallResult<get_resource_identity_schemas::Response> {
        let request = get_resource_identity_schemas::Request {};
        Ok(self.provider().get_resource_identity_schemas(request).await?.into_inner())
    }

    /// Calls ValidateProviderConfig, with the provider block.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn validate_provider(&self, config: impl Into<DynamicValue>) -> CallResult<Vec<Diagnostic>> {
        let request = validate_provider_config::Request { config: Some(config.into()) };
        Ok(self.provider().validate_provider_config(request).await?.into_inner().diagnostics)
    }

    /// Calls ConfigureProvider, with the provider block.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn configure(&self, config: impl Into<DynamicValue>) -> CallResult<Vec<Diagnostic>> {
        let request = configure_provider::Request {
            terraform_version: TERRAFORM_VERSION.to_owned(),
            config: Some(config.into()),
            client_capabilities: Some(self.capabilities),
        };
        Ok(self.provider().configure_provider(request).await?.into_inner().diagnostics)
    }

    /// Calls StopProvider, as Terraform does at the first Ctrl-C. Returns the error text from the provider, which is normally
    /// empty.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn stop(&self) -> CallResult<String> {
        Ok(self.provider().stop_provider(stop_provider::Request {}).await?.into_inner().error)
    }

    /// Calls ValidateEphemeralResourceConfig, with the block of an ephemeral resource.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn validate(&self, type_name: &str, config: impl Into<DynamicValue>) -> CallResult<Vec<Diagnostic>> {
        let request = validate_ephemeral_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(config.into()),
        };
        Ok(self.provider().validate_ephemeral_resource_config(request).await?.into_inner().diagnostics)
    }

    /// Calls OpenEphemeralResource, with the block of an ephemeral resource.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn open(&self, type_name: &str, config: impl Into<DynamicValue>) -> CallResult<Opened> {
        let request = open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(config.into()),
            client_capabilities: Some(self.capabilities),
        };
        self.unary("/tfplugin6.Provider/OpenEphemeralResource", request).await
    }

    /// Calls RenewEphemeralResource, with [`Opened::private`].
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn renew(
        &self,
        type_name: &str,
        private: Option<&[u8]>,
    ) -> CallResult<renew_ephemeral_resource::Response> {
        let request =
            renew_ephemeral_resource::Request { type_name: type_name.to_owned(), private: private.map(<[u8]>::to_vec) };
        Ok(self.provider().renew_ephemeral_resource(request).await?.into_inner())
    }

    /// Calls CloseEphemeralResource, with [`Opened::private`].
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn close(&self, type_name: &str, private: Option<&[u8]>) -> CallResult<Vec<Diagnostic>> {
        let request =
            close_ephemeral_resource::Request { type_name: type_name.to_owned(), private: private.map(<[u8]>::to_vec) };
        Ok(self.provider().close_ephemeral_resource(request).await?.into_inner().diagnostics)
    }

    /// Calls GetFunctions.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn functions(&self) -> CallResult<get_functions::Response> {
        Ok(self.provider().get_functions(get_functions::Request {}).await?.into_inner())
    }

    /// Calls CallFunction, with the name of a function and its arguments.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn call(&self, name: &str, arguments: Vec<DynamicValue>) -> CallResult<call_function::Response> {
        let request = call_function::Request { name: name.to_owned(), arguments };
        Ok(self.provider().call_function(request).await?.into_inner())
    }

    /// Makes a gRPC call with an empty request to any path. The path can also be one that the plugin does not serve.
    ///
    /// # Errors
    /// Returns the gRPC error if the call fails.
    pub async fn call_path(&self, path: &'static str) -> CallResult<()> {
        self.unary(path, ()).await
    }

    fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    async fn unary<Q, A>(&self, path: &'static str, request: Q) -> CallResult<A>
    where
        Q: prost::Message + 'static,
        A: prost::Message + Default + 'static,
    {
        let mut grpc = Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
        let request = Request::new(request);
        Ok(grpc.unary(request, PathAndQuery::from_static(path), ProstCodec::default()).await?.into_inner())
    }
}
