//! A provider with its schemas, from which configurations are made.

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

/// Terraform with the provider under test.
pub(crate) fn terraform() -> Terraform {
    terraform_with(env!("CARGO_BIN_EXE_terraform-provider-ecr"))
}

/// Terraform with a program that runs the provider. No test waits for a metadata service.
pub(crate) fn terraform_with(program: impl AsRef<Path>) -> Terraform {
    Terraform::new(program).env("AWS_EC2_METADATA_DISABLED", "true")
}

/// The provider, ready for calls.
pub(crate) async fn spawn() -> Plugin {
    terraform().spawn().await.expect("the provider starts")
}

/// A provider that is to be configured, or is.
#[derive(Debug)]
pub(crate) struct Session {
    plugin: Plugin,
    schemas: Schemas,
}

/// The blocks that a user can write.
#[derive(Clone, Debug)]
pub(crate) struct Schemas(get_provider_schema::Response);

impl Session {
    pub(crate) async fn start(terraform: Terraform) -> Self {
        let plugin = terraform.spawn().await.expect("the provider starts");
        let schemas = Schemas::read(&plugin).await;
        Self { plugin, schemas }
    }

    /// A provider whose calls go to `sandbox`.
    pub(crate) async fn with(sandbox: &Sandbox) -> Self {
        let session = Self::start(terraform()).await;
        session.configure(session.provider_for(sandbox)).await;
        session
    }

    /// Configures, and expects the provider to have nothing to say to it.
    pub(crate) async fn configure(&self, config: Config) {
        let diagnostics = self.plugin.configure(config).await.expect("an answer to configure");
        assert_eq!(diagnostics, [], "a provider configuration that is in order");
    }

    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// The object of a token whose block is empty.
    pub(crate) async fn open(&self) -> Opened {
        self.open_with(self.token_config()).await
    }

    /// The object of a token whose block is `config`.
    pub(crate) async fn open_with(&self, config: Config) -> Opened {
        self.open_type(TOKEN, config).await
    }

    /// As [`Session::open`], but does not wait for the answer.
    pub(crate) fn begin_to_open(&self) -> JoinHandle<CallResult<Opened>> {
        let (client, config) = (self.plugin.client().clone(), self.token_config());
        tokio::spawn(async move { client.open(TOKEN, config).await })
    }

    /// The answer for an ephemeral resource of any type.
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

    /// A provider block in which nothing is set.
    pub(crate) fn provider_config(&self) -> Config {
        Config::empty(self.0.provider_block())
    }

    /// A provider block with static credentials, whose endpoints are `sandbox`.
    pub(crate) fn provider_for(&self, sandbox: &Sandbox) -> Config {
        self.provider_config()
            .set("region", "us-east-1")
            .set("access_key", ACCESS_KEY)
            .set("secret_key", SECRET_KEY)
            .block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()).set("sts", sandbox.url()))
    }
}

/// An attribute of an object.
pub(crate) fn attribute(object: &Value, name: &str) -> Value {
    let attributes = object.as_map().unwrap_or_else(|| panic!("{object} is not an object"));
    let found = attributes.iter().find(|(key, _)| key.as_str() == Some(name));
    found.unwrap_or_else(|| panic!("{object} has no {name}")).1.clone()
}

/// The names of an object's attributes, in alphabetical order.
pub(crate) fn names(object: &Value) -> Vec<String> {
    let attributes = object.as_map().unwrap_or_else(|| panic!("{object} is not an object"));
    let mut names: Vec<_> = attributes.iter().map(|(key, _)| key.as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}
