//! The provider service: every call is decode, call, encode.
//!
//! A failure of the provider is an answer with diagnostics. A gRPC status would lose everything that is worth saying:
//! Terraform shows "Plugin error" or less for one.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use prost_types::Timestamp;
use tonic::{Request, Response, Status, async_trait};
use tracing::{Instrument, debug, error_span, info};

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    dynamic_value,
    function::FunctionError,
    generated::tfplugin6::{self as pb, provider_server},
    interrupt::Interrupt,
    panics,
    provider::{Configure, Provider},
    registry::{Registry, SchemaFlaw, Typed},
    value::Object,
};

type Answer<T> = Result<Response<T>, Status>;

/// The result of the configuration that came over one connection. A clone is the same, and the last one drops the client.
///
/// A provider that is debugged serves every provider block over a connection of its own, and other Terraforms at the same time.
/// Each uses the credentials that it sent, and no others.
///
/// Terraform has one connection for each provider block, and keeps it. grpc-go closes a connection after 30 minutes without a
/// call. go-plugin's client opens `StreamStdio` at once, and this call lasts as long as the plugin
/// ([`GoPlugin`](crate::go_plugin::GoPlugin)).
/// <https://github.com/hashicorp/go-plugin/blob/v1.6.3/grpc_client.go#L76>,
/// <https://github.com/grpc/grpc-go/blob/v1.69.4/internal/idle/idle.go#L113>
pub(crate) struct Configuration<C>(Arc<RwLock<Option<Arc<C>>>>);

impl<C> Configuration<C> {
    fn set(&self, client: Option<C>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = client.map(Arc::new);
    }

    fn client(&self) -> Result<Arc<C>, Diagnostics> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner);
        client.clone().ok_or_else(|| {
            Diagnostic::error(
                "Provider Not Configured",
                "Terraform has not configured the provider over this connection, or that failed. A configuration that came over \
                 another connection is not used: it may have the credentials of another provider block.\n\nRun the command again. \
                 If it fails in the same way, please report it.",
            )
            .into()
        })
    }
}

impl<C> Clone for Configuration<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> Default for Configuration<C> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Serves one provider to any number of connections.
pub(crate) struct Service<P: Provider> {
    provider: P,
    address: &'static str,
    registry: Registry<P::Client>,
    interrupt: Arc<Interrupt>,
    requests: AtomicU64,
}

impl<P: Provider> Service<P> {
    pub(crate) fn new(provider: P, interrupt: Arc<Interrupt>) -> Result<Self, SchemaFlaw> {
        let (address, registry) = (provider.address(), Registry::new(&provider)?);
        Ok(Self { provider, address, registry, interrupt, requests: AtomicU64::new(0) })
    }

    /// Waits for what the provider must bring to its end.
    pub(crate) async fn finish(&self) {
        panics::caught(self.provider.finish()).await.ok();
    }

    /// Runs one call to its end, to a panic, or to the next interrupt. The name is Terraform's.
    async fn call<T>(
        &self,
        rpc: &'static str,
        call: impl Future<Output = Result<T, Diagnostics>>,
    ) -> Result<T, Diagnostics> {
        let interrupted = self.interrupt.token().cancelled_owned();
        let call = async {
            tokio::select! {
                outcome = call => outcome,
                () = interrupted => Err(Diagnostic::error(
                    "Interrupted",
                    format!("Terraform asked the provider to stop while it was answering {rpc}."),
                ).into()),
            }
        };
        self.whole_call(rpc, call).await
    }

