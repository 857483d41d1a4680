//! The blocks `assume_role` and `assume_role_with_web_identity`.

use std::collections::BTreeMap;

use aws_base::{
    Arn, Bounded, ExternalId, HIDDEN, Policy, SessionDuration, SessionName, Settings, Shown, SourceIdentity,
    WebIdentityToken, WebIdentityTokenSource,
};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, map, set, string},
    model,
    model::{here, list_blocks},
};

use super::checks::{conflict, null_element};
use crate::diagnostics::Summary;

model! {
    #[derive(Debug)]
    pub(super) struct Roles {
        assume_role: Setting<Vec<AssumeRole>> = list_blocks(),
        assume_role_with_web_identity: Vec<AssumeRoleWithWebIdentity> = list_blocks().max_items(1),
    }
    rules = [missing_roles];
}

model! {
    /// A role to assume. Several blocks are a chain: the first role is assumed with the credentials found, each other with
    /// those of the one before. No environment variable has a value for it.
    #[derive(Debug)]
    struct AssumeRole {
        block: Setting<()> = here(),
        /// The ARN of the role. One block alone without it is ignored with a warning; of several, each needs it.
        role_arn: Setting<Arn> = string().parse(arn).zero_as_unset(),
        /// The length of the session, between 15 minutes and 12 hours, such as `1h30m`. Units are `h`, `m`,
        /// `s`, `ms`, `us` and `ns`. Defaults to 15 minutes.
        duration: Option<SessionDuration> = string().parse(duration),
        /// The external ID that the role's owner wants, 2 to 1224 bytes.
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
        /// The keys of those `tags` that later sessions inherit.
        transitive_tag_keys: Vec<String> = set(string().zero_as_unset().not_null(null_element)),
    }
}

model! {
    /// A role for the holder of an identity token. Replaces every other source of credentials but static keys;
    /// `assume_role` comes after it. A block in which nothing is set is ignored.
    #[derive(Debug)]
    struct AssumeRoleWithWebIdentity {
        block: Setting<()> = here(),
        /// The ARN of the role. Can also be set with the `AWS_ROLE_ARN` environment variable.
        role_arn: Option<Arn> = string().parse(arn).zero_as_unset(),
        /// The length of the session, between 15 minutes and 12 hours, as in `assume_role`. By default STS decides: an
        /// hour.
        duration: Option<SessionDuration> = string().parse(duration),
        /// A policy in JSON that narrows the permissions of the session.
        policy: Option<Policy> = string().parse(policy),
        /// The ARNs of managed policies that narrow the permissions of the session.
        policy_arns: Vec<Arn> = set(string().parse(arn).zero_as_unset().not_null(null_element)),
        /// The name of the session, 2 to 64 bytes.
        session_name: Option<SessionName> = string().parse(bounded),
        /// The token, 4 to 20000 bytes. Cannot be set together with `web_identity_token_file`. Can also be set with
        /// the `TF_AWS_WEB_IDENTITY_TOKEN` environment variable.
        web_identity_token: Setting<WebIdentityToken> = string().parse(bounded).sensitive(),
        /// A file that holds the token. Can also be set with the `AWS_WEB_IDENTITY_TOKEN_FILE` environment variable.
        web_identity_token_file: Setting<String> = string().zero_as_unset(),
    }
    rules = [one_token];
}

/// For historical reasons hashicorp/aws passes over one block that names no role. Among others it would be a gap in the
/// chain.
fn missing_roles(roles: &Roles) -> Vec<Diagnostic> {
    const DETAIL: &str = "The argument \"role_arn\" is required, but no definition was found.";
    let blocks = roles.assume_role.value().map(Vec::as_slice).unwrap_or_default();
    let missing = blocks.iter().filter(|block| block.role_arn.is_unset()).map(|block| &block.block);
    if blocks.len() == 1 {
        let detail = format!(
            "{DETAIL} No role is assumed: remove the block, or name the role.\n\nA later release of hashicorp/aws \
             will refuse this."
        );
        missing.map(|block| block.warning(Problem::new(Summary::MissingArgument, &*detail))).collect()
    } else {
        let detail = format!("{DETAIL} Each of several blocks must name a role.");
        missing.map(|block| block.error(Problem::new(Summary::MissingArgument, &*detail))).collect()
    }
}

fn one_token(identity: &AssumeRoleWithWebIdentity) -> Vec<Diagnostic> {
    conflict(&identity.web_identity_token, &identity.web_identity_token_file)
}

fn arn(text: &str) -> Result<Arn, Problem> {
    Arn::parse(text).map_err(|invalid| {
        // Tokens and keys begin otherwise.
        let is_shown = text.starts_with("arn:") || !Shown::value(text).hides_value();
        let text = if is_shown { format!("({text})") } else { HIDDEN.to_owned() };
        Problem::naming(Summary::InvalidArn, move |path| format!("\"{path}\" {text} is an invalid ARN: {invalid}."))
            .hides_value(!is_shown)
    })
}

fn duration(text: &str) -> Result<SessionDuration, Problem> {
    SessionDuration::parse(text)
        .map_err(|invalid| Problem::naming(Summary::InvalidDuration, move |path| format!("\"{path}\" {invalid}.")))
}

fn policy(text: &str) -> Result<Policy, Problem> {
    Policy::parse(text).map_err(|invalid| {
        Problem::naming(Summary::InvalidPolicy, move |path| format!("\"{path}\" contains an invalid JSON: {invalid}."))
    })
}

/// The value is not repeated: a token is a secret, and an external ID may be one.
fn bounded<const MIN: usize, const MAX: usize>(text: &str) -> Result<Bounded<MIN, MAX>, Problem> {
    Bounded::parse(text).map_err(|invalid| {
        Problem::naming(Summary::InvalidLength, move |path| format!("expected length of {path} to be {invalid}."))
    })
}

impl Roles {
    /// A block that names no role is left out: alone it has a warning, among others it is an error.
    pub(super) fn set(self, settings: &mut Settings) {
        let roles = self.assume_role.into_value().unwrap_or_default();
        settings.assume_role = roles.into_iter().filter_map(AssumeRole::role).collect();
        let identity = self.assume_role_with_web_identity.into_iter().find(|block| !block.block.is_null());
        settings.assume_role_with_web_identity = identity.map(AssumeRoleWithWebIdentity::role);
    }
}

impl AssumeRole {
    fn role(self) -> Option<aws_base::AssumeRole> {
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

impl AssumeRoleWithWebIdentity {
    fn role(self) -> aws_base::AssumeRoleWithWebIdentity {
        let file = self.web_identity_token_file.into_value();
        let token = self.web_identity_token.into_value().map(WebIdentityTokenSource::Token);
        aws_base::AssumeRoleWithWebIdentity {
            role_arn: self.role_arn,
            duration: self.duration,
            policy: self.policy,
            policy_arns: self.policy_arns,
            session_name: self.session_name,
            token: token.or_else(|| file.map(|file| WebIdentityTokenSource::File(file.into()))),
        }
    }
}
