//! Stands in for kreuzwerker/docker in tests: takes the logins of its provider block as that does, and says whose they are.
//!
//! Its schema, as far as examples use it: <https://registry.terraform.io/providers/kreuzwerker/docker/latest/docs#registry_auth-1>

use std::process::ExitCode;

use terraform_plugin::{
    Attribute, Block, Configure, Configured, Diagnostic, Diagnostics, EphemeralResource, NestedBlock, Object, Opened,
    Provider, Schema, Type, async_trait,
};

struct Docker;

#[async_trait]
impl Provider for Docker {
    /// Who logs in where: `user@address`.
    type Client = Vec<String>;

    fn name(&self) -> &'static str {
        "docker"
    }

    fn address(&self) -> &'static str {
        "kreuzwerker/docker"
    }

    fn version(&self) -> &'static str {
        "0.0.0"
    }

    fn schema(&self) -> Schema {
        let login = Block::new("")
            .attribute(Attribute::string("address").required())
            .attribute(Attribute::string("username").optional())
            .attribute(Attribute::string("password").optional().sensitive());
        Schema::new(Block::new("").block(NestedBlock::set("registry_auth", login)))
    }

    async fn configure(&self, request: Configure) -> Result<Configured<Vec<String>>, Diagnostics> {
        let login = |block: &Object| {
            let text = |name| block.string(name).filter(|text| !text.is_empty());
            let (address, user, password) = (text("address")?, text("username")?, text("password")?);
            // A password of AWS's, or of what stands in for it, is long.
            (password.len() > 10).then(|| format!("{user}@{address}"))
        };
        let logins: Option<Vec<_>> = request.config.blocks("registry_auth").map(login).collect();
        let missing = || Diagnostic::error("No Login", "A block has no address, no username or no password.");
        Ok(Configured::new(logins.ok_or_else(missing)?))
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn EphemeralResource<Vec<String>>>> {
        vec![Box::new(Logins)]
    }
}

struct Logins;

#[async_trait]
impl EphemeralResource<Vec<String>> for Logins {
    fn type_name(&self) -> &'static str {
        "docker_logins"
    }

    fn schema(&self) -> Schema {
        Schema::new(Block::new("").attribute(Attribute::new("logins", Type::list(Type::String)).computed()))
    }

    async fn open(&self, logins: &Vec<String>, config: Object) -> Result<Opened, Diagnostics> {
        Ok(Opened::new(config.with("logins", logins.clone())))
    }
}

fn main() -> ExitCode {
    terraform_plugin::serve(Docker)
}
