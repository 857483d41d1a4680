//! A provider with the same schemas and functions as this provider, but without any effect. `make bench` compares both providers.
//!
//! This file is a Cargo example. It is in `src/`, because Rust searches for modules in the directory of the crate root.

use std::process::ExitCode;

use terraform_plugin::{
    Configure, Diagnostics, EphemeralResource, EphemeralResources, Functions, Object, Open, Opened, Provider, Schema,
    Server,
};

use crate::{
    configuration::Configuration,
    ephemeral::{authorization_token::AuthorizationToken, public_authorization_token::PublicAuthorizationToken},
    provider::{EcrProvider, ProviderBlock},
};

mod assume_role;
mod checks;
mod configuration;
mod diagnostics;
mod ephemeral;
mod functions;
mod provider;

#[derive(Debug)]
struct EmptyProvider;

impl Provider for EmptyProvider {
    type Config = ProviderBlock;
    type Client = ();

    fn meta_schema(&self) -> Option<Schema> {
        EcrProvider.meta_schema()
    }

    async fn configure(&self, _: Configure<ProviderBlock>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn ephemeral_resources(&self) -> EphemeralResources<()> {
        EphemeralResources::new().with(Empty(AuthorizationToken)).with(Empty(PublicAuthorizationToken))
    }

    fn functions(&self) -> Functions {
        functions::all()
    }
}

/// An ephemeral resource with the name and the schema of `R`.
#[derive(Debug)]
struct Empty<R>(R);

impl<R: EphemeralResource<Configuration>> EphemeralResource<()> for Empty<R> {
    type Model = Object;

    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    async fn open(&self, (): &(), _: Open<Object>, _: &mut Diagnostics) -> Result<Opened<Object>, Diagnostics> {
        let computed = ["authorization_token", "docker_config_json", "expires_at", "password", "proxy_endpoint"];
        let computed = computed.into_iter().chain(["region", "registry", "registry_id", "user_name"]);
        Ok(Opened::new(computed.fold(Object::new(), |object, name| object.with(name, "nothing"))))
    }
}

fn main() -> ExitCode {
    Server::builder("terraform-ecr/ecr", EmptyProvider).version(env!("CARGO_PKG_VERSION")).run()
}
