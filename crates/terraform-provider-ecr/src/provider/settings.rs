//! From the arguments of the provider block to settings.
//!
//! What [`validation`](super::validation) refuses counts as not set here: Terraform validates before it configures.

use ecr_token::{AssumeRole, AssumeRoleWithWebIdentity, EndpointMode, RetryMode, Secret, Settings};
use terraform_plugin::{Object, Value};

use super::{duration, endpoints};

/// The settings that a provider block asks for.
pub(crate) fn settings(config: &Object) -> Settings {
    let mut settings = Settings::default();
    settings.access_key = text(config, "access_key");
    settings.secret_key = text(config, "secret_key").map(Into::into);
    settings.token = text(config, "token").map(Into::into);
    settings.profile = text(config, "profile");
    settings.shared_config_files = texts(config, "shared_config_files");
    settings.shared_credentials_files = texts(config, "shared_credentials_files");
    settings.assume_role_with_web_identity = assume_role_with_web_identity(config);
    settings.assume_role = assume_role(config);
    settings.region = text(config, "region");
    settings.skip_region_validation = is_true(config, "skip_region_validation");
    settings.sts_region = text(config, "sts_region");
    // An empty id stays: nobody has it, and a list of accounts that allows every account is worse than one that allows none.
    settings.allowed_account_ids = every_text(config, "allowed_account_ids");
    settings.forbidden_account_ids = every_text(config, "forbidden_account_ids");
    settings.skip_credentials_validation = is_true(config, "skip_credentials_validation");
    settings.skip_requesting_account_id = is_true(config, "skip_requesting_account_id");
    settings.endpoints = endpoints::endpoints(config);
    settings.use_fips_endpoint = is_true(config, "use_fips_endpoint");
    settings.use_dualstack_endpoint = is_true(config, "use_dualstack_endpoint");
    settings.max_retries = count(config, "max_retries");
    settings.retry_mode = text(config, "retry_mode").and_then(|mode| retry_mode(&mode));
    let capacity = count(config, "token_bucket_rate_limiter_capacity");
    settings.token_bucket_rate_limiter_capacity = capacity.and_then(|capacity| capacity.try_into().ok());
    settings.http_proxy = proxy(config, "http_proxy");
    settings.https_proxy = proxy(config, "https_proxy");
    settings.no_proxy = text(config, "no_proxy");
    settings.custom_ca_bundle = text(config, "custom_ca_bundle").map(Into::into);
    settings.insecure = is_true(config, "insecure");
    settings.ec2_metadata_service_endpoint = text(config, "ec2_metadata_service_endpoint").map(Into::into);
    let mode = text(config, "ec2_metadata_service_endpoint_mode");
    settings.ec2_metadata_service_endpoint_mode = mode.and_then(|mode| endpoint_mode(&mode));
    settings.skip_metadata_api_check = text(config, "skip_metadata_api_check").and_then(|skip| skip.parse().ok());
    settings.user_agent = texts(config, "user_agent");
    settings
}

/// A string that is set: empty counts as not, as in hashicorp/aws.
pub(crate) fn text(config: &Object, name: &str) -> Option<String> {
    config.string(name).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// The number of things or tries, where it is one: 0 counts as not set, as in hashicorp/aws.
pub(crate) fn count(config: &Object, name: &str) -> Option<u32> {
    config.attribute(name).as_number().and_then(whole).filter(|&count| count != 0)
}

/// A number as a count; `None` where it is none that fits.
pub(crate) fn whole(number: &terraform_plugin::Number) -> Option<u32> {
    number.as_u64().and_then(|number| number.try_into().ok())
}

/// The retry mode of this name.
pub(crate) fn retry_mode(name: &str) -> Option<RetryMode> {
    match name {
        "standard" => Some(RetryMode::Standard),
        "adaptive" => Some(RetryMode::Adaptive),
        _ => None,
    }
}

/// The endpoint mode of this name, in whatever case.
pub(crate) fn endpoint_mode(name: &str) -> Option<EndpointMode> {
    match name.to_ascii_lowercase().as_str() {
        "ipv4" => Some(EndpointMode::IpV4),
        "ipv6" => Some(EndpointMode::IpV6),
        _ => None,
    }
}

/// Whether anything at all is set in a block; hashicorp/aws takes one without for no block.
pub(crate) fn is_empty(block: &Object) -> bool {
    block.iter().all(|(_, value)| value.is_null())
}

fn is_true(config: &Object, name: &str) -> bool {
    config.bool(name).unwrap_or_default()
}

fn texts<T: From<String>>(config: &Object, name: &str) -> Vec<T> {
    every_text(config, name).into_iter().filter(|text| !text.is_empty()).map(Into::into).collect()
}

fn every_text(config: &Object, name: &str) -> Vec<String> {
    config.strings(name).unwrap_or_default().into_iter().map(ToOwned::to_owned).collect()
}

/// Empty stays: it says that there is to be no proxy, whatever the environment says.
fn proxy(config: &Object, name: &str) -> Option<Secret> {
    config.string(name).map(Into::into)
}

/// A block that names no role is left out: alone it is warned of, among others it is an error.
fn assume_role(config: &Object) -> Vec<AssumeRole> {
    let role = |block: &Object| {
        let mut role = AssumeRole::default();
        role.role_arn = text(block, "role_arn")?;
        role.duration = session_duration(block);
        role.external_id = text(block, "external_id").map(Into::into);
        role.policy = text(block, "policy");
        role.policy_arns = texts(block, "policy_arns");
        role.session_name = text(block, "session_name");
        role.source_identity = text(block, "source_identity");
        let tags = block.attribute("tags").as_map().into_iter().flatten();
        role.tags = tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
        role.transitive_tag_keys = texts(block, "transitive_tag_keys");
        Some(role)
    };
    config.blocks("assume_role").filter_map(role).collect()
}

fn assume_role_with_web_identity(config: &Object) -> Option<AssumeRoleWithWebIdentity> {
    let block = config.blocks("assume_role_with_web_identity").find(|block| !is_empty(block))?;
    let mut role = AssumeRoleWithWebIdentity::default();
    role.role_arn = text(block, "role_arn");
    role.duration = session_duration(block);
    role.policy = text(block, "policy");
    role.policy_arns = texts(block, "policy_arns");
    role.session_name = text(block, "session_name");
    role.web_identity_token = text(block, "web_identity_token").map(Into::into);
    role.web_identity_token_file = text(block, "web_identity_token_file").map(Into::into);
    Some(role)
}

fn session_duration(block: &Object) -> Option<std::time::Duration> {
    block.string("duration").and_then(|text| duration::session(text).ok())
}

/// The configuration without what no token depends on: the rest must be known to ask for one.
pub(crate) fn needed(mut config: Object) -> Object {
    const WITHOUT_EFFECT: [&str; 6] = [
        "default_tags",
        "ignore_tags",
        "s3_us_east_1_regional_endpoint",
        "s3_use_path_style",
        "tag_policy_compliance",
        "user_agent",
    ];
    for name in WITHOUT_EFFECT {
        config.set(name, Value::Null);
    }
    if let Some(blocks) = config.attribute("endpoints").as_list() {
        let used = |block: &Value| match block {
            Value::Object(block) => {
                let known = |service| (service, block.attribute(service).clone());
                Value::Object(endpoints::USED.map(known).into_iter().collect())
            }
            other => other.clone(),
        };
        let blocks: Vec<_> = blocks.iter().map(used).collect();
        config.set("endpoints", blocks);
    }
    config
}

#[cfg(test)]
mod tests;
