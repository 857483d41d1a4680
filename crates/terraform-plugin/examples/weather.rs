//! A provider with one ephemeral resource.

use terraform_plugin::*;

struct Weather;

#[async_trait]
impl Provider for Weather {
    type Client = String;

    fn name(&self) -> &'static str {
        "weather"
    }
    fn address(&self) -> &'static str {
        "example/weather"
    }
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        Schema::new(Block::new("").attribute(Attribute::string("station").optional()))
    }

    async fn configure(&self, request: Configure) -> Result<Configured<String>, Diagnostics> {
        Ok(Configured::new(request.config.string("station").unwrap_or("harbour").to_owned()))
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn EphemeralResource<String>>> {
        vec![Box::new(Password)]
    }
}

struct Password;

#[async_trait]
impl EphemeralResource<String> for Password {
    fn type_name(&self) -> &'static str {
        "weather_password"
    }

    fn schema(&self) -> Schema {
        Schema::new(Block::new("").attribute(Attribute::string("password").computed().sensitive()))
    }

    async fn open(&self, station: &String, config: Object) -> Result<Opened, Diagnostics> {
        Ok(Opened::new(config.with("password", format!("open, {station}"))))
    }
}

fn main() -> std::process::ExitCode {
    serve(Weather)
}
