//! The gRPC service of a provider. Each call decodes the request, calls the provider, and encodes the response.
//!
//! If the provider fails, the call returns a response with diagnostics, not a gRPC error status. For an error status, Terraform shows only
//! "Plugin error" or less.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use prost_types::Timestamp;
use tonic::{Request, Response, Status, async_trait};
use tracing::{Instrument, debug, error_span, field::Empty, info};

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    element_limit::ElementLimit,
    ephemeral::{Deferral, Open, OpenResponse},
    function::FunctionError,
    generated::tfplugin6::{self as pb, provider_server},
    interrupt::Interrupt,
    panics,
    provider::{Configure, Provider},
    registry::{Registry, Resource, SchemaFlaw, Typed},
    schema::Schema,
    value::Object,
};

type Reply<T> = Result<Response<T>, Status>;

/// The provider's client for one connection. The client comes from the configuration that Terraform sent over this connection. Clones share
/// the client. Dropping the last clone drops the client.
///
/// In debug mode, each provider block has its own connection, and several Terraform processes can connect at the same time. Calls
/// on a connection use only the credentials from the configuration that came over this connection.
///
/// Terraform opens one connection for each provider block, and keeps this connection. grpc-go closes a connection after 30 minutes without
/// a call. But go-plugin's client calls `StreamStdio` immediately after it connects, and this call lasts as long as the plugin
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
                "Terraform did not configure the provider over this connection, or the configuration failed. The provider does not use the \
                 configuration of another connection, which may have the credentials of another provider block.\n\nRun the command \
                 again. If it fails in the same way, please report this.",
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

/// Serves one provider on any number of connections.
pub(crate) struct Service<P: Provider> {
    provider: P,
    address: &'static str,
    registry: Registry<P::Client>,
    most_elements: usize,
    interrupt: Arc<Interrupt>,
    requests: AtomicU64,
}

impl<P: Provider> Service<P> {
    pub(crate) fn new(
        address: &'static str,
        provider: P,
        most_elements: usize,
        interrupt: Arc<Interrupt>,
    ) -> Result<Self, SchemaFlaw> {
        let registry = Registry::new(&provider)?;
        Ok(Self { provider, address, registry, most_elements, interrupt, requests: AtomicU64::new(0) })
    }

    /// Returns a new limit for the elements of one message.
    fn element_limit(&self) -> ElementLimit {
        ElementLimit::new(self.most_elements)
    }

    /// Waits for [`Provider::finish`]. Ignores a panic.
    pub(crate) async fn finish(&self) {
        panics::catch_panic(self.provider.finish()).await.ok();
    }

    /// Runs one call until it ends, panics or is interrupted. `rpc` is the name of the call in the protocol.
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
                    format!("Terraform stopped the provider during {rpc}."),
                ).into()),
            }
        };
        self.uninterruptible_call(rpc, call).await
    }

    /// Runs one call until it ends or panics, and ignores interrupts. Use this method for calls that clean up, because Terraform makes each
    /// of these calls only once.
    async fn uninterruptible_call<T>(
        &self,
        rpc: &'static str,
        call: impl Future<Output = Result<T, Diagnostics>>,
    ) -> Result<T, Diagnostics> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        // The span has the highest level, so that every enabled event has the fields of the span. The field names come from
        // terraform-plugin-go. The registry sets the last two fields when it looks up a resource or function.
        let span = error_span!(
            "rpc",
            tf_rpc = rpc,
            tf_req_id = id,
            tf_provider_addr = self.address,
            tf_ephemeral_resource_type = Empty,
            tf_function_name = Empty,
        );
        async {
            let start = Instant::now();
            let mut outcome = panics::catch_panic(call).await.unwrap_or_else(|place| {
                Err(Diagnostic::bug(format_args!("The provider panicked at {place}, during {rpc}.")).into())
            });
            let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            match &mut outcome {
                Ok(_) => debug!(tf_req_duration_ms = ms, "returned a response"),
                Err(diagnostics) => {
                    if !diagnostics.has_error() {
                        // Without an error, Terraform would treat the response as a success.
                        diagnostics.push(Diagnostic::bug(format_args!("{rpc} failed without an error.")));
                    }
                    let summaries: Vec<_> = diagnostics.iter().map(Diagnostic::summary).collect();
                    info!(tf_req_duration_ms = ms, ?summaries, "returned an error");
                }
            }
            outcome
        }
        .instrument(span)
        .await
    }

    /// Returns the configuration of the request's connection.
    fn configuration<T>(request: &Request<T>) -> Configuration<P::Client> {
        request.extensions().get().cloned().unwrap_or_default()
    }
}

