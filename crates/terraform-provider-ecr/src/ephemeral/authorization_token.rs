//! `aws_ecr_authorization_token`: a token for the private registries of one Region.

use ecr_token::{Token, is_account_id, shown};
use terraform_plugin::{Attribute, Block, Diagnostic, Diagnostics, EphemeralResource, Object, Opened, Schema};

use super::token;
use crate::{
    diagnostics::{self, Summary},
    provider::Configuration,
};

/// `region` and the attributes but `docker_config_json`, `registry` and `registry_id` are exactly hashicorp/aws's.
#[derive(Debug)]
pub(crate) struct AuthorizationToken;

impl EphemeralResource<Configuration> for AuthorizationToken {
    type Model = Object;

    fn type_name(&self) -> &'static str {
        "aws_ecr_authorization_token"
    }

    fn schema(&self) -> Schema {
        let region = "The Region to ask. Defaults to the Region of the provider configuration, and then shows it. An empty \
                      string asks there too, and stays empty: Terraform lets no provider change what is configured.";
        let registry_id = "The account whose registry `registry` and `docker_config_json` are for: 12 digits. Defaults to \
                           the account of the credentials, and then shows it; an empty string means that account too, and \
                           stays empty. AWS is not asked again for it, since one token serves every account.";
        let block = Block::new(
            "An authorization token for Amazon ECR. It serves every private registry in its Region that the IAM \
             principal may use.",
        );
        Schema::new(
            token::attributes(block)
                .attribute(Attribute::string("region").optional().computed().description(region))
                .attribute(Attribute::string("registry_id").optional().computed().description(registry_id))
                .attribute(Attribute::string("proxy_endpoint").computed().description(
                    "The URL of the registry of the credentials' account, as ECR names it. `registry_id` does not \
                     change it: log in at `registry`.",
                )),
        )
    }

    fn validate(&self, config: &Object, diagnostics: &mut Diagnostics) {
        diagnostics.extend(check_registry_id(config).err());
    }

    async fn open(
        &self,
        configuration: &Configuration,
        config: Object,
        _: &mut Diagnostics,
    ) -> Result<Opened<Object>, Diagnostics> {
        // Once more: of what was unknown in `validate`, and to be told where: Terraform says of `validate`'s errors before a plan
        // not even of which block they are.
        check_registry_id(&config)?;
        let region = config.string("region").filter(|region| !region.is_empty());
        let client = configuration.client(region).map_err(|error| diagnostics::of_resource(&error))?;
        let Some(client) = client else {
            return Ok(configuration.not_yet());
        };
        let mut token = client.authorization_token(region).await.map_err(|error| diagnostics::of_resource(&error))?;
        let registry = match registry_id(&config).map(|id| (id, token.registry_of(id))) {
            None => token.registry().to_owned(),
            Some((_, Some(registry))) => registry,
            // What stands in for ECR has hosts of its own, and knows alone which is whose.
            Some((id, None)) => {
                let other = client.authorization_token_for(region, id).await;
                token = other.map_err(|error| diagnostics::of_resource(&error))?;
                token.registry().to_owned()
            }
        };
        Ok(Opened::new(result(config, &token, &registry)))
    }
}

fn check_registry_id(config: &Object) -> Result<(), Diagnostic> {
    let Some(id) = registry_id(config).filter(|id| !is_account_id(id)) else { return Ok(()) };
    let shown = shown(id);
    let detail = format!(
        "`registry_id` is {shown:?}, which is not an account: an AWS account ID is 12 digits, such as 123456789012."
    );
    Err(diagnostics::quoting(id, "registry_id", Diagnostic::error(Summary::InvalidAttributeValue, detail)))
}

fn registry_id(config: &Object) -> Option<&str> {
    config.string("registry_id").filter(|id| !id.is_empty())
}

fn result(mut config: Object, token: &Token, registry: &str) -> Object {
    if config.attribute("registry_id").is_null() {
        config.set("registry_id", token.account_id());
    }
    token::result(config, token, registry).with("proxy_endpoint", token.proxy_endpoint())
}
