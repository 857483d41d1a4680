//! What a provider is to this crate.

use tonic::async_trait;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    ephemeral::EphemeralResource,
    function::Function,
    schema::Schema,
    value::Object,
};

/// A Terraform provider: its configuration, and what it offers.
///
/// One process serves one provider block (an alias is another process), and each walk of Terraform's graph (validate,
/// plan, apply) starts anew. A process that was started with `-debug` serves any number of blocks and walks, each over a connection
/// of its own with its own client. Calls come concurrently.
///
/// When the person interrupts Terraform, the futures of calls in flight are dropped: whatever they await must bear that.
/// All run on one thread, which must not be blocked: see [`serve`](crate::serve).
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What a configuration turns into, and what resources work with.
    type Client: Send + Sync + 'static;

    /// The name of the binary behind `terraform-provider-`, such as `ecr`. It also names the variable that sets the
    /// log level of this provider, `TF_LOG_PROVIDER_ECR`. Terraform prints such lines as `TF_LOG_PROVIDER` or `TF_LOG` lets
    /// through, so set one of those as well.
    fn name(&self) -> &'static str;

    /// The source address without host, such as `terraform-ecr/ecr`.
    fn address(&self) -> &'static str;

    /// The version, as [Semantic Versioning](https://semver.org) writes it.
    fn version(&self) -> &'static str;

    /// The provider block. Make every attribute optional: Terraform prompts for required ones.
    fn schema(&self) -> Schema;

    /// What a module may write in its `provider_meta` block; where there is none, Terraform refuses such blocks. Their
    /// content comes with calls about managed resources and data sources only, so nothing here ever sees it.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Checks what can be checked without any I/O. Values may be unknown: say nothing about those. Terraform calls this
    /// in `validate` (unless the block is empty) and before every [`configure`](Self::configure).
    fn validate(&self, _config: &Object) -> Diagnostics {
        Diagnostics::new()
    }

    /// Turns a configuration into a client. At plan, values may be unknown: do not fail for that alone.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    async fn configure(&self, request: Configure) -> Result<Configured<Self::Client>, Diagnostics>;

    /// Every ephemeral resource: the one place to register another.
    fn ephemeral_resources(&self) -> Vec<Box<dyn EphemeralResource<Self::Client>>> {
        Vec::new()
    }

    /// Every function.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// Waits for work that an interrupt must not cut short, such as a file that is to hold what a service has answered. Called
    /// once, after the last call. The process ends a second after Terraform has asked for that, even if this has not
    /// returned by then.
    async fn finish(&self) {}

    /// More crates of the provider's, as log targets: they hold no secret in what they log, and are heard at every level.
    /// `terraform-plugin` and the crate of the type that implements this trait always are. All others are heard at WARN and
    /// above: HTTP and cloud libraries log whole messages, and a line for each frame.
    fn own_targets(&self) -> &'static [&'static str] {
        &[]
    }

    /// Beginnings of the names of crates that must not log at all, since they show secrets in what they log.
    fn silent_targets(&self) -> &'static [&'static str] {
        &[]
    }
}

/// What [`Provider::configure`] gets.
#[derive(Debug)]
#[non_exhaustive]
pub struct Configure {
    /// The provider block, with every attribute of the schema.
    pub config: Object,
    /// The version of Terraform, or of OpenTofu: they cannot be told apart by it.
    pub terraform_version: String,
}

impl Configure {
    /// As Terraform of that version would ask, for tests of a provider.
    pub fn new(config: Object, terraform_version: impl Into<String>) -> Self {
        Self { config, terraform_version: terraform_version.into() }
    }
}

/// What [`Provider::configure`] gives: a client, and warnings if there are any.
#[derive(Debug)]
pub struct Configured<C> {
    pub(crate) client: C,
    pub(crate) warnings: Diagnostics,
}

impl<C> Configured<C> {
    /// A client, and nothing to say.
    pub fn new(client: C) -> Self {
        Self { client, warnings: Diagnostics::new() }
    }

    /// The client.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// What there is to say.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// Adds something to say.
    #[must_use]
    pub fn warning(mut self, warning: Diagnostic) -> Self {
        self.warnings.push(warning);
        self
    }
}
