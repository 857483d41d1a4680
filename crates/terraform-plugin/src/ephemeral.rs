//! Ephemeral resources. The values of an ephemeral resource exist only while Terraform runs, and are not stored in a state or plan.

use std::{fmt, time::SystemTime};

use futures_util::future::BoxFuture;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    generated::tfplugin6 as pb,
    model::{Model, valid},
    schema::Schema,
    value::{Object, Value},
};

/// One type of ephemeral resource. `C` is the provider's [`Client`](crate::Provider::Client).
///
/// In each walk of Terraform's graph, Terraform opens an instance at most once. A plan and an apply are two walks. Terraform closes the
/// instance after its last use, also after errors and interrupts. An interrupt drops the futures of `open` and `renew` at an `await`, but
/// not the future of `close`. All calls run on one thread: see [`Server`](crate::Server).
///
/// The parameter `diagnostics` is for warnings, as in [`Provider`](crate::Provider).
pub trait EphemeralResource<C: Sync>: Send + Sync + 'static {
    /// The arguments and attributes of the resource. Mark secrets as sensitive.
    type Model: Model;

    /// Returns the full name of the resource, such as `aws_ecr_authorization_token`.
    fn type_name(&self) -> &'static str;

    /// Returns the schema of the resource. The default is the block of [`Model`](Self::Model). Override this method if `Model` is
    /// [`Object`].
    fn schema(&self) -> Schema {
        Schema::new(Self::Model::block())
    }

    /// Checks the configuration after the checks and rules of the model have run. Do not perform I/O in this method, and do not report
    /// unknown values. This method runs in `validate`, and again before [`open`](Self::open).
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}

    /// Opens the instance. All values of the configuration are known. The checks and rules of the model and
    /// [`validate`](Self::validate) have passed.
    ///
    /// Do not rely on [`close`](Self::close) for safety. If Terraform rejects the result, Terraform never closes the instance.
    ///
    /// # Errors
    /// Returns an error if the instance cannot be opened. The diagnostics describe the request, the response and the remedy.
    fn open(
        &self,
        client: &C,
        request: Open<Self::Model>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<Opened<Self::Model>, Diagnostics>> + Send;

    /// Extends the life of an open instance. Terraform calls this method at the time that [`Opened::renew_at`] sets. Renewal cannot change
    /// the result of `open`, so renewal is suitable for leases but not for tokens. The default implementation does nothing.
    ///
    /// # Errors
    /// Returns an error if the instance cannot be renewed. The diagnostics describe the request, the response and the remedy.
    fn renew(
        &self,
        _client: &C,
        private: Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<Renewed, Diagnostics>> + Send {
        std::future::ready(Ok(Renewed { renew_at: None, private }))
    }

    /// Closes an instance. In Terraform, `private` is the data from `open`. In OpenTofu, `private` is the data from the last `renew`, or
    /// the data from `open` if `renew` was not called. The default implementation does nothing.
    ///
    /// # Errors
    /// Returns an error if the instance cannot be closed. The diagnostics describe the request, the response and the remedy. An error makes
    /// the Terraform command fail, although Terraform has already used the value.
    fn close(
        &self,
        _client: &C,
        _private: Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        std::future::ready(Ok(()))
    }
}

/// The request of [`EphemeralResource::open`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Open<M> {
    /// The configuration of the resource. The fields of computed attributes are empty, unless the user has set them.
    pub config: M,
    /// Whether the client accepts [`Opened::deferred`]. Terraform up to 1.15 does not.
    pub deferral_allowed: bool,
}

impl<M: Model> Open<M> {
    /// Creates the request that Terraform would send. This function is for tests of a resource.
    pub fn new(config: M) -> Self {
        Self { config, deferral_allowed: false }
    }
}

/// The reason why a resource cannot be opened yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Deferral {
    /// The resource needs something that does not exist yet.
    AbsentPrerequisite,
    /// The configuration of the provider is not known yet.
    ProviderConfigUnknown,
    /// The configuration of the resource is not known yet.
    ResourceConfigUnknown,
}

impl Deferral {
    pub(crate) fn into_wire(self) -> pb::Deferred {
        let reason = match self {
            Self::AbsentPrerequisite => pb::deferred::Reason::AbsentPrereq,
            Self::ProviderConfigUnknown => pb::deferred::Reason::ProviderConfigUnknown,
            Self::ResourceConfigUnknown => pb::deferred::Reason::ResourceConfigUnknown,
        };
        pb::Deferred { reason: reason.into() }
    }
}

/// The result of [`EphemeralResource::open`].
///
/// If the user set an attribute, Terraform receives the user's value without a change. For a computed attribute that the user did not set,
/// Terraform receives the value in the model. If a computed attribute is not also optional, the model must have a value for this attribute.
pub struct Opened<M> {
    result: Outcome<M>,
    renew_at: Option<SystemTime>,
    private: Vec<u8>,
}

enum Outcome<M> {
    Known(M),
    Unknown(Option<Deferral>),
}

