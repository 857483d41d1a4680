//! A provider with one ephemeral resource.

use terraform_plugin::{argument::string, *};

struct Weather;

model! {
    struct Config {
        /// The name of the weather station.
        station: Option<String> = string(),
    }
}

impl Provider for Weather {
    type Config = Config;
    type Client = String;

    async fn configure(&self, request: Configure<Config>, _: &mut Diagnostics) -> Result<String, Diagnostics> {
        Ok(request.config.station.unwrap_or_else(|| "harbour".into()))
    }

    fn ephemeral_resources(&self) -> EphemeralResources<String> {
        EphemeralResources::new().with(Password)
    }
}

struct Password;

model! {
    struct Gate {
        /// The password of the station.
        password: Option<String> = string().computed().sensitive(),
    }
}

impl EphemeralResource<String> for Password {
    type Model = Gate;

    fn type_name(&self) -> &'static str {
        "weather_password"
    }

    async fn open(&self, station: &String, _: Open<Gate>, _: &mut Diagnostics) -> Result<Opened<Gate>, Diagnostics> {
        Ok(Opened::new(Gate { password: Some(format!("open, {station}")) }))
    }
}

fn main() -> std::process::ExitCode {
    Server::builder("example/weather", Weather).version(env!("CARGO_PKG_VERSION")).run()
}
