//! `aws_ecrpublic_authorization_token`: a token for ECR Public.

use ecr_token::PUBLIC_REGION;
use terraform_plugin::{Attribute, Block, Diagnostics, EphemeralResource, Object, Opened, Schema};

use super::token;
use crate::{diagnostics, provider::Configuration};

/// `region` and the attributes but `docker_config_json` and `registry` are exactly hashicorp/aws's.
#[derive(Debug)]
pub(crate) struct PublicAuthorizationToken;

impl EphemeralResource<Configuration> for PublicAuthorizationToken {
    type Model = Object;

    fn type_name(&self) -> &'static str {
        "aws_ecrpublic_authorization_token"
    }

    fn schema(&self) -> Schema {
        let region = "The Region to ask. Defaults to us-east-1, whatever the Region of the provider configuration is, \
                      and then shows it: ECR Public hands out tokens there, and in most other Regions there is nobody to ask.";
        let block = Block::new("An authorization token for Amazon ECR Public.");
        Schema::new(
            token::attributes(block).attribute(Attribute::string("region").optional().computed().description(region)),
        )
    }

    async fn open(
        &self,
        configuration: &Configuration,
        config: Object,
        _: &mut Diagnostics,
    ) -> Result<Opened<Object>, Diagnostics> {
        let region = config.string("region").filter(|region| !region.is_empty());
        let client =
            configuration.client(region.or(Some(PUBLIC_REGION))).map_err(|error| diagnostics::of_resource(&error))?;
        let Some(client) = client else {
            return Ok(configuration.not_yet());
        };
        let token = client.public_authorization_token(region).await;
        let token = token.map_err(|error| diagnostics::of_resource(&error))?;
        Ok(Opened::new(token::result(config, &token, token.registry())))
    }
}