/// Returns the diagnostics `found` in a configuration. Adds a warning for each deprecated argument, because Terraform up to 1.11 does not
/// warn about deprecated arguments.
fn validated(schema: &Schema, config: &Object, mut found: Diagnostics) -> Diagnostics {
    let deprecated = schema.deprecated_in(config);
    found.extend(deprecated.map(|(path, advice)| Diagnostic::warning("Argument is deprecated", advice).at(path)));
    schema.shown(found, Some(config))
}

/// Returns the result of a call, or `None` if the call failed. Also returns all diagnostics of the call. `Schema::shown` uses `config` to
/// find and remove the paths to lines that can contain a secret.
fn answered<T>(
    schema: Option<&Schema>,
    config: Option<&Object>,
    outcome: Result<T, Diagnostics>,
    warnings: Diagnostics,
) -> (Option<T>, Vec<pb::Diagnostic>) {
    let (result, diagnostics) = match outcome {
        Ok(_) if warnings.has_error() => (None, warnings),
        Ok(result) => (Some(result), warnings),
        Err(errors) => (None, errors.into_iter().chain(warnings).collect()),
    };
    let diagnostics = match schema {
        Some(schema) => schema.shown(diagnostics, config),
        None => diagnostics,
    };
    (result, diagnostics.into_wire())
}

/// Returns the private data, or `None` if it is empty.
fn non_empty(private: Vec<u8>) -> Option<Vec<u8>> {
    (!private.is_empty()).then_some(private)
}

fn is_deferral_allowed(capabilities: Option<pb::ClientCapabilities>) -> bool {
    capabilities.is_some_and(|capabilities| capabilities.deferral_allowed)
}

