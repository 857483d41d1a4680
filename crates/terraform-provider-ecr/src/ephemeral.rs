//! The ephemeral resources: one file each, and this list, the one place to register another.

use terraform_plugin::EphemeralResources;

use crate::configuration::Configuration;

pub(crate) mod authorization_token;
pub(crate) mod public_authorization_token;
mod token;

/// Every ephemeral resource of the provider.
pub(crate) fn all() -> EphemeralResources<Configuration> {
    EphemeralResources::new()
        .with(authorization_token::AuthorizationToken)
        .with(public_authorization_token::PublicAuthorizationToken)
}