impl<M: Model> Opened<M> {
    /// Creates a result that needs no renewal.
    pub fn new(result: M) -> Self {
        Self { result: Outcome::Known(result), renew_at: None, private: Vec::new() }
    }

    /// Creates an unknown result, for a provider configuration that is not known yet. Every computed attribute that the user left
    /// null is unknown. Terraform accepts an unknown result at plan. OpenTofu requires that all values are known.
    pub fn unknown() -> Self {
        Self { result: Outcome::Unknown(None), renew_at: None, private: Vec::new() }
    }

    /// Creates a deferred result: the client opens the resource again in a later run. Return a deferred result only if
    /// [`deferral_allowed`](Open::deferral_allowed) is true. Otherwise, the call fails.
    pub fn deferred(reason: Deferral) -> Self {
        Self { result: Outcome::Unknown(Some(reason)), renew_at: None, private: Vec::new() }
    }

    /// Returns the result, if it is known.
    pub fn result(&self) -> Option<&M> {
        match &self.result {
            Outcome::Known(result) => Some(result),
            Outcome::Unknown(_) => None,
        }
    }

    /// Sets the time when Terraform calls [`EphemeralResource::renew`]. If the time has passed, Terraform calls `renew` immediately.
    #[must_use]
    pub fn renew_at(mut self, renew_at: SystemTime) -> Self {
        self.renew_at = Some(renew_at);
        self
    }

    /// Sets the data that Terraform passes to `renew` and `close`. These methods do not receive other data about the instance. Terraform
    /// keeps the data in memory only.
    #[must_use]
    pub fn private(mut self, private: Vec<u8>) -> Self {
        self.private = private;
        self
    }

    fn into_response(self, schema: &Schema, config: Object) -> Result<OpenResponse, Diagnostics> {
        let Self { result, renew_at, private } = self;
        let (result, deferred) = match result {
            Outcome::Unknown(deferred) => (schema.computed_unknown(config), deferred),
            Outcome::Known(model) => (schema.with_computed(config, model.computed())?, None),
        };
        Ok(OpenResponse { result, renew_at, private, deferred })
    }
}

/// Shows neither the result nor the private data, because both may be secret.
impl<M> fmt::Debug for Opened<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("is_known", &matches!(self.result, Outcome::Known(_)))
            .field("renew_at", &self.renew_at)
            .field("private", &format_args!("{} bytes", self.private.len()))
            .finish()
    }
}

/// The result of [`EphemeralResource::renew`].
#[expect(clippy::exhaustive_structs, reason = "the protocol has only these two fields")]
pub struct Renewed {
    /// The time of the next renewal, if any. If the time has passed, Terraform calls `renew` immediately. If every result contains a time
    /// that has passed, Terraform never stops calling `renew`.
    pub renew_at: Option<SystemTime>,
    /// The data for the next `renew`. OpenTofu also passes this data to `close`.
    pub private: Vec<u8>,
}

/// Shows only the length of the private data, which may be secret.
impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed")
            .field("renew_at", &self.renew_at)
            .field("private", &format_args!("{} bytes", self.private.len()))
            .finish()
    }
}

/// A list of ephemeral resources: `EphemeralResources::new().with(A).with(B)`.
pub struct EphemeralResources<C>(pub(crate) Vec<Box<dyn Erased<C>>>);

impl<C: Sync> EphemeralResources<C> {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a resource.
    #[must_use]
    pub fn with(mut self, resource: impl EphemeralResource<C>) -> Self {
        self.0.push(Box::new(resource));
        self
    }
}

impl<C: Sync> Default for EphemeralResources<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for EphemeralResources<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|resource| resource.type_name())).finish()
    }
}

/// The response to an `open` call. The result is an object with the attributes of the schema.
pub(crate) struct OpenResponse {
    pub(crate) result: Object,
    pub(crate) renew_at: Option<SystemTime>,
    pub(crate) private: Vec<u8>,
    pub(crate) deferred: Option<Deferral>,
}

/// An [`EphemeralResource`] without its model type, so that resources of different models can be in one list.
pub(crate) trait Erased<C>: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Schema;
    fn validate(&self, schema: &Schema, config: &Object, diagnostics: &mut Diagnostics);
    fn open<'a>(
        &'a self,
        schema: &'a Schema,
        client: &'a C,
        request: Open<Object>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<OpenResponse, Diagnostics>>;
    fn renew<'a>(
        &'a self,
        client: &'a C,
        private: Vec<u8>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<Renewed, Diagnostics>>;
    fn close<'a>(
        &'a self,
        client: &'a C,
        private: Vec<u8>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

/// Reads and validates a configuration. Returns the model and all mistakes in the configuration.
fn read<C: Sync, R: EphemeralResource<C>>(resource: &R, schema: &Schema, config: &Object) -> (R::Model, Diagnostics) {
    let (model, mut found) = schema.read(config);
    resource.validate(&model, &mut found);
    (model, found)
}

