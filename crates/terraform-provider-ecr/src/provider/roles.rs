//! Defines the blocks `assume_role` and `assume_role_with_web_identity`.

use aws_base::{Arn, Policy, SessionDuration, SessionName, Settings, WebIdentityToken, WebIdentityTokenSource};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, set, string},
    model,
    model::{here, list_blocks},
};

use crate::{
    assume_role::{AssumeRole, MISSING_ROLE, arn, bounded, duration, missing_roles, policy},
    checks::{conflict, null_element},
    diagnostics::Summary,
};

model! {
    #[derive(Debug)]
    pub(super) struct Roles {
        assume_role: Vec<AssumeRole> = list_blocks(),
        assume_role_with_web_identity: Vec<AssumeRoleWithWebIdentity> = list_blocks().max_items(1),
    }
    rules = [roles_are_named];
}

model! {
    /// A role to assume with an identity token. Replaces every other source of credentials except static keys. The roles of
    /// `assume_role` are assumed after it. An empty block is ignored.
    #[derive(Debug)]
    struct AssumeRoleWithWebIdentity {
        block: Setting<()> = here(),
        /// The ARN of the role. Can also be set with the `AWS_ROLE_ARN` environment variable.
        role_arn: Option<Arn> = string().parse(arn).zero_as_unset(),
        /// The length of the session, between 15 minutes and 12 hours, as in `assume_role`. The default of STS is
        /// an hour.
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

/// Checks that each block names a role. For historical reasons, hashicorp/aws ignores a block without a role if the block is the only
/// `assume_role` block. Several blocks are a chain, so a block without a role is an error.
fn roles_are_named(roles: &Roles) -> Vec<Diagnostic> {
    let [block] = roles.assume_role.as_slice() else { return missing_roles(&roles.assume_role) };
    let detail = format!(
        "{MISSING_ROLE} No role is assumed: remove the block, or name the role.\n\nA later release of hashicorp/aws will \
         reject this."
    );
    let warning = || block.block.warning(Problem::new(Summary::MissingArgument, detail));
    block.role_arn.is_unset().then(warning).into_iter().collect()
}

fn one_token(identity: &AssumeRoleWithWebIdentity) -> Vec<Diagnostic> {
    conflict(&identity.web_identity_token, &identity.web_identity_token_file)
}

impl Roles {
    /// Sets the roles. A block without a role is omitted, because `roles_are_named` has already reported the block.
    pub(super) fn set(self, settings: &mut Settings) {
        settings.assume_role = self.assume_role.into_iter().filter_map(AssumeRole::role).collect();
        let identity = self.assume_role_with_web_identity.into_iter().find(|block| !block.block.is_null());
        settings.assume_role_with_web_identity = identity.map(AssumeRoleWithWebIdentity::role);
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
