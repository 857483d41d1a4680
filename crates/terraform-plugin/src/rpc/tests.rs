//! Tests of the service with a provider that fails on demand. The tests call the service in the same way as the gRPC server.

use std::{ops::Deref, time::Duration};

use futures_util::future::pending;

use super::*;
use crate::{
    Attribute, Block, EphemeralResource, EphemeralResources, Function, Functions, Opened, Parameter, Problem, Renewed,
    Schema, Signature, Type, Value, dynamic_value,
};
use provider_server::Provider as _;

mod panicking;

struct Probe;

impl Provider for Probe {
    type Config = Object;
    type Client = ();

    fn schema(&self) -> Schema {
        let old = Attribute::string("old").optional().deprecated("Use new.").check(|old| match old.as_str() {
            Some("refused") => Err(Problem::new("Refused", ".")),
            _ => Ok(()),
        });
        Schema::new(Block::new("").attribute(old))
    }

    async fn configure(&self, request: Configure<Object>, diagnostics: &mut Diagnostics) -> Result<(), Diagnostics> {
        diagnostics.extend(request.unknown.iter().map(|path| Diagnostic::warning(path.to_string(), ".")));
        match request.config.attribute("old").as_str() {
            Some("silent") => return Err(Diagnostics::new()),
            Some("misspelt") => assert_eq!(request.config.attribute("odl").as_str(), None),
            Some("error") => diagnostics.push(Diagnostic::error("Wrong", ".")),
            Some("warning") => diagnostics.push(Diagnostic::warning("Careful", ".")),
            _ => {}
        }
        Ok(())
    }

    fn ephemeral_resources(&self) -> EphemeralResources<()> {
        EphemeralResources::new().with(Lease)
    }

    fn functions(&self) -> Functions {
        Functions::new().with(Join)
    }
}

/// A resource whose behaviour depends on the argument `how`.
struct Lease;

impl EphemeralResource<()> for Lease {
    type Model = Object;

    fn type_name(&self) -> &'static str {
        "probe_lease"
    }

    fn schema(&self) -> Schema {
        Schema::new(Block::new("").attribute(Attribute::string("how").optional()))
    }

    async fn open(
        &self,
        (): &(),
        request: Open<Object>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Opened<Object>, Diagnostics> {
        diagnostics.push(Diagnostic::warning("Opening", "."));
        match request.config.attribute("how").as_str() {
            Some("panic") => panic!("at the lease"),
            Some("later") => Ok(Opened::deferred(Deferral::AbsentPrerequisite)),
            Some("hang") => pending().await,
            Some("extra") => Ok(Opened::new(request.config.with("extra", true))),
            _ => Ok(Opened::new(request.config).private(b"lease 1".to_vec())),
        }
    }

    async fn renew(&self, (): &(), private: Vec<u8>, diagnostics: &mut Diagnostics) -> Result<Renewed, Diagnostics> {
        diagnostics.push(Diagnostic::warning("Renewing", "."));
        match private.as_slice() {
            b"lease 1" => Ok(Renewed { renew_at: None, private: b"lease 2".to_vec() }),
            _ => Err(Diagnostic::error("Lost", "It is gone.").into()),
        }
    }

    async fn close(&self, (): &(), _: Vec<u8>, diagnostics: &mut Diagnostics) -> Result<(), Diagnostics> {
        diagnostics.push(Diagnostic::warning("Closing", "."));
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(())
    }
}

/// A function that joins its arguments. Null becomes a dash.
struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "Joins.")
            .parameter(Parameter::new("first", Type::String).nullable())
            .variadic(Parameter::new("rest", Type::String))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let parts: Vec<_> = arguments.iter().map(|argument| argument.as_str().unwrap_or("-")).collect();
        match parts.as_slice() {
            ["panic", ..] => panic!("at the join"),
            ["number", ..] => Ok(Value::from(1_i64)),
            parts => Ok(parts.join("+").into()),
        }
    }
}

/// A service together with the configuration of one connection.
struct Connected<P: Provider> {
    service: Service<P>,
    configuration: Configuration<P::Client>,
}

impl<P: Provider> Connected<P> {
    fn to(provider: P) -> Self {
        let service =
            Service::new("test/probe", provider, ElementLimit::DEFAULT, Arc::default()).expect("a valid schema");
        Self { service, configuration: Configuration::default() }
    }

    /// Returns the same service with a new connection.
    fn reconnected(self) -> Self {
        Self { configuration: Configuration::default(), ..self }
    }

    /// Creates a request that comes over this connection.
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.extensions_mut().insert(self.configuration.clone());
        request
    }
}

impl<P: Provider> Deref for Connected<P> {
    type Target = Service<P>;

    fn deref(&self) -> &Service<P> {
        &self.service
    }
}

async fn service(old: Option<&str>) -> (Connected<Probe>, Vec<pb::Diagnostic>) {
    let service = Connected::to(Probe);
    let diagnostics = configured(&service, old).await;
    (service, diagnostics)
}

