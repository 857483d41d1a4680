//! The list of functions. Each function has its own file, and is registered only in this list.

use terraform_plugin::Functions;

mod arn_build;
mod arn_parse;
mod docker_config_json;
mod parse_image_uri;
mod registry_host;
mod session_policy;
mod trim_iam_role_path;
mod user_agent;

/// Returns every function of the provider.
pub(crate) fn all() -> Functions {
    Functions::new()
        .with(arn_build::ArnBuild)
        .with(arn_parse::ArnParse)
        .with(docker_config_json::DockerConfigJson)
        .with(parse_image_uri::ParseImageUri)
        .with(registry_host::RegistryHost)
        .with(session_policy::SessionPolicy)
        .with(trim_iam_role_path::TrimIamRolePath)
        .with(user_agent::UserAgent)
}
