//! The calls of plugin protocol 6, as Terraform makes them.

use std::sync::Arc;

use tonic::{Code, Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel};
use tonic_prost::ProstCodec;

use crate::{
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
    handshake::Address,
    opened::Opened,
    streams::Streams,
    tls::{Credentials, Negotiated},
    transport,
};

/// What Terraform tells the provider of itself.
const TERRAFORM_VERSION: &str = "1.15.0";

/// Terraform's limit for the schema; for other answers there is none.
const SCHEMA_LIMIT: usize = 64 << 20;

/// The answer to a call, or the gRPC error that Terraform would show as a crash of the provider.
pub type Answer<T> = Result<T, Status>;

/// A connection to a provider. Clones share it.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    streams: Arc<Streams>,
    negotiated: Option<Negotiated>,
}

impl Client {
    /// Connects, opens go-plugin's streams, and returns when the plugin has answered a first call: with TLS 1.3 a
    /// client learns only then whether its certificate was accepted.
    pub(crate) async fn connect(address: &Address, tls: Option<(&Credentials, &[u8])>) -> Result<Self, Error> {
        let tls = tls.map(|(credentials, server)| credentials.config(server)).transpose()?;
        let (channel, negotiated) = transport::connect(address, tls).await?;
        let streams = Arc::new(Streams::open(&channel));
        let client = Self { channel, streams, negotiated };
        match client.health("plugin").await {
            Err(status) if status.code() != Code::Unimplemented => {
                Err(Error::Connect { address: address.to_string(), reason: status.to_string() })
            }
            _ => Ok(client),
        }
    }

    /// What the first connection agreed on, if it is one with TLS.
    #[must_use]
    pub fn negotiated(&self) -> Option<&Negotiated> {
        self.negotiated.as_ref()
    }

    /// Whether the plugin keeps go-plugin's two streams open. Waits for it to say so: go-plugin's own server does that
    /// only with a first message, which may never come.
    pub async fn streams_open(&self) -> bool {
        self.streams.both_open().await
    }

    /// go-plugin's ping: whether the service is serving.
    ///
    /// # Errors
    /// A gRPC error, as with every call here.
    pub async fn health(&self, service: &str) -> Answer<bool> {
        let request = HealthCheckRequest { service: service.to_owned() };
        let response = HealthClient::new(self.channel.clone()).check(request).await?;
        Ok(response.into_inner().status() == ServingStatus::Serving)
    }

    /// Asks the process to end. Nothing waits for it here: see [`Plugin::shutdown`](crate::Plugin::shutdown).
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn ask_to_shut_down(&self) -> Answer<()> {
        GrpcControllerClient::new(self.channel.clone()).shutdown(Empty {}).await?;
        Ok(())
    }

    /// GetMetadata.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn metadata(&self) -> Answer<get_metadata::Response> {
        Ok(self.provider().get_metadata(get_metadata::Request {}).await?.into_inner())
    }

    /// GetProviderSchema.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn schema(&self) -> Answer<get_provider_schema::Response> {
        let mut provider = self.provider().max_decoding_message_size(SCHEMA_LIMIT);
        Ok(provider.get_provider_schema(get_provider_schema::Request {}).await?.into_inner())
    }

    /// GetResourceIdentitySchemas.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn identity_schemas(&self) -> Answer<get_resource_identity_schemas::Response> {
        let request = get_resource_identity_schemas::Request {};
        Ok(self.provider().get_resource_identity_schemas(request).await?.into_inner())
    }

    /// ValidateProviderConfig.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn validate_provider(&self, config: impl Into<DynamicValue>) -> Answer<Vec<Diagnostic>> {
        let request = validate_provider_config::Request { config: Some(config.into()) };
        Ok(self.provider().validate_provider_config(request).await?.into_inner().diagnostics)
    }

    /// ConfigureProvider.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn configure(&self, config: impl Into<DynamicValue>) -> Answer<Vec<Diagnostic>> {
        let request = configure_provider::Request {
            terraform_version: TERRAFORM_VERSION.to_owned(),
            config: Some(config.into()),
            client_capabilities: Some(ClientCapabilities::default()),
        };
        Ok(self.provider().configure_provider(request).await?.into_inner().diagnostics)
    }

    /// StopProvider: a first Ctrl-C. Returns the error that the provider reports, normally none.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn stop(&self) -> Answer<String> {
        Ok(self.provider().stop_provider(stop_provider::Request {}).await?.into_inner().error)
    }

    /// ValidateEphemeralResourceConfig.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn validate(&self, type_name: &str, config: impl Into<DynamicValue>) -> Answer<Vec<Diagnostic>> {
        let config = Some(config.into());
        let request = validate_ephemeral_resource_config::Request { type_name: type_name.to_owned(), config };
        Ok(self.provider().validate_ephemeral_resource_config(request).await?.into_inner().diagnostics)
    }

    /// OpenEphemeralResource.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn open(&self, type_name: &str, config: impl Into<DynamicValue>) -> Answer<Opened> {
        let request = open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(config.into()),
            client_capabilities: Some(ClientCapabilities::default()),
        };
        self.unary("/tfplugin6.Provider/OpenEphemeralResource", request).await
    }

    /// RenewEphemeralResource.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn renew(&self, type_name: &str, private: Option<&[u8]>) -> Answer<renew_ephemeral_resource::Response> {
        let private = private.map(<[u8]>::to_vec);
        let request = renew_ephemeral_resource::Request { type_name: type_name.to_owned(), private };
        Ok(self.provider().renew_ephemeral_resource(request).await?.into_inner())
    }

    /// CloseEphemeralResource.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn close(&self, type_name: &str, private: Option<&[u8]>) -> Answer<Vec<Diagnostic>> {
        let private = private.map(<[u8]>::to_vec);
        let request = close_ephemeral_resource::Request { type_name: type_name.to_owned(), private };
        Ok(self.provider().close_ephemeral_resource(request).await?.into_inner().diagnostics)
    }

    /// GetFunctions.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn functions(&self) -> Answer<get_functions::Response> {
        Ok(self.provider().get_functions(get_functions::Request {}).await?.into_inner())
    }

    /// CallFunction.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn call(&self, name: &str, arguments: Vec<DynamicValue>) -> Answer<call_function::Response> {
        let request = call_function::Request { name: name.to_owned(), arguments };
        Ok(self.provider().call_function(request).await?.into_inner())
    }

    /// A call with an empty request to any path, such as one that the plugin does not serve.
    ///
    /// # Errors
    /// A gRPC error.
    pub async fn call_path(&self, path: &'static str) -> Answer<()> {
        self.unary(path, ()).await
    }

    fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone()).max_decoding_message_size(usize::MAX)
    }

    async fn unary<Q, A>(&self, path: &'static str, request: Q) -> Answer<A>
    where
        Q: prost::Message + 'static,
        A: prost::Message + Default + 'static,
    {
        let mut grpc = Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
        let path = PathAndQuery::from_static(path);
        Ok(grpc.unary(Request::new(request), path, ProstCodec::default()).await?.into_inner())
    }
}
