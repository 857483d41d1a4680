//! `aws_ecr_authorization_token`: a token for the private registries of one Region.

use ecr_token::Token;
use terraform_plugin::{Attribute, Block, Diagnostics, EphemeralResource, Object, Opened, Schema, async_trait};
use tracing::info;

use crate::{diagnostics, provider::Configuration};

/// Argument and attributes are exactly hashicorp/aws's.
#[derive(Debug)]
pub(crate) struct AuthorizationToken;

#[async_trait]
impl EphemeralResource<Configuration> for AuthorizationToken {
    fn type_name(&self) -> &'static str {
        "aws_ecr_authorization_token"
    }

    fn schema(&self) -> Schema {
        let region = "The Region to ask. Defaults to the Region of the provider configuration.";
        let token = "Temporary credentials: base64 of `user_name:password`.";
        Schema::new(
            Block::new(
                "An authorization token for Amazon ECR. It serves every private registry in its Region that the IAM \
                 principal may use.",
            )
            .attribute(Attribute::string("region").optional().computed().description(region))
            .attribute(Attribute::string("authorization_token").computed().sensitive().description(token))
            .attribute(
                Attribute::string("expires_at").computed().description("When the token expires: UTC, in RFC 3339."),
            )
            .attribute(
                Attribute::string("password")
                    .computed()
                    .sensitive()
                    .description("The password, decoded from the token."),
            )
            .attribute(
                Attribute::string("proxy_endpoint")
                    .computed()
                    .description("The URL of the registry, for `docker login`."),
            )
            .attribute(Attribute::string("user_name").computed().description("The user name, decoded from the token.")),
        )
    }

    async fn open(&self, configuration: &Configuration, config: Object) -> Result<Opened, Diagnostics> {
        let region = config.string("region").filter(|region| !region.is_empty());
        let client = configuration.client(region).map_err(|error| diagnostics::of_resource(&error))?;
        let Some(client) = client else {
            let unknown: Vec<_> = configuration.unknown().iter().map(ToString::to_string).collect();
            info!(?unknown, "the provider configuration is not known yet, and neither is the token");
            return Ok(Opened::new(self.schema().computed_unknown(config)));
        };
        let token = client.authorization_token(region).await.map_err(|error| diagnostics::of_resource(&error))?;
        Ok(Opened::new(result(config, &token)))
    }
}

/// What is configured stays as it is: Terraform insists, also on an empty `region`.
fn result(mut config: Object, token: &Token) -> Object {
    if config.attribute("region").is_null() {
        config.set("region", token.region());
    }
    config
        .with("authorization_token", token.authorization_token().expose())
        .with("expires_at", token.expires_at_rfc3339())
        .with("password", token.password().expose())
        .with("proxy_endpoint", token.proxy_endpoint())
        .with("user_name", token.user_name())
}
