//! A provider with one ephemeral resource.

use terraform_plugin::{argument::string, *};

struct Weather;

model! {
    struct Config {
        /// The station to ask.
        station: Option<String> = string(),
    }
}

impl Provider for Weather {
    type Config = Config;
    type Client = String;

    fn name(&self) -> &'static str {
        "weather"
    }
    fn address(&self) -> &'static str {
        "example/weather"
    }
    async fn configure(&self, request: Configure<Config>, _: &mut Diagnostics) -> Result<String, Diagnostics> {
        Ok(request.config.station.unwrap_or_else(|| "harbour".to_owned()))
    }

    fn ephemeral_resources(&self) -> EphemeralResources<String> {
        EphemeralResources::new().with(WeatherPassword)
    }
}

struct WeatherPassword;

model! {
    /// The password of a station.
    struct Password {
        /// The password.
        password: Option<String> = string().computed().sensitive(),
    }
}

impl EphemeralResource<String> for WeatherPassword {
    type Model = Password;

    fn type_name(&self) -> &'static str {
        "weather_password"
    }

    async fn open(
        &self,
        station: &String,
        _: Open<Password>,
        _: &mut Diagnostics,
    ) -> Result<Opened<Password>, Diagnostics> {
        Ok(Opened::new(Password { password: Some(format!("open, {station}")) }))
    }
}

fn main() -> std::process::ExitCode {
    Server::builder(Weather).version(env!("CARGO_PKG_VERSION")).run()
}