    /// Runs one call to its end or to a panic, interrupted or not: Terraform makes it once, and cleaning up is its point.
    async fn whole_call<T>(
        &self,
        rpc: &'static str,
        call: impl Future<Output = Result<T, Diagnostics>>,
    ) -> Result<T, Diagnostics> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        // Of the highest level, so that it is there for every event.
        let span = error_span!("rpc", tf_rpc = rpc, tf_req_id = id, tf_provider_addr = self.address);
        async {
            let start = Instant::now();
            let mut outcome = panics::caught(call).await.unwrap_or_else(|place| {
                Err(Diagnostic::bug(format_args!("The provider panicked at {place}, answering {rpc}.")).into())
            });
            let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            match &mut outcome {
                Ok(_) => debug!(tf_req_duration_ms = ms, "answered"),
                Err(diagnostics) => {
                    if !diagnostics.has_error() {
                        // Terraform would take it for success.
                        diagnostics.push(Diagnostic::bug(format_args!("{rpc} failed without saying why.")));
                    }
                    let summaries: Vec<_> = diagnostics.iter().map(Diagnostic::summary).collect();
                    info!(tf_req_duration_ms = ms, ?summaries, "answered with an error");
                }
            }
            outcome
        }
        .instrument(span)
        .await
    }

    /// The configuration of the connection that the request came over.
    fn configuration<T>(request: &Request<T>) -> Configuration<P::Client> {
        request.extensions().get().cloned().unwrap_or_default()
    }
}

/// What a provider has to say of a configuration, with the warnings that Terraform up to 1.11 leaves to it.
fn validated(typed: &Typed, config: &Object, mut provider_says: Diagnostics) -> Vec<pb::Diagnostic> {
    let deprecated = typed.schema.deprecated_in(config);
    let warnings = deprecated.map(|(path, advice)| Diagnostic::warning("Argument is deprecated", advice).at(path));
    provider_says.extend(warnings);
    provider_says.into_wire()
}

fn private(bytes: Vec<u8>) -> Option<Vec<u8>> {
    (!bytes.is_empty()).then_some(bytes)
}

