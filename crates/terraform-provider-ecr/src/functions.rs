//! The functions: one file each, and this list, the one place to register another.

use terraform_plugin::Functions;

mod docker_config_json;
mod parse_image_uri;
mod registry_host;

/// Every function of the provider.
pub(crate) fn all() -> Functions {
    Functions::new()
        .with(docker_config_json::DockerConfigJson)
        .with(parse_image_uri::ParseImageUri)
        .with(registry_host::RegistryHost)
}
