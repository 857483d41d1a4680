//! The trait that a provider implements.

use crate::{
    diagnostics::Diagnostics, ephemeral::EphemeralResources, function::Functions, model::Model, path::AttributePath,
    schema::Schema, value::Object,
};

/// A Terraform provider: its configuration, its resources and its functions.
///
/// One process serves one provider block (an alias is another process). Each walk of Terraform's graph (validate, plan, apply)
/// starts a new process. A process that was started with `-debug` serves any number of blocks and walks. Each has its own
/// connection and its own client. Calls run concurrently.
///
/// When the person interrupts Terraform, the futures of the calls in flight are dropped: every `await` in them must tolerate
/// that. All calls run on one thread, which must not be blocked: see [`Server`](crate::Server).
///
/// Every call that can fail has `diagnostics`, for warnings. The person sees them beside a result and beside the errors in `Err`.
/// An error in `diagnostics` also fails the call.
pub trait Provider: Send + Sync + 'static {
    /// The arguments of the provider block. Make all of them optional: Terraform prompts for required ones.
    type Config: Model;

    /// The client that resources use, made from a configuration.
    type Client: Send + Sync + 'static;

    /// The provider block. By default this is the block of [`Config`](Self::Config). Override this method if `Config` is
    /// [`Object`].
    fn schema(&self) -> Schema {
        Schema::new(Self::Config::block())
    }

    /// The arguments that a module may write in its `provider_meta` block. Without arguments, Terraform rejects such blocks.
    /// Terraform sends their values only in calls about managed resources and data sources. This crate therefore never sees the
    /// values.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Checks the configuration without any I/O, beyond the checks and rules of the model. Do not report unknown values.
    /// Terraform calls this in `validate` (unless the block is empty) and before every [`configure`](Self::configure).
    fn validate(&self, _config: &Self::Config, _diagnostics: &mut Diagnostics) {}

    /// Turns a configuration into a client. The checks and rules of the model have passed. At plan, values may be unknown: do not
    /// fail for that alone.
    ///
    /// # Errors
    /// The mistakes in the configuration.
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

    /// Waits for work that an interrupt must not cut short, such as writing the response of a service to a file. Called once,
    /// after the last call. The process ends one second after Terraform's request, even if this has not returned by then.
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
    /// The provider block.
    pub config: M,
    /// The paths of the first 20 unknown values, except those [without effect](crate::Attribute::without_effect). In a set, the
    /// path has the position of the element.
    pub unknown: Vec<AttributePath>,
    /// The version of Terraform or of OpenTofu. The version does not show which of the two it is.
    pub terraform_version: String,
    /// Whether the client accepts [`Opened::deferred`](crate::Opened::deferred) in the calls that follow.
    pub deferral_allowed: bool,
}

impl<M: Model> Configure<M> {
    /// Creates the request that this version of Terraform would send, for tests of a provider.
    pub fn new(config: M, terraform_version: impl Into<String>) -> Self {
        Self { config, unknown: Vec::new(), terraform_version: terraform_version.into(), deferral_allowed: false }
    }
}
