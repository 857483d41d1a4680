//! The ephemeral resources: one file each, and this list, the one place to register another.

use terraform_plugin::EphemeralResource;

use crate::provider::Configuration;

mod authorization_token;

/// Every ephemeral resource of the provider.
pub(crate) fn all() -> Vec<Box<dyn EphemeralResource<Configuration>>> {
    vec![Box::new(authorization_token::AuthorizationToken)]
}
