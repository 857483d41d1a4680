//! A provider that replaces kreuzwerker/docker in tests. This provider accepts logins in its provider block, and returns the logins in an
//! ephemeral resource.
//!
//! The schema has only the arguments that the examples need:
//! <https://registry.terraform.io/providers/kreuzwerker/docker/latest/docs#registry_auth-1>

use std::process::ExitCode;

use terraform_plugin::{
    Configure, Diagnostic, Diagnostics, EphemeralResource, EphemeralResources, Open, Opened, Provider, Server,
    argument::{list, string},
    model,
    model::set_blocks,
};

struct Docker;

model! {
    struct Config {
        registry_auth: Vec<RegistryAuth> = set_blocks(),
    }
}

model! {
    struct RegistryAuth {
        address: Option<String> = string().zero_as_unset().required(),
        username: Option<String> = string().zero_as_unset(),
        password: Option<String> = string().zero_as_unset().sensitive(),
    }
}

impl Provider for Docker {
    type Config = Config;
    /// The logins, each as `user@address`.
    type Client = Vec<String>;

    async fn configure(&self, request: Configure<Config>, _: &mut Diagnostics) -> Result<Vec<String>, Diagnostics> {
        let login = |block: RegistryAuth| {
            let (address, user, password) = (block.address?, block.username?, block.password?);
            // Rejects a short password, because the passwords from AWS, moto and the sandbox are long.
            (password.len() > 10).then(|| format!("{user}@{address}"))
        };
        let logins: Option<Vec<_>> = request.config.registry_auth.into_iter().map(login).collect();
        let missing = || Diagnostic::error("No Login", "A block has no address, no username or no password.");
        Ok(logins.ok_or_else(missing)?)
    }

    fn ephemeral_resources(&self) -> EphemeralResources<Vec<String>> {
        EphemeralResources::new().with(DockerLogins)
    }
}

struct DockerLogins;

model! {
    struct Logins {
        logins: Vec<String> = list(string()).computed(),
    }
}

impl EphemeralResource<Vec<String>> for DockerLogins {
    type Model = Logins;

    fn type_name(&self) -> &'static str {
        "docker_logins"
    }

    async fn open(
        &self,
        logins: &Vec<String>,
        _: Open<Logins>,
        _: &mut Diagnostics,
    ) -> Result<Opened<Logins>, Diagnostics> {
        Ok(Opened::new(Logins { logins: logins.clone() }))
    }
}

fn main() -> ExitCode {
    Server::builder("kreuzwerker/docker", Docker).run()
}