impl<C: Sync, R: EphemeralResource<C>> Erased<C> for R {
    fn type_name(&self) -> &'static str {
        self.type_name()
    }

    fn schema(&self) -> Schema {
        self.schema()
    }

    fn validate(&self, schema: &Schema, config: &Object, diagnostics: &mut Diagnostics) {
        diagnostics.extend(read(self, schema, config).1);
    }

    fn open<'a>(
        &'a self,
        schema: &'a Schema,
        client: &'a C,
        request: Open<Object>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<OpenResponse, Diagnostics>> {
        Box::pin(async move {
            let Open { config, deferral_allowed } = request;
            let request = Open { config: valid(read(self, schema, &config))?, deferral_allowed };
            let response = self.open(client, request, diagnostics).await?.into_response(schema, config)?;
            match response.deferred {
                Some(reason) if !deferral_allowed => {
                    let what = format_args!(
                        "The provider defers {} ({reason:?}), and Terraform did not allow that.",
                        self.type_name()
                    );
                    Err(Diagnostic::bug(what).into())
                }
                _ => Ok(response),
            }
        })
    }

    fn renew<'a>(
        &'a self,
        client: &'a C,
        private: Vec<u8>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<Renewed, Diagnostics>> {
        Box::pin(self.renew(client, private, diagnostics))
    }

    fn close<'a>(
        &'a self,
        client: &'a C,
        private: Vec<u8>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(self.close(client, private, diagnostics))
    }
}

impl Schema {
    /// Sets each computed attribute that is null in `config` to the value in `computed`. Returns the changed configuration.
    fn with_computed(&self, mut config: Object, mut computed: Object) -> Result<Object, Diagnostic> {
        for attribute in &self.block.attributes {
            let value = computed.remove(&attribute.name);
            if !attribute.computed || !config.attribute(&attribute.name).is_null() {
                continue;
            }
            match value {
                Some(value) if !value.is_null() => config.set(&attribute.name, value),
                _ if attribute.optional => {}
                _ => return Err(Diagnostic::bug(format_args!("The attribute {:?} has no value.", attribute.name))),
            }
        }
        self.block.blocks.iter().for_each(|block| drop(computed.remove(&block.name)));
        match computed.iter().next() {
            Some((name, _)) => Err(Diagnostic::bug(format_args!("The schema has no attribute {name:?}."))),
            None => Ok(config),
        }
    }

    /// Sets each computed attribute that is null in `config` to unknown. Returns the changed configuration.
    fn computed_unknown(&self, mut config: Object) -> Object {
        for attribute in self.block.attributes.iter().filter(|attribute| attribute.computed) {
            if config.attribute(&attribute.name).is_null() {
                config.set(&attribute.name, Value::Unknown);
            }
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attribute, AttributePath, Block, Configure, Type, argument::Setting};

    /// Checks that `Debug` does not show secrets. The test covers each public type of this crate that can contain a secret.
    #[test]
    fn debug_of_every_public_type_hides_secrets() {
        let text = || Value::from("hunter2");
        let object = Object::new().with("password", text());
        let opened = Opened::new(object.clone()).private(b"hunter2".to_vec());
        let renewed = Renewed { renew_at: None, private: b"hunter2".to_vec() };
        let configure = Configure::new(object.clone(), "1.11.4");
        let setting = Setting::from("hunter2");
        let list = Value::List(vec![text()]);
        let map = Value::Map([("hunter2".to_owned(), text())].into());
        let dynamic = Value::Dynamic(Type::String, Box::new(text()));
        let all: [&dyn fmt::Debug; 9] =
            [&text(), &list, &map, &dynamic, &object, &opened, &renewed, &configure, &setting];
        for value in all {
            let shown = format!("{value:?} {value:#?}");
            assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
        }
    }

    fn schema() -> Schema {
        Schema::new(
            Block::new("")
                .attribute(Attribute::string("region").optional().computed())
                .attribute(Attribute::string("password").computed())
                .attribute(Attribute::string("profile").optional()),
        )
    }

    fn config() -> Object {
        Object::new().with("region", "").with("password", Value::Null).with("profile", Value::Null)
    }

    #[test]
    fn the_result_has_configured_and_computed_values() {
        let computed = || Object::new().with("region", "eu-west-1").with("password", "secret").with("profile", "other");
        let result = schema().with_computed(config(), computed());
        assert_eq!(result, Ok(config().with("password", "secret")), "an empty string is also a configured value");
        let bug = |computed| schema().with_computed(config(), computed).expect_err("a bug").detail().to_owned();
        let result = schema().with_computed(config().with("region", Value::Null), Object::new().with("password", "x"));
        assert!(result.expect("a result").attribute("region").is_null(), "an optional computed attribute may be null");
        assert!(bug(Object::new()).contains("\"password\" has no value"));
        assert!(bug(computed().with("password", Value::Null)).contains("\"password\" has no value"));
        assert!(bug(computed().with("passwrod", "x")).contains("no attribute \"passwrod\""));
    }

    #[test]
    fn an_unknown_result_keeps_configured_values() {
        let response = Opened::<Object>::unknown().into_response(&schema(), config()).expect("a response");
        assert_eq!(response.result, config().with("password", Value::Unknown));
        assert_eq!(response.result.unknown_paths(), [AttributePath::new("password")]);
    }
}
