//! The functions: one file each, and this list, the one place to register another.

use terraform_plugin::Function;

mod docker_config_json;
mod parse_image_uri;
mod registry_host;

/// Every function of the provider.
pub(crate) fn all() -> Vec<Box<dyn Function>> {
    vec![
        Box::new(docker_config_json::DockerConfigJson),
        Box::new(parse_image_uri::ParseImageUri),
        Box::new(registry_host::RegistryHost),
    ]
}
