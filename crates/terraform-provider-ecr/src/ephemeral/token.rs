//! The attributes and blocks that both ephemeral resources share.

use aws_base::{Origin, Region};
use ecr_token::Token;
use terraform_plugin::{
    Diagnostic,
    argument::{Argument, string},
    model,
    model::list_blocks,
};

use crate::{
    assume_role::{AssumeRole, missing_roles},
    diagnostics,
};

model! {
    pub(super) struct TokenAttributes {
        /// Temporary credentials: base64 of `user_name:password`.
        authorization_token: Option<String> = string().computed().sensitive(),
        /// A Docker `config.json` with this login, as `docker login` writes it. For `.dockerconfigjson` in a Kubernetes
        /// secret, and for clients that read such a file.
        docker_config_json: Option<String> = string().computed().sensitive(),
        /// The time when the token expires: UTC, in RFC 3339.
        expires_at: Option<String> = string().computed(),
        /// The password, decoded from the token.
        password: Option<String> = string().computed().sensitive(),
        /// The host of the registry, without a scheme. Image names begin with this host.
        registry: Option<String> = string().computed(),
        /// The user name, decoded from the token.
        user_name: Option<String> = string().computed(),
    }
}

model! {
    #[derive(Default)]
    pub(super) struct Roles {
        assume_role: Vec<AssumeRole> = list_blocks(),
    }
    rules = [roles_are_named];
}

/// Checks that each block names a role. If a block without a role were ignored, the token would have the permissions of the provider's
/// credentials.
fn roles_are_named(roles: &Roles) -> Vec<Diagnostic> {
    missing_roles(&roles.assume_role)
}

impl Roles {
    /// Returns the roles in the order in which they are assumed.
    pub(super) fn into_chain(self) -> Vec<aws_base::AssumeRole> {
        self.assume_role.into_iter().filter_map(AssumeRole::role).collect()
    }
}

impl From<&Token> for TokenAttributes {
    fn from(token: &Token) -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            authorization_token: text(token.authorization_token().expose()),
            docker_config_json: text(token.docker_config_json().expose()),
            expires_at: text(token.expires_at_rfc3339()),
            password: text(token.password().expose()),
            registry: text(token.registry()),
            user_name: text(token.user_name()),
        }
    }
}

/// Returns the definition of the argument `region`.
pub(super) fn region() -> Argument<Region> {
    let parse = |text: &str| Region::parse_from(text, &Origin::Caller);
    let argument = string().parse(move |text: &str| parse(text).map_err(|error| diagnostics::problem(&error)));
    argument.zero_as_unset().optional().computed_with(|region| region.to_string())
}
