//! A running provider, and the schemas of the provider. Tests build configurations from the schemas.

use std::{ops::Deref, path::Path};

use ecr_sandbox::Sandbox;
use rmpv::Value;
use terraform_plugin_testing::{
    CallResult, Client, Config, DynamicValue, Opened, Plugin, Terraform, get_provider_schema,
};
use tokio::task::JoinHandle;

pub(crate) const TOKEN: &str = "aws_ecr_authorization_token";

pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

pub(crate) const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ";

/// Returns a builder that starts the provider under test as Terraform does.
pub(crate) fn terraform() -> Terraform {
    terraform_with(env!("CARGO_BIN_EXE_terraform-provider-ecr"))
}

/// Returns a builder that starts `program`, which runs the provider. The metadata service is disabled, so no test waits for the metadata
/// service.
pub(crate) fn terraform_with(program: impl AsRef<Path>) -> Terraform {
    Terraform::new(program).env("AWS_EC2_METADATA_DISABLED", "true")
}

/// Starts the provider and connects to it.
pub(crate) async fn spawn() -> Plugin {
    terraform().spawn().await.expect("the provider starts")
}

/// A running provider, with or without a configuration.
#[derive(Debug)]
pub(crate) struct Session {
    plugin: Plugin,
    schemas: Schemas,
}

/// The schemas of the blocks that a user can write.
#[derive(Clone, Debug)]
pub(crate) struct Schemas(get_provider_schema::Response);

impl Session {
    pub(crate) async fn start(terraform: Terraform) -> Self {
        let plugin = terraform.spawn().await.expect("the provider starts");
        let schemas = Schemas::read(&plugin).await;
        Self { plugin, schemas }
    }

    /// Starts a provider, and configures it with `sandbox` as its endpoints.
    pub(crate) async fn with(sandbox: &Sandbox) -> Self {
        let session = Self::start(terraform()).await;
        session.configure(session.provider_for(sandbox)).await;
        session
    }

    /// Configures the provider, and asserts that it returns an empty list of diagnostics.
    pub(crate) async fn configure(&self, config: Config) {
        let diagnostics = self.plugin.configure(config).await.expect("an answer to configure");
        assert_eq!(diagnostics, [], "the provider configuration is valid");
    }

    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Opens a token with an empty block.
    pub(crate) async fn open(&self) -> Opened {
        self.open_with(self.token_config()).await
    }

    /// Opens a token with the block `config`.
    pub(crate) async fn open_with(&self, config: Config) -> Opened {
        self.open_type(TOKEN, config).await
    }

    /// Sends the same request as [`Session::open`], and does not wait for the response.
    pub(crate) fn begin_to_open(&self) -> JoinHandle<CallResult<Opened>> {
        let (client, config) = (self.plugin.client().clone(), self.token_config());
        tokio::spawn(async move { client.open(TOKEN, config).await })
    }

    /// Opens an ephemeral resource of any type.
    pub(crate) async fn open_type(&self, type_name: &str, config: impl Into<DynamicValue>) -> Opened {
        self.plugin.open(type_name, config).await.expect("an answer to open")
    }

    pub(crate) fn token_config(&self) -> Config {
        self.schemas.token_config()
    }

    pub(crate) fn provider_for(&self, sandbox: &Sandbox) -> Config {
        self.schemas.provider_for(sandbox)
    }

    pub(crate) fn plugin(self) -> Plugin {
        self.plugin
    }
}

impl Deref for Session {
    type Target = Plugin;

    fn deref(&self) -> &Plugin {
        &self.plugin
    }
}

impl Schemas {
    pub(crate) async fn read(client: &Client) -> Self {
        Self(client.schema().await.expect("the provider has a schema"))
    }

    pub(crate) fn token_config(&self) -> Config {
        Config::empty(self.0.ephemeral_block(TOKEN))
    }

    /// Returns an empty provider block.
    pub(crate) fn provider_config(&self) -> Config {
        Config::empty(self.0.provider_block())
    }

    /// Returns a provider block with static credentials and with `sandbox` as its endpoints.
    pub(crate) fn provider_for(&self, sandbox: &Sandbox) -> Config {
        self.provider_config()
            .set("region", "us-east-1")
            .set("access_key", ACCESS_KEY)
            .set("secret_key", SECRET_KEY)
            .block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()).set("sts", sandbox.url()))
    }
}

/// Returns an attribute of an object.
pub(crate) fn attribute(object: &Value, name: &str) -> Value {
    let attributes = object.as_map().unwrap_or_else(|| panic!("{object} is not an object"));
    let found = attributes.iter().find(|(key, _)| key.as_str() == Some(name));
    found.unwrap_or_else(|| panic!("{object} has no {name}")).1.clone()
}

/// Returns the names of an object's attributes, in alphabetical order.
pub(crate) fn names(object: &Value) -> Vec<String> {
    let attributes = object.as_map().unwrap_or_else(|| panic!("{object} is not an object"));
    let mut names: Vec<_> = attributes.iter().map(|(key, _)| key.as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}
