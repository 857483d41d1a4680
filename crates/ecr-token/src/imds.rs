//! EC2's instance metadata service.
//!
//! The SDK's own provider reads the environment in a place of its own; here the settings decide, then the environment.

use std::time::Duration;

use aws_config::{
    imds::{self, client::error::ImdsError},
    provider_config::ProviderConfig,
};
use aws_credential_types::Credentials;

use crate::{
    credentials::document,
    endpoint::{check_endpoint, shown_endpoint},
    environment::Environment,
    error::{Error, Origin, chain},
    region::is_label,
    settings::{EndpointMode, Settings},
    shared_files::SharedFiles,
};

/// Outside EC2 nothing answers: do not make people wait for it.
const TIMEOUT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 2;

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const REGION: &str = "/latest/meta-data/placement/region";

/// Where the service is, and whether it may be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Imds {
    /// Who says that it may not.
    off: Option<Origin>,
    endpoint: Option<String>,
    mode: Option<EndpointMode>,
}

impl Imds {
    /// Of the settings, else of the environment, else of the profile.
    pub(crate) fn find(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Self, Error> {
        Ok(Self {
            off: off(settings, env)?,
            endpoint: endpoint(settings, env, files)?,
            mode: mode(settings, env, files)?,
        })
    }

    /// Whether the service may not be asked.
    pub(crate) fn is_off(&self) -> bool {
        self.off.is_some()
    }

    /// The credentials of the instance's role.
    ///
    /// # Errors
    /// Why there are none, in words.
    pub(crate) async fn credentials(&self, config: &ProviderConfig) -> Result<Credentials, String> {
        let client = self.client(config)?;
        let roles = get(&client, ROLES).await.map_err(|reason| self.told(&reason))?.unwrap_or_default();
        let role = roles.lines().next().map(str::trim).filter(|role| !role.is_empty());
        let role = role.ok_or_else(|| self.told("the instance has no IAM role"))?;
        if !is_role_name(role) {
            return Err(self.told("what it answers is not the name of a role"));
        }
        let answer = get(&client, &format!("{ROLES}{role}")).await.map_err(|reason| self.told(&reason))?;
        document::read(answer.as_deref().unwrap_or_default(), "EC2 instance metadata").map_err(|said| {
            let said = said.map(|said| format!(": {said}")).unwrap_or_default();
            self.told(&format!("for the role {role} it answered without credentials{said}"))
        })
    }

    /// With the endpoint.
    fn told(&self, reason: &str) -> String {
        format!("{reason} (asked at {})", shown_endpoint(self.url()))
    }

    /// The Region that the instance is in.
    ///
    /// # Errors
    /// Why it is not known, in words.
    pub(crate) async fn region(&self, config: &ProviderConfig) -> Result<String, String> {
        let region = get(&self.client(config)?, REGION).await?.ok_or("it knows no Region")?;
        if is_label(&region) { Ok(region) } else { Err("what it answers is not the name of a Region".to_owned()) }
    }

    fn url(&self) -> &str {
        match (&self.endpoint, self.mode) {
            (Some(endpoint), _) => endpoint,
            (None, Some(EndpointMode::IpV6)) => "http://[fd00:ec2::254]",
            (None, Some(EndpointMode::IpV4) | None) => "http://169.254.169.254",
        }
    }

    fn client(&self, config: &ProviderConfig) -> Result<imds::Client, String> {
        if let Some(origin) = &self.off {
            return Err(format!("switched off by {origin}"));
        }
        let builder = imds::Client::builder()
            .configure(config)
            .connect_timeout(TIMEOUT)
            .read_timeout(TIMEOUT)
            .max_attempts(ATTEMPTS)
            // Given always: left to itself, the SDK reads the environment and the shared files.
            .endpoint(self.url())
            .map_err(|error| error.to_string())?;
        Ok(builder.build())
    }
}

/// As IAM takes them. Anything else would also make the SDK panic, which asks for it by its path.
fn is_role_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// What is there, if anything is. Of other answers only the status is repeated: the SDK would show the whole body.
async fn get(client: &imds::Client, path: &str) -> Result<Option<String>, String> {
    let status = |error: &ImdsError| match error {
        ImdsError::ErrorResponse(answer) => Some(answer.response().status().as_u16()),
        _ => None,
    };
    match client.get(path).await {
        Ok(text) => Ok(Some(text.as_ref().to_owned())),
        Err(error) => match status(&error) {
            Some(404) => Ok(None),
            Some(status) => Err(format!("it answered with HTTP {status}")),
            None => Err(chain(&error)),
        },
    }
}

fn off(settings: &Settings, env: &Environment) -> Result<Option<Origin>, Error> {
    const VARIABLE: &str = "AWS_EC2_METADATA_DISABLED";
    Ok(match settings.skip_metadata_api_check {
        Some(true) => Some(Origin::Argument("skip_metadata_api_check")),
        Some(false) => None,
        None => env
            .text(VARIABLE)?
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
            .then_some(Origin::Variable(VARIABLE)),
    })
}

fn endpoint(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Option<String>, Error> {
    const ARGUMENT: &str = "ec2_metadata_service_endpoint";
    let argument = settings.ec2_metadata_service_endpoint.as_ref().map(|url| url.expose().to_owned());
    let argument = argument.filter(|url| !url.is_empty());
    let found = match argument {
        Some(url) => Some((url, Origin::Argument(ARGUMENT))),
        // The second is hashicorp/aws's own, from before there was the first.
        None => files.setting(env, &["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_URL"], ARGUMENT)?,
    };
    let Some((url, origin)) = found else { return Ok(None) };
    match check_endpoint(&url) {
        Ok(()) => Ok(Some(url)),
        Err(problem) => Err(Error::Endpoint { origin, url: shown_endpoint(&url), problem }),
    }
}

fn mode(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Option<EndpointMode>, Error> {
    let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    let found = files.setting(env, &[variable], "ec2_metadata_service_endpoint_mode")?;
    match (settings.ec2_metadata_service_endpoint_mode, found) {
        (Some(mode), _) => Ok(Some(mode)),
        (None, None) => Ok(None),
        (None, Some((text, _))) if text.eq_ignore_ascii_case("ipv4") => Ok(Some(EndpointMode::IpV4)),
        (None, Some((text, _))) if text.eq_ignore_ascii_case("ipv6") => Ok(Some(EndpointMode::IpV6)),
        (None, Some((text, origin))) => Err(Error::InvalidSetting {
            origin,
            problem: format!("the way to EC2's metadata service is {text:?}, and neither IPv4 nor IPv6"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(settings: Settings, variables: &[(&str, &str)]) -> Result<Imds, Error> {
        let settings = Settings { shared_config_files: vec!["/nonexistent".into()], ..settings };
        let env = Environment::given(variables);
        let files = SharedFiles::load(&settings, &env).expect("loaded");
        Imds::find(&settings, &env, &files)
    }

    #[tokio::test]
    async fn the_argument_overrules_the_variable_in_both_directions() {
        let off = async |skip, value| {
            let settings = Settings { skip_metadata_api_check: skip, ..Settings::default() };
            found(settings, &[("AWS_EC2_METADATA_DISABLED", value)]).await.expect("read").off
        };
        assert_eq!(off(Some(true), "false").await, Some(Origin::Argument("skip_metadata_api_check")));
        assert_eq!(off(Some(false), "true").await, None);
        assert_eq!(off(None, "True").await, Some(Origin::Variable("AWS_EC2_METADATA_DISABLED")));
        assert_eq!(off(None, "").await, None);
    }

    #[tokio::test]
    async fn the_endpoint_is_the_nearest_and_is_checked() {
        let old = ("AWS_METADATA_URL", "http://old");
        let new = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://new");
        let argument = |url: &str| Settings { ec2_metadata_service_endpoint: Some(url.into()), ..Settings::default() };
        let endpoint =
            async |settings, variables: &[(&str, &str)]| found(settings, variables).await.expect("read").endpoint;
        assert_eq!(endpoint(argument("http://argument"), &[old, new]).await.as_deref(), Some("http://argument"));
        assert_eq!(endpoint(Settings::default(), &[old, new]).await.as_deref(), Some("http://new"));
        assert_eq!(endpoint(Settings::default(), &[old]).await.as_deref(), Some("http://old"));
        let bad = found(argument("nowhere"), &[]).await;
        assert!(matches!(bad, Err(Error::Endpoint { origin: Origin::Argument(_), .. })), "{bad:?}");
        let bad = found(Settings::default(), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5")]).await;
        assert!(matches!(bad, Err(Error::InvalidSetting { .. })), "{bad:?}");
    }
}
