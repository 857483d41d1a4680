//! Defines the arguments of hashicorp/aws that do not affect tokens. These arguments are accepted, so that a provider block that was
//! written for hashicorp/aws is valid.

use std::collections::BTreeMap;

use terraform_plugin::{
    Problem,
    argument::{bool, list, map, set, string},
    model,
    model::list_blocks,
};

use crate::checks::choice;

model! {
    #[derive(Debug)]
    pub(super) struct WithoutEffect {
        /// Accepted without effect.
        s3_use_path_style: bool = bool().without_effect(),
        /// Accepted without effect.
        s3_us_east_1_regional_endpoint: Option<String> = string().without_effect(),
        /// Accepted without effect. `error`, `warning` or `disabled`, as in hashicorp/aws.
        tag_policy_compliance: Option<()> = string().parse(severity).zero_as_unset().without_effect(),
        default_tags: Vec<DefaultTags> = list_blocks().max_items(1).without_effect(),
        ignore_tags: Vec<IgnoreTags> = list_blocks().max_items(1).without_effect(),
    }
}

model! {
    /// Accepted without effect.
    #[derive(Debug)]
    struct DefaultTags {
        /// Accepted without effect.
        tags: BTreeMap<String, String> = map(string()),
    }
}

model! {
    /// Accepted without effect.
    #[derive(Debug)]
    struct IgnoreTags {
        /// Accepted without effect.
        keys: Vec<String> = set(string()),
        /// Accepted without effect.
        key_prefixes: Vec<String> = set(string()),
    }
}

model! {
    /// Settings of a module.
    #[derive(Debug)]
    pub(super) struct ProviderMeta {
        /// Accepted without effect: Terraform does not pass it on for ephemeral resources.
        user_agent: Vec<String> = list(string()),
    }
}

fn severity(text: &str) -> Result<(), Problem> {
    choice(
        text,
        |text| ["error", "warning", "disabled"].contains(&text).then_some(()),
        |got| format!("Must be one of \"error\", \"warning\", or \"disabled\", got {got:?}."),
    )
}