#[async_trait]
impl<P: Provider> provider_server::Provider for Service<P> {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Reply<pb::get_metadata::Response> {
        Ok(Response::new(self.registry.metadata_to_wire()))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Reply<pb::get_provider_schema::Response> {
        Ok(Response::new(self.registry.schema_to_wire()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Reply<pb::get_resource_identity_schemas::Response> {
        Ok(Response::new(pb::get_resource_identity_schemas::Response::default()))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Reply<pb::validate_provider_config::Response> {
        let call = async {
            let typed = &self.registry.provider;
            let config = typed.decode(request.into_inner().config, self.element_limit())?;
            let (model, mut found) = typed.schema.read(&config);
            self.provider.validate(&model, &mut found);
            Ok(validated(&typed.schema, &config, found))
        };
        let diagnostics = self.call("ValidateProviderConfig", call).await.unwrap_or_else(|errors| errors).into_wire();
        Ok(Response::new(pb::validate_provider_config::Response { diagnostics }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Reply<pb::configure_provider::Response> {
        let configuration = Self::configuration(&request);
        let Typed { schema, .. } = &self.registry.provider;
        let (mut sent, mut warnings) = (None, Diagnostics::new());
        let call = async {
            let pb::configure_provider::Request { terraform_version, config, client_capabilities } =
                request.into_inner();
            debug!(terraform_version, "configuring");
            // Remove the previous configuration first. If this call fails, later calls must not use the previous credentials.
            configuration.set(None);
            let sent = sent.insert(self.registry.provider.decode(config, self.element_limit())?);
            let (unknown, config) = (schema.unknown_paths(sent), schema.read_valid(sent)?);
            let deferral_allowed = is_deferral_allowed(client_capabilities);
            let request = Configure { config, unknown, terraform_version, deferral_allowed };
            self.provider.configure(request, &mut warnings).await
        };
        let outcome = self.call("ConfigureProvider", call).await;
        let (client, diagnostics) = answered(Some(schema), sent.as_ref(), outcome, warnings);
        configuration.set(client);
        Ok(Response::new(pb::configure_provider::Response { diagnostics }))
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Reply<pb::stop_provider::Response> {
        info!("the client interrupts what is in flight");
        self.interrupt.cancel_all();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Reply<pb::validate_ephemeral_resource_config::Response> {
        let is_configured = Self::configuration(&request).client().is_ok();
        let call = async {
            let pb::validate_ephemeral_resource_config::Request { type_name, config } = request.into_inner();
            let resource = self.registry.resource(&type_name)?;
            let config = resource.typed.decode(config, self.element_limit())?;
            let mut found = Diagnostics::new();
            resource.implementation.validate(&resource.typed.schema, &config, &mut found);
            // If the provider is configured, return only the warnings. Terraform calls `open` after this validation, and `open` finds the
            // same errors again. Terraform shows the place of an error only if the error comes from `open`.
            // https://github.com/hashicorp/terraform/blob/v1.11.4/internal/terraform/node_resource_ephemeral.go
            let found = if is_configured { found.warnings() } else { found };
            Ok(validated(&resource.typed.schema, &config, found))
        };
        let outcome = self.call("ValidateEphemeralResourceConfig", call).await;
        let diagnostics = outcome.unwrap_or_else(|errors| errors).into_wire();
        Ok(Response::new(pb::validate_ephemeral_resource_config::Response { diagnostics }))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Reply<pb::open_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let pb::open_ephemeral_resource::Request { type_name, config, client_capabilities } = request.into_inner();
        let mut warnings = Diagnostics::new();
        let call = async {
            let Resource { implementation, typed } = self.registry.resource(&type_name)?;
            let config = typed.decode(config, self.element_limit())?;
            let client = configuration.client()?;
            let request = Open { config, deferral_allowed: is_deferral_allowed(client_capabilities) };
            let OpenResponse { result, renew_at, private, deferred } =
                implementation.open(&typed.schema, &client, request, &mut warnings).await?;
            Ok(pb::open_ephemeral_resource::Response {
                diagnostics: Vec::new(),
                renew_at: renew_at.map(Timestamp::from),
                result: Some(typed.encode(result)?),
                private: non_empty(private),
                deferred: deferred.map(Deferral::into_wire),
            })
        };
        let outcome = self.call("OpenEphemeralResource", call).await;
        let (opened, diagnostics) = answered(self.registry.resource_schema(&type_name), None, outcome, warnings);
        let response = opened.unwrap_or_default();
        Ok(Response::new(pb::open_ephemeral_resource::Response { diagnostics, ..response }))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Reply<pb::renew_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let pb::renew_ephemeral_resource::Request { type_name, private: before } = request.into_inner();
        let mut warnings = Diagnostics::new();
        let call = async {
            let Resource { implementation, .. } = self.registry.resource(&type_name)?;
            let client = configuration.client()?;
            implementation.renew(&client, before.clone().unwrap_or_default(), &mut warnings).await
        };
        let outcome = self.call("RenewEphemeralResource", call).await;
        let (renewed, diagnostics) = answered(self.registry.resource_schema(&type_name), None, outcome, warnings);
        // Send the private data after an error too. In OpenTofu, Close receives the data from the last Renew response.
        let (renew_at, private) = match renewed {
            Some(renewed) => (renewed.renew_at, non_empty(renewed.private)),
            None => (None, before),
        };
        let renew_at = renew_at.map(Timestamp::from);
        Ok(Response::new(pb::renew_ephemeral_resource::Response { diagnostics, renew_at, private }))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Reply<pb::close_ephemeral_resource::Response> {
        let configuration = Self::configuration(&request);
        let pb::close_ephemeral_resource::Request { type_name, private } = request.into_inner();
        let mut warnings = Diagnostics::new();
        let call = async {
            let Resource { implementation, .. } = self.registry.resource(&type_name)?;
            implementation.close(&*configuration.client()?, private.unwrap_or_default(), &mut warnings).await
        };
        let outcome = self.uninterruptible_call("CloseEphemeralResource", call).await;
        let (_, diagnostics) = answered(self.registry.resource_schema(&type_name), None, outcome, warnings);
        Ok(Response::new(pb::close_ephemeral_resource::Response { diagnostics }))
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Reply<pb::get_functions::Response> {
        let functions = self.registry.functions_to_wire();
        Ok(Response::new(pb::get_functions::Response { functions, diagnostics: Vec::new() }))
    }

    async fn call_function(&self, request: Request<pb::call_function::Request>) -> Reply<pb::call_function::Response> {
        let pb::call_function::Request { name, arguments } = request.into_inner();
        let call = async {
            let function = self.registry.function(&name);
            let function = function.ok_or_else(|| FunctionError::new(format!("the function {name:?} does not exist")));
            Ok(function.and_then(|function| function.call(&arguments, self.element_limit())))
        };
        let outcome = self.call("CallFunction", call).await.unwrap_or_else(|errors| {
            // The response to CallFunction has a single error text, and no diagnostics.
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

#[cfg(test)]
mod tests;
