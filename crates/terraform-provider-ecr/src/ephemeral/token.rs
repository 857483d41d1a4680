//! What the tokens of both services have in common: attributes, and how they are filled in.

use ecr_token::Token;
use terraform_plugin::{Attribute, Block, Object};

/// Adds the attributes of every token.
pub(super) fn attributes(block: Block) -> Block {
    let computed = |name, description: &str| Attribute::string(name).computed().description(description);
    block
        .attribute(
            computed("authorization_token", "Temporary credentials: base64 of `user_name:password`.").sensitive(),
        )
        .attribute(
            computed(
                "docker_config_json",
                "A file of logins with this one in it, as `docker login` writes it to `config.json`: for \
                 `.dockerconfigjson` in a Kubernetes secret, and for clients that read such a file.",
            )
            .sensitive(),
        )
        .attribute(computed("expires_at", "When the token expires: UTC, in RFC 3339."))
        .attribute(computed("password", "The password, decoded from the token.").sensitive())
        .attribute(computed(
            "registry",
            "The host of the registry, as names of images begin with it: without a scheme.",
        ))
        .attribute(computed("user_name", "The user name, decoded from the token."))
}

/// Fills them in, for a login at the registry of this host. What is configured stays as it is: Terraform insists, also on an
/// empty `region`.
pub(super) fn result(mut config: Object, token: &Token, registry: &str) -> Object {
    if config.attribute("region").is_null() {
        config.set("region", token.region());
    }
    config
        .with("authorization_token", token.authorization_token().expose())
        .with("docker_config_json", token.docker_config_json(registry).expose())
        .with("expires_at", token.expires_at_rfc3339())
        .with("password", token.password().expose())
        .with("registry", registry)
        .with("user_name", token.user_name())
}
