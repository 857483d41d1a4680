//! The ephemeral resources: one file each, and this list, the one place to register another.

use terraform_plugin::EphemeralResource;

use crate::provider::Configuration;

mod authorization_token;
mod public_authorization_token;
mod token;

/// Every ephemeral resource of the provider.
pub(crate) fn all() -> Vec<Box<dyn EphemeralResource<Configuration>>> {
    vec![
        Box::new(authorization_token::AuthorizationToken),
        Box::new(public_authorization_token::PublicAuthorizationToken),
    ]
}
