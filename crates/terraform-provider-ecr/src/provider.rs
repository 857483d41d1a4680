//! The provider block: from its arguments to a client.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ecr_token::{Client, Error, Settings, check_region_form, renewals_end};
use terraform_plugin::{
    AttributePath, Configure, Diagnostics, EphemeralResources, Function, Object, Opened, Provider, Schema,
};
use tracing::info;

use crate::{diagnostics, ephemeral, functions};

mod arn;
mod duration;
mod endpoints;
mod schema;
mod settings;
mod user_agent;
mod validation;

/// `provider "aws"` of source `terraform-ecr/ecr`.
#[derive(Debug)]
pub(crate) struct EcrProvider;

/// What a provider block turns into.
#[derive(Debug)]
pub(crate) struct Configuration {
    settings: Settings,
    client: Client,
    /// Where the Region is not known yet: a client for each Region that a block names.
    clients: Mutex<HashMap<String, Client>>,
    /// The arguments that a token depends on and that are known only after apply; at plan, that can be any.
    unknown: Vec<AttributePath>,
}

impl Configuration {
    /// The client to ask with for a block with this `region` of its own; `None` where what it needs is not known yet.
    ///
    /// # Errors
    /// Where `region` is none, and the Region of the provider block is not there to compare it with.
    pub(crate) fn client(&self, region: Option<&str>) -> Result<Option<Client>, Error> {
        Ok(match (self.unknown.as_slice(), region) {
            ([], _) => Some(self.client.clone()),
            // The block's own is all that is asked for, and what AWS_REGION says would be beside the point.
            ([path], Some(region)) if *path == AttributePath::new("region") => {
                if !self.settings.skip_region_validation {
                    check_region_form(region)?;
                }
                let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
                Some(clients.entry(region.to_owned()).or_insert_with(|| self.client_of(region)).clone())
            }
            _ => None,
        })
    }

    fn client_of(&self, region: &str) -> Client {
        let mut settings = self.settings.clone();
        (settings.region, settings.skip_region_validation) = (Some(region.to_owned()), true);
        Client::new(settings)
    }

    /// What a block is answered with while what it needs is not known: all that is computed is unknown as well.
    pub(crate) fn not_yet(&self) -> Opened<Object> {
        let unknown: Vec<_> = self.unknown.iter().map(ToString::to_string).collect();
        info!(?unknown, "the provider configuration is not known yet, and neither is the token");
        Opened::unknown()
    }
}

impl Provider for EcrProvider {
    type Config = Object;
    type Client = Configuration;

    fn name(&self) -> &'static str {
        "ecr"
    }

    fn address(&self) -> &'static str {
        "terraform-ecr/ecr"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn own_targets(&self) -> &'static [&'static str] {
        &["ecr_token"]
    }

    /// AWS's SDK: of a call that fails it may show the whole request or answer, at DEBUG and above.
    fn silent_targets(&self) -> &'static [&'static str] {
        &["aws_"]
    }

    fn schema(&self) -> Schema {
        schema::provider()
    }

    fn meta_schema(&self) -> Option<Schema> {
        Some(schema::provider_meta())
    }

    fn validate(&self, config: &Object, diagnostics: &mut Diagnostics) {
        diagnostics.extend(validation::validate(config));
    }

    async fn configure(
        &self,
        request: Configure<Object>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Configuration, Diagnostics> {
        let Configure { config, terraform_version, .. } = request;
        let mut settings = settings::settings(&config);
        let unknown = settings::needed(config).unknown_paths();
        settings.user_agent.splice(..0, user_agent::products(&terraform_version));
        let client = Client::new(settings.clone());
        // What cannot work is said here, where it can be blamed on an argument, and not once for each block.
        if unknown.is_empty() {
            diagnostics.extend(client.warnings().await.iter().map(diagnostics::warning));
            client.verify().await.map_err(|error| diagnostics::of_provider(&error))?;
        }
        Ok(Configuration { settings, client, clients: Mutex::default(), unknown })
    }

    /// A login whose renewal AWS has answered must be in its file.
    async fn finish(&self) {
        renewals_end().await;
    }

    fn ephemeral_resources(&self) -> EphemeralResources<Configuration> {
        ephemeral::all()
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        functions::all()
    }
}

#[cfg(test)]
mod tests {
    use terraform_plugin::Value;

    use super::*;

    #[test]
    fn a_region_of_the_block_makes_an_unknown_one_of_the_provider_unneeded() {
        let configuration = |unknown: &[&str]| Configuration {
            settings: Settings::default(),
            client: Client::new(Settings::default()),
            clients: Mutex::default(),
            unknown: unknown.iter().copied().map(AttributePath::new).collect(),
        };
        let known =
            |unknown: &[&str], region| configuration(unknown).client(region).map(|client| client.is_some()).ok();
        assert_eq!(known(&[], None), Some(true));
        assert_eq!(known(&["region"], Some("eu-west-1")), Some(true));
        assert_eq!(known(&["region"], Some("narnia-1")), None);
        assert_eq!(known(&["region"], None), Some(false));
        assert_eq!(known(&["region", "profile"], Some("eu-west-1")), Some(false));
        assert_eq!(known(&["profile"], Some("eu-west-1")), Some(false));
    }

    /// Its lines would hold whole answers.
    #[test]
    fn the_sdk_of_aws_logs_nothing() {
        let is_silent = |target: &str| EcrProvider.silent_targets().iter().any(|start| target.starts_with(start));
        assert!(
            is_silent("aws_smithy_runtime::client::orchestrator")
                && is_silent("aws_sdk_ecr")
                && is_silent("aws_config")
        );
    }

    #[tokio::test]
    async fn requests_name_terraform_and_the_provider_before_what_the_block_adds() {
        let config = Object::new().with("user_agent", vec!["product/1.0 (comment)"]).with("region", Value::Unknown);
        let configured = EcrProvider
            .configure(Configure::new(config, "1.15.5"), &mut Diagnostics::new())
            .await
            .expect("a configuration");
        let ours = concat!("terraform-provider-ecr/", env!("CARGO_PKG_VERSION"));
        assert_eq!(configured.settings.user_agent, ["Terraform/1.15.5", ours, "product/1.0 (comment)"]);
    }
}
