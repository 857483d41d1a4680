//! The ephemeral resource `aws_ecr_authorization_token`: a token for the private registries of one Region.

use aws_base::{AccountId, Region, Shown};
use ecr_token::Request;
use terraform_plugin::{
    Diagnostics, EphemeralResource, Open, Opened, Problem,
    argument::{Argument, string},
    model,
    model::group,
};

use super::token::{Roles, TokenAttributes, region};
use crate::{
    configuration::Configuration,
    diagnostics::{self, Summary},
};

/// The ephemeral resource. Except for `docker_config_json`, `registry` and `registry_id`, the attributes are exactly the attributes in
/// hashicorp/aws.
#[derive(Debug)]
pub(crate) struct AuthorizationToken;

model! {
    /// An authorization token for Amazon ECR. It serves every private registry in its Region that the IAM
    /// principal may use.
    pub(crate) struct Attributes {
        token: TokenAttributes = group(),
        /// The Region in which to request the token. By default, this is the Region of the provider configuration. An empty
        /// string also selects that Region, and `region` then stays empty.
        region: Option<Region> = region(),
        /// The account of the registry in `registry` and `docker_config_json`: 12 digits. By default, this is the account of
        /// the credentials. An empty string also selects that account, and `registry_id` then stays empty. The argument does
        /// not cause another request to AWS, because one token serves every account.
        registry_id: Option<AccountId> = registry_id(),
        /// The URL of the registry of the credentials' account, as ECR returns it, whatever `registry_id` is. Log in at
        /// `registry`.
        proxy_endpoint: Option<String> = string().computed(),
        roles: Roles = group(),
    }
}

fn registry_id() -> Argument<AccountId> {
    let parse = |text: &str| AccountId::parse(text).map_err(|_| not_an_account(text));
    string().parse(parse).zero_as_unset().optional().computed_with(|account| account.to_string())
}

fn not_an_account(text: &str) -> Problem {
    let shown = Shown::value(text);
    let detail = format!(
        "`registry_id` is {shown:?}, which is not an account: an AWS account ID is 12 digits, such as 123456789012."
    );
    Problem::new(Summary::InvalidAttributeValue, detail).hides_value(shown.hides_value())
}

impl EphemeralResource<Configuration> for AuthorizationToken {
    type Model = Attributes;

    fn type_name(&self) -> &'static str {
        "aws_ecr_authorization_token"
    }

    async fn open(
        &self,
        configuration: &Configuration,
        request: Open<Attributes>,
        _: &mut Diagnostics,
    ) -> Result<Opened<Attributes>, Diagnostics> {
        let Attributes { region, registry_id: account, roles, .. } = request.config;
        let client = configuration.client(region.as_ref()).map_err(|error| diagnostics::of_resource(&error))?;
        let Some(client) = client else { return Ok(configuration.unknown_result()) };
        let token = client.token(Request { region, account, roles: roles.into_chain() }).await;
        let token = token.map_err(|error| diagnostics::of_resource(&error))?;
        Ok(Opened::new(Attributes {
            region: Some(token.region().clone()),
            registry_id: token.account_id(),
            proxy_endpoint: token.proxy_endpoint().map(ToOwned::to_owned),
            token: TokenAttributes::from(&token),
            roles: Roles::default(),
        }))
    }
}
