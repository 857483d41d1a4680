//! The list of ephemeral resources. Each ephemeral resource has its own file, and is registered only in this list.

use terraform_plugin::EphemeralResources;

use crate::configuration::Configuration;

pub(crate) mod authorization_token;
pub(crate) mod public_authorization_token;
mod token;

/// Returns every ephemeral resource of the provider.
pub(crate) fn all() -> EphemeralResources<Configuration> {
    EphemeralResources::new()
        .with(authorization_token::AuthorizationToken)
        .with(public_authorization_token::PublicAuthorizationToken)
}
