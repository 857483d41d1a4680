//! The trait that a provider implements.

use crate::{
    diagnostics::Diagnostics, ephemeral::EphemeralResources, function::Functions, model::Model, path::AttributePath,
    schema::Schema, value::Object,
};

/// A Terraform provider: its configuration, its resources and its functions.
///
/// One process serves one provider block. A block with an alias has its own process. Each walk of Terraform's graph (validate,
/// plan, apply) starts a new process. A process that was started with `-debug` serves any number of blocks and walks. Each block
/// in each walk then has its own connection and its own client. Calls run concurrently.
///
/// When the user interrupts Terraform, the futures of running calls are dropped at an `await`. The code of the provider must tolerate that
/// a future is dropped at any `await`. All calls run on one thread, which must not be blocked: see [`Server`](crate::Server).
///
/// Every method that can fail has a parameter `diagnostics` for warnings. Terraform shows the warnings together with the result,
/// or with the errors in `Err`. An error in `diagnostics` also fails the call.
pub trait Provider: Send + Sync + 'static {
    /// The arguments of the provider block. Make all arguments optional, because Terraform prompts for a required argument that
    /// is not set.
    type Config: Model;

    /// The client that resources use. [`configure`](Self::configure) creates the client from a configuration.
    type Client: Send + Sync + 'static;

    /// Returns the schema of the provider block. The default is the block of [`Config`](Self::Config). Override this method if
    /// `Config` is [`Object`].
    fn schema(&self) -> Schema {
        Schema::new(Self::Config::block())
    }

    /// Returns the schema of the `provider_meta` block, which modules can contain. Without this schema, Terraform rejects such blocks.
    /// Terraform sends the values of these blocks only in calls about managed resources and data sources. This crate therefore never
    /// receives the values.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Checks the configuration after the checks and rules of the model have run. Do not perform I/O in this method, and do not report
    /// unknown values. Terraform calls this method in `validate` (unless the block is empty) and before every
    /// [`configure`](Self::configure).
    fn validate(&self, _config: &Self::Config, _diagnostics: &mut Diagnostics) {}

    /// Creates a client from a configuration. The checks and rules of the model have passed. At plan, values can be unknown. An unknown
    /// value alone must not be an error.
    ///
    /// # Errors
    /// Returns errors if the configuration has mistakes.
    fn configure(
        &self,
        request: Configure<Self::Config>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<Self::Client, Diagnostics>> + Send;

    /// Returns every ephemeral resource. Register new resources here.
    fn ephemeral_resources(&self) -> EphemeralResources<Self::Client> {
        EphemeralResources::new()
    }

    /// Returns every function. Register new functions here.
    fn functions(&self) -> Functions {
        Functions::new()
    }

    /// Waits for work that an interrupt must not cut short, such as writing the response of a service to a file. This crate calls the
    /// method once, after the last call from Terraform. The process ends one second after Terraform's shutdown request, even if this method
    /// has not returned by then.
    fn finish(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

impl Provider for Functions {
    type Config = Object;
    type Client = ();

    async fn configure(&self, _: Configure<Object>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn functions(&self) -> Functions {
        self.clone()
    }
}

/// The request of [`Provider::configure`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Configure<M> {
    /// The configuration in the provider block.
    pub config: M,
    /// The paths of the first 20 unknown values. Attributes [without effect](crate::Attribute::without_effect) are skipped. The path of an
    /// unknown value in a set contains the position of the element.
    pub unknown: Vec<AttributePath>,
    /// The version of Terraform or OpenTofu. Terraform and OpenTofu do not send their names.
    pub terraform_version: String,
    /// Whether the client accepts [`Opened::deferred`](crate::Opened::deferred) in later calls.
    pub deferral_allowed: bool,
}

impl<M: Model> Configure<M> {
    /// Creates a request for use in tests of a provider. `terraform_version` is the version of Terraform that would send the request.
    pub fn new(config: M, terraform_version: impl Into<String>) -> Self {
        Self { config, unknown: Vec::new(), terraform_version: terraform_version.into(), deferral_allowed: false }
    }
}