async fn configured(service: &Connected<Probe>, old: impl Into<Value>) -> Vec<pb::Diagnostic> {
    let config = service.registry.provider.encode(Object::new().with("old", old)).expect("a configuration");
    let request = pb::configure_provider::Request { config: Some(config), ..Default::default() };
    service.configure_provider(service.request(request)).await.expect("an answer").into_inner().diagnostics
}

async fn opened(service: &Connected<Probe>, how: Option<&str>) -> pb::open_ephemeral_resource::Response {
    opened_by(service, how, false).await
}

async fn opened_by(
    service: &Connected<Probe>,
    how: Option<&str>,
    deferral_allowed: bool,
) -> pb::open_ephemeral_resource::Response {
    let typed = &service.registry.resource("probe_lease").expect("the resource is registered").typed;
    let config = typed.encode(Object::new().with("how", how)).expect("a configuration");
    let request = pb::open_ephemeral_resource::Request {
        type_name: "probe_lease".into(),
        config: Some(config),
        client_capabilities: Some(pb::ClientCapabilities { deferral_allowed, ..Default::default() }),
    };
    service.open_ephemeral_resource(service.request(request)).await.expect("an answer").into_inner()
}

fn summaries(diagnostics: &[pb::Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect()
}

#[tokio::test]
async fn a_panic_fails_only_its_call() {
    let (service, _) = service(None).await;
    let answer = opened(&service, Some("panic")).await;
    assert_eq!((summaries(&answer.diagnostics), answer.result), (vec!["Provider Bug", "Opening"], None));
    assert!(opened(&service, None).await.result.is_some(), "the next call succeeds");
}

#[tokio::test]
async fn a_result_that_does_not_fit_the_schema_is_a_provider_bug() {
    let (service, _) = service(None).await;
    let answer = opened(&service, Some("extra")).await;
    assert_eq!((summaries(&answer.diagnostics), answer.result), (vec!["Provider Bug", "Opening"], None));
}

#[tokio::test]
async fn failing_without_an_error_is_a_provider_bug() {
    let (service, diagnostics) = service(Some("silent")).await;
    assert_eq!(summaries(&diagnostics), ["Provider Bug"], "without an error, Terraform assumes a success");
    assert_eq!(summaries(&opened(&service, None).await.diagnostics), ["Provider Not Configured"]);
}

#[tokio::test]
async fn a_resource_is_deferred_only_for_a_client_that_allows_it() {
    let (service, _) = service(None).await;
    let deferred = opened_by(&service, Some("later"), true).await.deferred;
    assert_eq!(deferred.expect("a reason").reason(), pb::deferred::Reason::AbsentPrereq);
    let answer = opened(&service, Some("later")).await;
    assert_eq!((summaries(&answer.diagnostics)[0], answer.deferred), ("Provider Bug", None));
}

#[tokio::test]
async fn a_rejected_value_is_reported_at_its_path() {
    let (service, diagnostics) = service(Some("refused")).await;
    assert_eq!(summaries(&diagnostics), ["Refused"]);
    assert!(diagnostics[0].attribute.is_some());
    assert_eq!(summaries(&opened(&service, None).await.diagnostics), ["Provider Not Configured"]);
}

#[tokio::test]
async fn a_provider_receives_the_paths_of_unknown_values() {
    let (service, _) = service(None).await;
    assert_eq!(summaries(&configured(&service, Value::Unknown).await), ["old"]);
}

#[tokio::test]
async fn an_error_with_a_result_is_a_failure() {
    let (service, diagnostics) = service(Some("error")).await;
    assert_eq!(summaries(&diagnostics), ["Wrong"]);
    assert_eq!(summaries(&opened(&service, None).await.diagnostics), ["Provider Not Configured"]);
}

#[tokio::test]
async fn reading_an_undeclared_attribute_is_a_provider_bug() {
    let (_, diagnostics) = service(Some("misspelt")).await;
    assert_eq!(summaries(&diagnostics), ["Provider Bug"]);
}

#[tokio::test]
async fn a_connection_has_only_its_latest_configuration() {
    let (service, _) = service(None).await;
    assert!(opened(&service, None).await.result.is_some());
    assert_eq!(summaries(&configured(&service, Some("silent")).await), ["Provider Bug"]);
    assert_eq!(summaries(&opened(&service, None).await.diagnostics), ["Provider Not Configured"]);
    configured(&service, Value::Null).await;
    let other = service.reconnected();
    let type_name = || "probe_lease".to_owned();
    let renew = pb::renew_ephemeral_resource::Request { type_name: type_name(), private: None };
    let renew = other.renew_ephemeral_resource(other.request(renew)).await.expect("an answer").into_inner();
    let close = pb::close_ephemeral_resource::Request { type_name: type_name(), private: None };
    let close = other.close_ephemeral_resource(other.request(close)).await.expect("an answer").into_inner();
    for diagnostics in [opened(&other, None).await.diagnostics, renew.diagnostics, close.diagnostics] {
        assert_eq!(summaries(&diagnostics), ["Provider Not Configured"]);
    }
    configured(&other, Value::Null).await;
    assert!(opened(&other, None).await.result.is_some());
}

#[tokio::test]
async fn warnings_are_returned_on_success() {
    let (service, diagnostics) = service(Some("warning")).await;
    assert_eq!(summaries(&diagnostics), ["Careful"]);
    assert!(opened(&service, None).await.result.is_some());
}

#[tokio::test]
async fn warns_about_a_deprecated_argument_at_its_path() {
    let (service, _) = service(None).await;
    for (old, expected) in [(Some("x"), 1), (None, 0)] {
        let config = service.registry.provider.encode(Object::new().with("old", old)).expect("a configuration");
        let request = pb::validate_provider_config::Request { config: Some(config) };
        let answer = service.validate_provider_config(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics.len(), expected);
        for warning in answer.diagnostics {
            assert_eq!((warning.severity(), warning.detail.as_str()), (pb::diagnostic::Severity::Warning, "Use new."));
            assert!(warning.attribute.is_some());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_cancels_open_but_not_close() {
    let (service, _) = service(None).await;
    let (hanging, interrupt) = (opened(&service, Some("hang")), async { service.interrupt.cancel_all() });
    let (answer, ()) = tokio::join!(hanging, interrupt);
    assert_eq!(summaries(&answer.diagnostics), ["Interrupted", "Opening"]);

    let request = pb::close_ephemeral_resource::Request { type_name: "probe_lease".into(), private: None };
    let (closing, interrupt) =
        (service.close_ephemeral_resource(service.request(request)), async { service.interrupt.cancel_all() });
    let (answer, ()) = tokio::join!(closing, interrupt);
    assert_eq!(summaries(&answer.expect("an answer").into_inner().diagnostics), ["Closing"]);
}

#[tokio::test]
async fn private_data_is_passed_on_and_survives_an_error() {
    let (service, _) = service(None).await;
    let renewed = async |private: Option<Vec<u8>>| {
        let request = pb::renew_ephemeral_resource::Request { type_name: "probe_lease".into(), private };
        service.renew_ephemeral_resource(service.request(request)).await.expect("an answer").into_inner()
    };
    let first = renewed(opened(&service, None).await.private).await;
    assert_eq!((first.private.as_deref(), summaries(&first.diagnostics)), (Some(&b"lease 2"[..]), vec!["Renewing"]));
    let second = renewed(first.private).await;
    assert_eq!(
        (second.private.as_deref(), summaries(&second.diagnostics)),
        (Some(&b"lease 2"[..]), vec!["Lost", "Renewing"])
    );
}

async fn joined(arguments: Vec<pb::DynamicValue>) -> Result<Value, pb::FunctionError> {
    let (service, _) = service(None).await;
    let request = pb::call_function::Request { name: "join".into(), arguments };
    let answer = service.call_function(Request::new(request)).await.expect("an answer").into_inner();
    match answer.error {
        Some(error) => Err(error),
        None => {
            Ok(dynamic_value::decode_by_default(&answer.result.expect("a result"), &Type::String).expect("a string"))
        }
    }
}

fn text(text: &str) -> pb::DynamicValue {
    dynamic_value::encode(&text.into(), &Type::String).expect("a string")
}

#[tokio::test]
async fn functions_accept_variadic_and_null_arguments() {
    assert_eq!(joined(vec![text("a"), text("b"), text("c")]).await, Ok("a+b+c".into()));
    assert_eq!(joined(vec![text("a")]).await, Ok("a".into()));
    // For a null argument, OpenTofu sends an empty message, and Terraform sends the MessagePack value nil.
    let nil = pb::DynamicValue { msgpack: vec![0xc0], json: Vec::new() };
    assert_eq!(joined(vec![pb::DynamicValue::default(), text("b")]).await, Ok("-+b".into()));
    assert_eq!(joined(vec![nil]).await, Ok("-".into()));
}

#[tokio::test]
async fn arguments_of_a_function_count_as_elements() {
    let many = vec![pb::DynamicValue::default(); ElementLimit::DEFAULT + 1];
    let error = joined(many).await.expect_err("too many");
    assert_eq!(error.text, "more than 65536 elements in all");
}

#[tokio::test]
async fn function_errors_name_the_argument_and_end_without_a_period() {
    let number = dynamic_value::encode(&Value::from(1_i64), &Type::Number).expect("a number");
    let error = joined(vec![text("a"), number]).await.expect_err("not a string");
    assert_eq!(error.function_argument, Some(1));
    for arguments in [vec![], vec![text("panic")], vec![text("number")]] {
        let error = joined(arguments).await.expect_err("an error");
        assert!(error.function_argument.is_none() && !error.text.is_empty() && !error.text.ends_with('.'), "{error:?}");
    }
}
