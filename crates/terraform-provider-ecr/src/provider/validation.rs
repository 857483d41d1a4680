//! What can be wrong with a provider block, as far as the block alone tells. No rule speaks of a value that is unknown.

use ecr_token::{
    Error, Origin, check_account_ids, check_endpoint, check_region, check_static_keys, shown, shown_endpoint,
};
use terraform_plugin::{AttributePath, Diagnostic, Diagnostics, Object, Value};

use super::{
    endpoints,
    settings::{endpoint_mode, retry_mode, settings, text, whole},
};
use crate::diagnostics::{self, Summary, can_be_shown};

mod proxy;
mod roles;

/// Everything that is wrong with the block, or odd about it.
pub(crate) fn validate(config: &Object) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(region(config));
    diagnostics.extend(static_keys(config));
    diagnostics.extend(endpoints::validate(config));
    diagnostics.extend(metadata_service(config));
    diagnostics.extend(choices(config));
    diagnostics.extend(counts(config));
    diagnostics.extend(proxy::validate(config));
    diagnostics.extend(conflict(config, &AttributePath::default(), ["allowed_account_ids", "forbidden_account_ids"]));
    // A list that lost an element would mean something else: a null account must not open a list of accounts.
    for name in ["shared_config_files", "shared_credentials_files"] {
        diagnostics.extend_errors(nulls_in_list(config, name), |index| null_at(AttributePath::new(name).index(index)));
    }
    for name in ["allowed_account_ids", "forbidden_account_ids"] {
        diagnostics.extend(nulls_in_set(config, &AttributePath::default(), name));
    }
    diagnostics.extend(check_account_ids(&settings(config)).err().map(|error| diagnostics::of_provider(&error)));
    diagnostics.extend(roles::validate(config));
    diagnostics
}

fn region(config: &Object) -> Option<Diagnostic> {
    let skips = config.attribute("skip_region_validation");
    if skips.is_unknown() || skips.as_bool() == Some(true) {
        return None;
    }
    check_region(&text(config, "region")?).err().map(|error| diagnostics::of_provider(&error))
}

fn static_keys(config: &Object) -> Option<Diagnostic> {
    if ["access_key", "secret_key", "token"].iter().any(|name| config.attribute(name).is_unknown()) {
        return None;
    }
    check_static_keys(&settings(config)).err().map(|error| diagnostics::of_provider(&error))
}

fn metadata_service(config: &Object) -> Option<Diagnostic> {
    const NAME: &str = "ec2_metadata_service_endpoint";
    let url = text(config, NAME)?;
    let problem = check_endpoint(&url).err()?;
    let error = Error::Endpoint { origin: Origin::Argument(NAME), url: shown_endpoint(&url), problem };
    Some(diagnostics::of_provider(&error))
}

fn choices(config: &Object) -> impl Iterator<Item = Diagnostic> {
    let choice = |name: &'static str, is_one: fn(&str) -> bool, detail: fn(&str) -> String| {
        let got = text(config, name).filter(|got| !is_one(got))?;
        let error = Diagnostic::error(Summary::InvalidValue, detail(shown(&got)));
        Some(diagnostics::quoting(&got, AttributePath::new(name), error))
    };
    [
        choice(
            "ec2_metadata_service_endpoint_mode",
            |mode| endpoint_mode(mode).is_some(),
            |got| format!("Must be \"IPv4\" or \"IPv6\", got {got:?}."),
        ),
        choice(
            "retry_mode",
            |mode| retry_mode(mode).is_some(),
            |got| format!("Must be \"standard\" or \"adaptive\", got {got:?}."),
        ),
        choice(
            "skip_metadata_api_check",
            |skip| matches!(skip, "true" | "false"),
            |got| format!("expected skip_metadata_api_check to be one of '', 'true', or 'false', got '{got}'."),
        ),
        choice(
            "tag_policy_compliance",
            |severity| matches!(severity, "error" | "warning" | "disabled"),
            |got| format!("Must be one of \"error\", \"warning\", or \"disabled\", got {got:?}."),
        ),
    ]
    .into_iter()
    .flatten()
}

fn counts(config: &Object) -> impl Iterator<Item = Diagnostic> {
    ["max_retries", "token_bucket_rate_limiter_capacity"].into_iter().filter_map(|name| {
        let number = config.attribute(name).as_number()?;
        let detail =
            format!("`{name}` must be a whole number from 1 to {}, got {number}. 0 counts as not set.", u32::MAX);
        whole(number).is_none().then(|| Diagnostic::error(Summary::InvalidValue, detail).at(name))
    })
}

/// Two arguments of which one may be set; even an empty value is one. `block` is the way to the block they stand in.
fn conflict(config: &Object, block: &AttributePath, names: [&str; 2]) -> Vec<Diagnostic> {
    let is_set = |name| !matches!(config.attribute(name), Value::Null | Value::Unknown);
    if !names.into_iter().all(is_set) {
        return Vec::new();
    }
    let [one, other] = names;
    let conflict = |name: &str, other: &str| {
        let (path, other) = (block.clone().attribute(name), block.clone().attribute(other));
        let detail = format!("\"{path}\": conflicts with {other}. Set one of them, and leave the other out or null.");
        can_be_shown(name).then(|| Diagnostic::error(Summary::ConflictingArguments, detail).at(path))
    };
    [conflict(one, other), conflict(other, one)].into_iter().flatten().collect()
}

/// The positions of nulls.
fn nulls_in_list(config: &Object, name: &str) -> impl Iterator<Item = usize> {
    let elements = config.attribute(name).as_list().unwrap_or_default().iter().enumerate();
    elements.filter(|(_, element)| element.is_null()).map(|(index, _)| index)
}

/// An element of a set cannot be pointed at: the path is that of the set.
fn nulls_in_set(config: &Object, block: &AttributePath, name: &str) -> Option<Diagnostic> {
    let elements = config.attribute(name).as_list().unwrap_or_default();
    elements.iter().any(Value::is_null).then(|| null_at(block.clone().attribute(name)))
}

fn null_at(path: AttributePath) -> Diagnostic {
    let detail = "Null values are not allowed for this attribute value. Leave the element out.";
    Diagnostic::error(Summary::NullInList, detail).at(path)
}

#[cfg(test)]
mod tests;
