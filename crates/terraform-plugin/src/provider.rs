//! The trait that a provider implements.

use crate::{
    diagnostics::Diagnostics, ephemeral::EphemeralResources, function::Functions, model::Model, path::AttributePath,
    schema::Schema, value::Object,
};

/// A Terraform provider: its configuration, and what it offers.
///
/// One process serves one provider block (an alias is another process), and each walk of Terraform's graph (validate,
/// plan, apply) starts anew. A process that was started with `-debug` serves any number of blocks and walks, each over a connection
/// of its own with its own client. Calls come concurrently.
///
/// When the person interrupts Terraform, the futures of calls in flight are dropped: whatever they await must bear that.
/// All run on one thread, which must not be blocked: see [`Server`](crate::Server).
///
/// Every call that may fail has `diagnostics`, for warnings. They reach the person beside a result and beside the errors of `Err`. An
/// error in them fails the call too.
pub trait Provider: Send + Sync + 'static {
    /// The arguments of the provider block. Make every one optional: Terraform prompts for required ones.
    type Config: Model;

    /// The client that resources work with, made from a configuration.
    type Client: Send + Sync + 'static;

    /// The provider block. That of [`Config`](Self::Config), unless overridden: do so if that is [`Object`].
    fn schema(&self) -> Schema {
        Schema::new(Self::Config::block())
    }

    /// The arguments that a module may write in its `provider_meta` block. Without any, Terraform refuses such blocks. Their
    /// content comes with calls about managed resources and data sources only, so nothing here ever sees it.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Checks what can be checked without any I/O, and what the model has no check or rule for. Values may be unknown: say nothing
    /// about those. Terraform calls this in `validate` (unless the block is empty) and before every [`configure`](Self::configure).
    fn validate(&self, _config: &Self::Config, _diagnostics: &mut Diagnostics) {}

    /// Turns a configuration into a client. The checks and rules of the model have passed. At plan, values may be unknown: do not fail
    /// for that alone.
    ///
    /// # Errors
    /// The flaws of the configuration.
    fn configure(
        &self,
        request: Configure<Self::Config>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<Self::Client, Diagnostics>> + Send;

    /// Every ephemeral resource: the one place to register another.
    fn ephemeral_resources(&self) -> EphemeralResources<Self::Client> {
        EphemeralResources::new()
    }

    /// Every function: the one place to register another.
    fn functions(&self) -> Functions {
        Functions::new()
    }

    /// Waits for work that an interrupt must not cut short, such as a file that is to hold what a service has answered. Called
    /// once, after the last call. The process ends a second after Terraform has asked for that, even if this has not
    /// returned by then.
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
    /// The paths of the first 20 unknown values, but for those [without effect](crate::Attribute::without_effect). The element of a set is
    /// given by its position.
    pub unknown: Vec<AttributePath>,
    /// The version of Terraform, or of OpenTofu: they cannot be told apart by it.
    pub terraform_version: String,
    /// Whether the client takes [`Opened::deferred`](crate::Opened::deferred) in the calls that follow.
    pub deferral_allowed: bool,
}

impl<M: Model> Configure<M> {
    /// The request that Terraform of that version would make, for tests of a provider.
    pub fn new(config: M, terraform_version: impl Into<String>) -> Self {
        Self { config, unknown: Vec::new(), terraform_version: terraform_version.into(), deferral_allowed: false }
    }
}
