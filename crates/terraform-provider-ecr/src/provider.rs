//! The provider block: the arguments, and the client that the arguments configure.

use aws_base::{Environment, Session, Settings, renewals_end};
use ecr_token::parse_partitions;
use futures_util::future::join;
use terraform_plugin::{
    Configure, Diagnostics, EphemeralResources, Functions, Model, Provider, Schema, model, model::group,
};

use crate::{configuration::Configuration, diagnostics, ephemeral, functions};

use self::{
    accounts::Accounts,
    credentials::Credentials,
    endpoints::Endpoints,
    region::RegionArguments,
    requests::Requests,
    roles::Roles,
    without_effect::{ProviderMeta, WithoutEffect},
};

mod accounts;
mod credentials;
mod endpoints;
mod region;
mod requests;
mod roles;
mod user_agent;
mod without_effect;

model! {
    /// Gets Amazon ECR authorization tokens. Arguments mean what they mean in hashicorp/aws.
    #[derive(Debug)]
    pub(crate) struct ProviderBlock {
        credentials: Credentials = group(),
        region: RegionArguments = group(),
        requests: Requests = group(),
        accounts: Accounts = group(),
        without_effect: WithoutEffect = group(),
        roles: Roles = group(),
        endpoints: Endpoints = group(),
    }
}

impl From<ProviderBlock> for Settings {
    fn from(block: ProviderBlock) -> Self {
        let mut settings = Self::default();
        block.credentials.set(&mut settings);
        block.region.set(&mut settings);
        block.requests.set(&mut settings);
        block.accounts.set(&mut settings);
        block.roles.set(&mut settings);
        block.endpoints.set(&mut settings);
        settings
    }
}

/// The provider, whose source is `terraform-ecr/ecr`. A configuration usually has the block `provider "aws"` for this provider.
#[derive(Debug)]
pub(crate) struct EcrProvider;

impl Provider for EcrProvider {
    type Config = ProviderBlock;
    type Client = Configuration;

    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new(ProviderMeta::block()))
    }

    async fn configure(
        &self,
        request: Configure<ProviderBlock>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Configuration, Diagnostics> {
        let Configure { config, unknown, terraform_version, .. } = request;
        let mut settings = Settings::from(config);
        settings.user_agent.splice(..0, user_agent::products(&terraform_version));
        let session = Session::new(settings.clone(), Environment::of_process());
        // Reports errors in the configuration only once, here, and not for each token. An error that is reported here can point at an
        // argument of the provider block.
        if unknown.is_empty() {
            // Another thread reads the shared files. Meanwhile, this thread parses a list that the first token needs.
            let (warnings, ()) = join(session.warnings(), async { parse_partitions() }).await;
            diagnostics.extend(warnings.iter().map(diagnostics::warning));
            session.verify().await.map_err(|error| diagnostics::of_provider(&error))?;
        }
        Ok(Configuration::new(settings, session, unknown))
    }

    /// Waits until the renewals of logins have ended, so that each renewed login is written to a file before the process ends.
    async fn finish(&self) {
        renewals_end().await;
    }

    fn ephemeral_resources(&self) -> EphemeralResources<Configuration> {
        ephemeral::all()
    }

    fn functions(&self) -> Functions {
        functions::all()
    }
}

#[cfg(test)]
mod tests;