#[async_trait]
impl<P: Provider> provider_server::Provider for Service<P> {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        Ok(Response::new(self.registry.metadata_to_wire()))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        Ok(Response::new(self.registry.schema_to_wire()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        Ok(Response::new(pb::get_resource_identity_schemas::Response::default()))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let call = async {
            let typed = &self.registry.provider;
            let config = typed.decode(request.into_inner().config)?;
            Ok(validated(typed, &config, self.provider.validate(&config)))
        };
        let diagnostics = self.call("ValidateProviderConfig", call).await.unwrap_or_else(Diagnostics::into_wire);
        Ok(Response::new(pb::validate_provider_config::Response { diagnostics }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let configuration = Self::configuration(&request);
        let call = async {
            let pb::configure_provider::Request { terraform_version, config, .. } = request.into_inner();
            debug!(terraform_version, "configuring");
            // After a failure, nothing is signed with what was configured before.
            configuration.set(None);
            let config = self.registry.provider.decode(config)?;
            let configured = self.provider.configure(Configure { config, terraform_version }).await?;
            configuration.set(Some(configured.client));
            Ok(configured.warnings)
        };
        let diagnostics = self.call("ConfigureProvider", call).await.unwrap_or_else(|errors| errors).into_wire();
        Ok(Response::new(pb::configure_provider::Response { diagnostics }))
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        info!("the client interrupts what is in flight");
        self.interrupt.now();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Answer<pb::validate_ephemeral_resource_config::Response> {
        let call = async {
            let pb::validate_ephemeral_resource_config::Request { type_name, config } = request.into_inner();
            let resource = self.registry.resource(&type_name)?;
            let config = resource.typed.decode(config)?;
            Ok(validated(&resource.typed, &config, resource.implementation.validate(&config)))
        };
        let diagnostics =
            self.call("ValidateEphemeralResourceConfig", call).await.unwrap_or_else(Diagnostics::into_wire);
        Ok(Response::new(pb::validate_ephemeral_resource_config::Response { diagnostics }))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Answer<pb::open_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let call = async {
            let pb::open_ephemeral_resource::Request { type_name, config, .. } = request.into_inner();
            let resource = self.registry.resource(&type_name)?;
            let config = resource.typed.decode(config)?;
            let opened = resource.implementation.open(&*configuration.client()?, config).await?;
            Ok(pb::open_ephemeral_resource::Response {
                diagnostics: opened.warnings.into_wire(),
                renew_at: opened.renew_at.map(Timestamp::from),
                result: Some(resource.typed.encode(opened.result)?),
                private: private(opened.private),
            })
        };
        let response = self.call("OpenEphemeralResource", call).await;
        Ok(Response::new(response.unwrap_or_else(|errors| pb::open_ephemeral_resource::Response {
            diagnostics: errors.into_wire(),
            ..Default::default()
        })))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Answer<pb::renew_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let pb::renew_ephemeral_resource::Request { type_name, private: before } = request.into_inner();
        let call = async {
            let resource = self.registry.resource(&type_name)?;
            resource.implementation.renew(&*configuration.client()?, before.clone().unwrap_or_default()).await
        };
        // After an error, too: Close gets what the last Renew answered, in OpenTofu.
        let response = match self.call("RenewEphemeralResource", call).await {
            Ok(renewed) => pb::renew_ephemeral_resource::Response {
                diagnostics: Vec::new(),
                renew_at: renewed.renew_at.map(Timestamp::from),
                private: private(renewed.private),
            },
            Err(errors) => pb::renew_ephemeral_resource::Response {
                diagnostics: errors.into_wire(),
                renew_at: None,
                private: before,
            },
        };
        Ok(Response::new(response))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Answer<pb::close_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let call = async {
            let pb::close_ephemeral_resource::Request { type_name, private } = request.into_inner();
            let resource = self.registry.resource(&type_name)?;
            resource.implementation.close(&*configuration.client()?, private.unwrap_or_default()).await
        };
        let closed = self.whole_call("CloseEphemeralResource", call).await;
        let diagnostics = closed.err().map(Diagnostics::into_wire).unwrap_or_default();
        Ok(Response::new(pb::close_ephemeral_resource::Response { diagnostics }))
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        let functions = self.registry.functions_to_wire();
        Ok(Response::new(pb::get_functions::Response { functions, diagnostics: Vec::new() }))
    }

    async fn call_function(&self, request: Request<pb::call_function::Request>) -> Answer<pb::call_function::Response> {
        let call = async { Ok(self.called(&request.into_inner())) };
        let outcome = self.call("CallFunction", call).await.unwrap_or_else(|errors| {
            // A function's error has no diagnostics: one text is all there is.
            let text: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.summary(), error.detail())).collect();
            Err(FunctionError::new(text.join("; ").trim_end_matches('.')))
        });
        let response = match outcome {
            Ok(result) => pb::call_function::Response { result: Some(result), error: None },
            Err(error) => pb::call_function::Response { result: None, error: Some(error.into_wire()) },
        };
        Ok(Response::new(response))
    }
}

impl<P: Provider> Service<P> {
    fn called(&self, request: &pb::call_function::Request) -> Result<pb::DynamicValue, FunctionError> {
        let function = self.registry.function(&request.name);
        let function =
            function.ok_or_else(|| FunctionError::new(format!("there is no function {:?}", request.name)))?;
        let signature = &function.signature;
        if request.arguments.len() < signature.required_arguments() {
            return Err(FunctionError::new(format!("{} arguments are needed", signature.required_arguments())));
        }
        let argument = |(index, wire)| {
            let parameter = signature.parameter_at(index);
            let parameter = parameter.ok_or_else(|| FunctionError::argument(index, "there is no such parameter"))?;
            dynamic_value::decode(wire, parameter.ty())
                .map_err(|error| FunctionError::argument(index, error.to_string()))
        };
        let arguments = request.arguments.iter().enumerate().map(argument).collect::<Result<_, _>>()?;
        let result = function.implementation.call(arguments)?;
        dynamic_value::encode(&result, signature.returns()).map_err(|error| {
            FunctionError::new(format!("the result is not what was promised ({error}): please report it"))
        })
    }
}

#[cfg(test)]
mod tests;
