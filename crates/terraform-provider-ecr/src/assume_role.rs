//! The block `assume_role`, which both the provider block and ephemeral blocks have.

use std::collections::BTreeMap;

use aws_base::{Arn, Bounded, ExternalId, HIDDEN, Policy, SessionDuration, SessionName, Shown, SourceIdentity};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, map, set, string},
    model,
    model::here,
};

use crate::{checks::null_element, diagnostics::Summary};

/// The error text for a block without a role.
pub(crate) const MISSING_ROLE: &str = "The argument \"role_arn\" is required, but no definition was found.";

model! {
    /// A role to assume. Several blocks are a chain: each role is assumed with the credentials of the role before. In the
    /// provider block, the first role is assumed with the credentials that were found. In an ephemeral block, it is assumed
    /// with the credentials of the provider block. Environment variables cannot set `assume_role`.
    #[derive(Debug)]
    pub(crate) struct AssumeRole {
        pub(crate) block: Setting<()> = here(),
        /// The ARN of the role. Required, with one exception: in the provider block, a single `assume_role` without
        /// `role_arn` is ignored with a warning.
        pub(crate) role_arn: Setting<Arn> = string().parse(arn).zero_as_unset(),
        /// The length of the session, between 15 minutes and 12 hours, such as `1h30m`. Units are `h`, `m`, `s`, `ms`, `us`
        /// and `ns`. Defaults to 15 minutes. If a role is assumed with the credentials of another role, AWS limits the
        /// session to one hour.
        duration: Option<SessionDuration> = string().parse(duration),
        /// The external ID that the role's trust policy requires, 2 to 1224 bytes.
        external_id: Option<ExternalId> = string().parse(bounded),
        /// A policy in JSON that narrows the permissions of the session.
        policy: Option<Policy> = string().parse(policy),
        /// The ARNs of managed policies that narrow the permissions of the session.
        policy_arns: Vec<Arn> = set(string().parse(arn).zero_as_unset().not_null(null_element)),
        /// The name of the session, 2 to 64 bytes.
        session_name: Option<SessionName> = string().parse(bounded),
        /// The identity of the person behind the session, 2 to 64 bytes.
        source_identity: Option<SourceIdentity> = string().parse(bounded),
        /// Tags of the session.
        tags: BTreeMap<String, String> = map(string()),
        /// The keys of the `tags` that later sessions inherit.
        transitive_tag_keys: Vec<String> = set(string().zero_as_unset().not_null(null_element)),
    }
}

/// Returns an error for each block without a role. Terraform shows these errors at the block that contains the `assume_role`
/// blocks.
pub(crate) fn missing_roles(blocks: &[AssumeRole]) -> Vec<Diagnostic> {
    let missing = blocks.iter().enumerate().filter(|(_, block)| block.role_arn.is_unset());
    let error = |(position, block): (usize, &AssumeRole)| {
        let detail =
            format!("{MISSING_ROLE} Name the role in block {} of `assume_role`, or remove the block.", position + 1);
        block.block.error(Problem::new(Summary::MissingArgument, detail))
    };
    missing.map(error).collect()
}

pub(crate) fn arn(text: &str) -> Result<Arn, Problem> {
    Arn::parse(text).map_err(|invalid| {
        // A text that begins with `arn:` is neither a token nor a key, so the error may show the text.
        let is_shown = text.starts_with("arn:") || !Shown::value(text).hides_value();
        let text = if is_shown { format!("({text})") } else { HIDDEN.to_owned() };
        Problem::naming(Summary::InvalidArn, move |path| format!("\"{path}\" {text} is an invalid ARN: {invalid}."))
            .hides_value(!is_shown)
    })
}

pub(crate) fn duration(text: &str) -> Result<SessionDuration, Problem> {
    SessionDuration::parse(text)
        .map_err(|invalid| Problem::naming(Summary::InvalidDuration, move |path| format!("\"{path}\" {invalid}.")))
}

pub(crate) fn policy(text: &str) -> Result<Policy, Problem> {
    Policy::parse(text).map_err(|invalid| {
        Problem::naming(Summary::InvalidPolicy, move |path| format!("\"{path}\" contains an invalid JSON: {invalid}."))
    })
}

/// Parses a text with a minimum and a maximum length. The error does not repeat the value, because a web identity token is a secret, and an
/// external ID may be a secret.
pub(crate) fn bounded<const MIN: usize, const MAX: usize>(text: &str) -> Result<Bounded<MIN, MAX>, Problem> {
    Bounded::parse(text).map_err(|invalid| {
        Problem::naming(Summary::InvalidLength, move |path| format!("expected length of {path} to be {invalid}."))
    })
}

impl AssumeRole {
    /// Returns the role to assume, or `None` if the block does not name a role.
    pub(crate) fn role(self) -> Option<aws_base::AssumeRole> {
        Some(aws_base::AssumeRole {
            role_arn: self.role_arn.into_value()?,
            duration: self.duration,
            external_id: self.external_id,
            policy: self.policy,
            policy_arns: self.policy_arns,
            session_name: self.session_name,
            source_identity: self.source_identity,
            tags: self.tags,
            transitive_tag_keys: self.transitive_tag_keys,
        })
    }
}
