//! The ephemeral resource `aws_ecrpublic_authorization_token`: a token for ECR Public.

use aws_base::Region;
use ecr_token::PUBLIC_REGION;
use terraform_plugin::{Diagnostics, EphemeralResource, Open, Opened, model, model::group};

use super::token::{Roles, TokenAttributes, region};
use crate::{configuration::Configuration, diagnostics};

/// The ephemeral resource. Except for `docker_config_json` and `registry`, the attributes are exactly the attributes in hashicorp/aws.
#[derive(Debug)]
pub(crate) struct PublicAuthorizationToken;

model! {
    /// An authorization token for Amazon ECR Public.
    pub(crate) struct Attributes {
        token: TokenAttributes = group(),
        /// The Region in which to request the token. By default, this is us-east-1, whatever the Region of the provider
        /// configuration is. ECR Public issues tokens in us-east-1, and does not exist in most other Regions.
        region: Option<Region> = region(),
        roles: Roles = group(),
    }
}

impl EphemeralResource<Configuration> for PublicAuthorizationToken {
    type Model = Attributes;

    fn type_name(&self) -> &'static str {
        "aws_ecrpublic_authorization_token"
    }

    async fn open(
        &self,
        configuration: &Configuration,
        request: Open<Attributes>,
        _: &mut Diagnostics,
    ) -> Result<Opened<Attributes>, Diagnostics> {
        let Attributes { region, roles, .. } = request.config;
        let client = configuration.client(Some(region.as_ref().unwrap_or(&PUBLIC_REGION)));
        let client = client.map_err(|error| diagnostics::of_resource(&error))?;
        let Some(client) = client else { return Ok(configuration.unknown_result()) };
        let token = client.public_token(region.as_ref(), roles.into_chain()).await;
        let token = token.map_err(|error| diagnostics::of_resource(&error))?;
        Ok(Opened::new(Attributes {
            region: Some(token.region().clone()),
            token: TokenAttributes::from(&token),
            roles: Roles::default(),
        }))
    }
}
