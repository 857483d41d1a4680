//! Tests with a provider whose methods all panic on demand. A panic fails only its own call.

use std::sync::atomic::AtomicBool;

use tokio::task::yield_now;

use super::*;

/// A provider, resource and function with a switch. While the switch is on, every method panics.
#[derive(Clone, Default)]
struct PanicSwitch(Arc<AtomicBool>);

impl PanicSwitch {
    fn set(&self, lit: bool) {
        self.0.store(lit, Ordering::Relaxed);
    }

    fn check(&self) {
        assert!(!self.0.load(Ordering::Relaxed), "on demand");
    }

    /// Checks the switch after the future has waited once.
    async fn check_later(&self) {
        yield_now().await;
        self.check();
    }
}

impl Provider for PanicSwitch {
    type Config = Object;
    type Client = ();

    fn schema(&self) -> Schema {
        self.check();
        Schema::default()
    }

    fn meta_schema(&self) -> Option<Schema> {
        self.check();
        None
    }

    fn validate(&self, _: &Object, _: &mut Diagnostics) {
        self.check();
    }

    async fn configure(&self, _: Configure<Object>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        self.check_later().await;
        Ok(())
    }

    fn ephemeral_resources(&self) -> EphemeralResources<()> {
        self.check();
        EphemeralResources::new().with(self.clone())
    }

    fn functions(&self) -> Functions {
        self.check();
        Functions::new().with(self.clone())
    }
}

impl EphemeralResource<()> for PanicSwitch {
    type Model = Object;

    fn type_name(&self) -> &'static str {
        self.check();
        "fuse"
    }

    fn schema(&self) -> Schema {
        self.check();
        Schema::default()
    }

    fn validate(&self, _: &Object, _: &mut Diagnostics) {
        self.check();
    }

    async fn open(&self, (): &(), request: Open<Object>, _: &mut Diagnostics) -> Result<Opened<Object>, Diagnostics> {
        self.check_later().await;
        Ok(Opened::new(request.config))
    }

    async fn renew(&self, (): &(), private: Vec<u8>, _: &mut Diagnostics) -> Result<Renewed, Diagnostics> {
        self.check_later().await;
        Ok(Renewed { renew_at: None, private })
    }

    async fn close(&self, (): &(), _: Vec<u8>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        self.check_later().await;
        Ok(())
    }
}

impl Function for PanicSwitch {
    fn name(&self) -> &'static str {
        self.check();
        "fuse"
    }

    fn signature(&self) -> Signature {
        self.check();
        Signature::new(Type::Bool, "Is there.")
    }

    fn call(&self, _: Vec<Value>) -> Result<Value, FunctionError> {
        self.check();
        Ok(true.into())
    }
}

fn fuse() -> (PanicSwitch, Connected<PanicSwitch>) {
    let fuse = PanicSwitch::default();
    let service = Connected::to(fuse.clone());
    (fuse, service)
}

async fn configure(service: &Connected<PanicSwitch>) -> pb::configure_provider::Response {
    let request = service.request(pb::configure_provider::Request::default());
    service.configure_provider(request).await.expect("an answer").into_inner()
}

async fn renewed(service: &Connected<PanicSwitch>) -> pb::renew_ephemeral_resource::Response {
    let request = pb::renew_ephemeral_resource::Request { type_name: "fuse".into(), private: Some(b"lease".to_vec()) };
    service.renew_ephemeral_resource(service.request(request)).await.expect("an answer").into_inner()
}

/// Makes every call that runs code of the provider. Returns the error text of each call. The text is empty if the call succeeded.
async fn complaints(service: &Connected<PanicSwitch>) -> Vec<(&'static str, String)> {
    let text = |diagnostics: Vec<pb::Diagnostic>| {
        let texts = diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail));
        texts.collect::<Vec<_>>().join("; ")
    };
    let type_name = || "fuse".to_owned();

    let validate = service.request(pb::validate_provider_config::Request::default());
    let validate = service.validate_provider_config(validate).await.expect("an answer").into_inner();
    let check = pb::validate_ephemeral_resource_config::Request { type_name: type_name(), config: None };
    let check =
        service.validate_ephemeral_resource_config(service.request(check)).await.expect("an answer").into_inner();
    let open = pb::open_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let open = service.open_ephemeral_resource(service.request(open)).await.expect("an answer").into_inner();
    let renew = renewed(service).await;
    let close = pb::close_ephemeral_resource::Request { type_name: type_name(), private: None };
    let close = service.close_ephemeral_resource(service.request(close)).await.expect("an answer").into_inner();
    let call = service.request(pb::call_function::Request { name: type_name(), arguments: Vec::new() });
    let call = service.call_function(call).await.expect("an answer").into_inner();
    // Call ConfigureProvider last, because a failure of this call removes the configuration.
    let configure = configure(service).await;

    vec![
        ("ValidateProviderConfig", text(validate.diagnostics)),
        ("ValidateEphemeralResourceConfig", text(check.diagnostics)),
        ("OpenEphemeralResource", text(open.diagnostics)),
        ("RenewEphemeralResource", text(renew.diagnostics)),
        ("CloseEphemeralResource", text(close.diagnostics)),
        ("CallFunction", call.error.map(|error| error.text).unwrap_or_default()),
        ("ConfigureProvider", text(configure.diagnostics)),
    ]
}

#[tokio::test]
async fn a_panic_in_any_call_is_reported_and_the_next_call_succeeds() {
    // The arguments of a log call are evaluated only if a subscriber is installed.
    let _log = tracing::subscriber::set_default(tracing_subscriber::registry());
    let (fuse, service) = fuse();
    for _ in 0..2 {
        configure(&service).await;
        for (rpc, complaint) in complaints(&service).await {
            assert_eq!(complaint, "", "{rpc}");
        }
        fuse.set(true);
        for (rpc, complaint) in complaints(&service).await {
            assert!(complaint.starts_with("Provider Bug: The provider panicked at "), "{rpc}: {complaint:?}");
            assert!(complaint.contains(&format!(", during {rpc}.")), "{rpc}: {complaint:?}");
        }
        fuse.set(false);
    }
}

#[tokio::test]
async fn private_data_survives_a_panic() {
    let (fuse, service) = fuse();
    configure(&service).await;
    fuse.set(true);
    assert_eq!(renewed(&service).await.private.as_deref(), Some(&b"lease"[..]));
}

/// The schema and the metadata are read once, before the process prints the handshake line. A call that requests the schema or the metadata
/// therefore does not run code of the provider.
#[tokio::test]
async fn metadata_calls_do_not_run_provider_code() {
    let (fuse, service) = fuse();
    fuse.set(true);
    let metadata = service.get_metadata(Request::new(pb::get_metadata::Request {})).await.expect("an answer");
    assert_eq!(metadata.into_inner().ephemeral_resources.len(), 1);
    let schema = service.get_provider_schema(Request::new(pb::get_provider_schema::Request {})).await;
    assert!(schema.expect("an answer").into_inner().provider.is_some());
    let identities = pb::get_resource_identity_schemas::Request {};
    let identities = service.get_resource_identity_schemas(Request::new(identities)).await.expect("an answer");
    assert_eq!(identities.into_inner(), pb::get_resource_identity_schemas::Response::default());
    let functions = service.get_functions(Request::new(pb::get_functions::Request {})).await.expect("an answer");
    assert_eq!(functions.into_inner().functions.len(), 1);
    let stop = service.stop_provider(Request::new(pb::stop_provider::Request {})).await.expect("an answer");
    assert_eq!(stop.into_inner().error, "");
}
