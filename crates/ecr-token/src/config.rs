//! From settings to what the SDK works with.

use std::{sync::OnceLock, time::Duration};

use aws_config::{BehaviorVersion, Region, provider_config::ProviderConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{
    SdkConfig,
    os_shim_internal::Env,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};

use crate::{
    credentials,
    endpoint::{check_endpoint, is_loopback, shown_endpoint},
    error::{Error, Origin},
    http_client::http_client,
    region,
    settings::Settings,
    shared_files::{SharedFiles, variable},
};

/// Named once, so that a new SDK does not change how requests are made behind our back.
fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// With the SDK's waits between them, three attempts end in about three seconds.
const ATTEMPTS: u32 = 3;
/// The longest that one attempt, and that all of them together, may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
const TIMEOUT: Duration = Duration::from_secs(60);

/// What all requests of one configuration share.
#[derive(Debug)]
pub(crate) struct Config {
    /// Without credentials, and without any endpoint.
    sdk: SdkConfig,
    /// As `sdk`, and past every proxy.
    direct: SdkConfig,
    pub(crate) files: SharedFiles,
    /// The configured Region, if there is one.
    pub(crate) region: Option<String>,
    ecr: Option<String>,
    sts: Option<String>,
    credentials: OnceLock<SharedCredentialsProvider>,
}

impl Config {
    /// Reads the environment and the shared files; asks nobody anything.
    pub(crate) async fn load(settings: &Settings, env: &Env) -> Result<Self, Error> {
        credentials::check_static_keys(settings)?;
        let files = SharedFiles::load(settings, env).await?;
        let region = region::configured(settings, env, &files)?;
        let ecr = endpoint(&settings.endpoints.ecr, "AWS_ENDPOINT_URL_ECR", "ecr", env, &files)?;
        let sts = endpoint(&settings.endpoints.sts, "AWS_ENDPOINT_URL_STS", "sts", env, &files)?;
        check_empty_variables(settings, env, &files)?;
        let timeouts =
            TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).operation_timeout(TIMEOUT).build();
        let sdk = aws_config::defaults(behavior())
            // Given even where there is none: left to itself, the SDK asks EC2's metadata service.
            .region(region.clone().map(Region::new))
            .profile_files(files.files.clone())
            .profile_name(&files.profile)
            .http_client(http_client(ProxyConfig::from_env()))
            // Given always: left to itself, the SDK panics on a bad AWS_MAX_ATTEMPTS or AWS_RETRY_MODE.
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .no_credentials()
            .load()
            .await;
        // Endpoints are found here and not by the SDK, which panics on a variable that is set and empty.
        let mut builder = sdk.into_builder();
        builder.set_endpoint_url(None).set_service_config(None::<NoServiceConfig>);
        let sdk = builder.build();
        let direct = sdk.to_builder().http_client(http_client(ProxyConfig::disabled())).build();
        Ok(Self { sdk, direct, files, region, ecr, sts, credentials: OnceLock::new() })
    }

    /// What a client of ECR is made from.
    pub(crate) fn ecr(&self, region: &str) -> SdkConfig {
        self.service(self.ecr.as_deref(), region)
    }

    /// What a client of STS is made from.
    pub(crate) fn sts(&self, region: &str) -> SdkConfig {
        self.service(self.sts.as_deref(), region)
    }

    /// For providers of credentials that bring their own clients.
    pub(crate) fn provider_config(&self, region: &str) -> ProviderConfig {
        provider_config(&self.sdk, region)
    }

    /// The same for those that ask the machine they run on, which no proxy must see.
    pub(crate) fn direct_provider_config(&self, region: &str) -> ProviderConfig {
        provider_config(&self.direct, region)
    }

    /// Whose credentials to use. Where no Region is configured, the first that is asked for is also the one in which roles
    /// are assumed.
    pub(crate) fn credentials(&self, settings: &Settings, env: &Env, region: &str) -> SharedCredentialsProvider {
        let home = self.region.as_deref().unwrap_or(region);
        self.credentials.get_or_init(|| credentials::provider(settings, env, self, home)).clone()
    }

    fn service(&self, endpoint: Option<&str>, region: &str) -> SdkConfig {
        let region = Region::new(region.to_owned());
        let Some(url) = endpoint else { return self.sdk.to_builder().region(region).build() };
        // Proxies are for what is elsewhere; and FIPS is a matter of AWS's own endpoints, as in hashicorp/aws.
        let base = if is_loopback(url) { &self.direct } else { &self.sdk };
        base.to_builder().region(region).endpoint_url(url).use_fips(false).build()
    }
}

/// Names the type of a configuration that is not there.
#[derive(Debug)]
struct NoServiceConfig;

impl LoadServiceConfig for NoServiceConfig {
    fn load_config(&self, _: ServiceConfigKey<'_>) -> Option<String> {
        None
    }
}

/// The same ways and limits as for every other request.
fn provider_config(sdk: &SdkConfig, region: &str) -> ProviderConfig {
    let mut config = ProviderConfig::without_region()
        .with_behavior_version(sdk.behavior_version())
        .with_region(Some(Region::new(region.to_owned())))
        .with_use_fips(sdk.use_fips())
        .with_use_dual_stack(sdk.use_dual_stack());
    if let Some(client) = sdk.http_client() {
        config = config.with_http_client(client);
    }
    if let Some(retries) = sdk.retry_config() {
        config = config.with_retry_config(retries.clone());
    }
    if let Some(timeouts) = sdk.timeout_config() {
        config = config.with_timeout_config(timeouts.clone());
    }
    config
}

/// The endpoint of a service: of the settings, else of its own variable, else of all services', else of the profile.
/// Checked before anything is asked: what the SDK says of a bad URL names neither the URL nor where it comes from.
fn endpoint(
    argument: &Option<String>,
    own: &'static str,
    service: &str,
    env: &Env,
    files: &SharedFiles,
) -> Result<Option<String>, Error> {
    let ignore = |value: &str| value.eq_ignore_ascii_case("true");
    let ignored = variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .map_or_else(|| files.value("ignore_configured_endpoint_urls").is_some_and(ignore), |value| ignore(&value));
    let found = match argument {
        Some(url) => Some((Origin::Argument("endpoints"), url.clone())),
        None if ignored => None,
        None => [own, "AWS_ENDPOINT_URL"]
            .into_iter()
            .find_map(|name| Some((Origin::Variable(name), variable(env, name)?)))
            .or_else(|| Some((Origin::Profile(files.profile.clone()), files.endpoint(service)?.to_owned()))),
    };
    let Some((origin, url)) = found else { return Ok(None) };
    match check_endpoint(&url) {
        Ok(()) => Ok(Some(url)),
        Err(problem) => Err(Error::Endpoint { origin, url: shown_endpoint(&url), problem }),
    }
}

/// The clients with which the SDK itself follows a profile to a role or to SSO read these variables, and panic where one
/// is set and empty.
fn check_empty_variables(settings: &Settings, env: &Env, files: &SharedFiles) -> Result<(), Error> {
    let followed = ["role_arn", "sso_session", "sso_start_url"].iter().any(|key| files.value(key).is_some());
    if settings.access_key.is_some() || !followed {
        return Ok(());
    }
    let variables = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL"];
    match variables.into_iter().find(|name| env.get(name).is_ok_and(|value| value.is_empty())) {
        None => Ok(()),
        Some(name) => Err(Error::Endpoint {
            origin: Origin::Variable(name),
            url: String::new(),
            problem: format!("it is empty, and the profile {:?} is followed with it: unset it", files.profile),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(ecr: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<String>, Origin> {
        let settings = Settings {
            shared_config_files: vec!["/nonexistent/config".into()],
            shared_credentials_files: vec!["/nonexistent/credentials".into()],
            ..Settings::default()
        };
        let env = Env::from_slice(variables);
        let files = SharedFiles::load(&settings, &env).await.expect("loaded");
        match endpoint(&ecr.map(ToOwned::to_owned), "AWS_ENDPOINT_URL_ECR", "ecr", &env, &files) {
            Ok(url) => Ok(url),
            Err(Error::Endpoint { origin, url, .. }) => {
                assert!(!url.contains("hunter2"), "{url}");
                Err(origin)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn the_nearest_endpoint_is_taken_and_empty_ones_are_not() {
        let (own, all) = (("AWS_ENDPOINT_URL_ECR", "http://own"), ("AWS_ENDPOINT_URL", "http://all"));
        let url = |url: &str| Ok(Some(url.to_owned()));
        assert_eq!(found(Some("http://argument"), &[own, all]).await, url("http://argument"));
        assert_eq!(found(None, &[own, all]).await, url("http://own"));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", ""), all]).await, url("http://all"));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", "")]).await, Ok(None));
        assert_eq!(found(None, &[own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).await, Ok(None));
    }

    #[tokio::test]
    async fn a_bad_endpoint_is_blamed_on_where_it_comes_from() {
        assert_eq!(found(Some("127.0.0.1:1"), &[]).await, Err(Origin::Argument("endpoints")));
        assert_eq!(found(Some("http://user:hunter2@host"), &[]).await, Err(Origin::Argument("endpoints")));
        let variable = [("AWS_ENDPOINT_URL_ECR", "127.0.0.1:1")];
        assert_eq!(found(None, &variable).await, Err(Origin::Variable("AWS_ENDPOINT_URL_ECR")));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL", "x")]).await, Err(Origin::Variable("AWS_ENDPOINT_URL")));
    }

    #[tokio::test]
    async fn an_empty_variable_that_would_crash_the_sdk_is_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("config");
        let text = "[profile role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\n\
                    [profile base]\naws_access_key_id = a\naws_secret_access_key = b\n";
        std::fs::write(&file, text).expect("written");
        for (profile, empty, expected) in [
            ("role", "AWS_ENDPOINT_URL_STS", Some(Origin::Variable("AWS_ENDPOINT_URL_STS"))),
            ("role", "AWS_ENDPOINT_URL", Some(Origin::Variable("AWS_ENDPOINT_URL"))),
            ("role", "AWS_ENDPOINT_URL_ECR", None),
            ("base", "AWS_ENDPOINT_URL_STS", None),
        ] {
            let settings = Settings {
                profile: Some(profile.into()),
                region: Some("eu-west-1".into()),
                shared_config_files: vec![file.clone()],
                ..Settings::default()
            };
            let origin = match Config::load(&settings, &Env::from_slice(&[(empty, "")])).await {
                Ok(_) => None,
                Err(Error::Endpoint { origin, .. }) => Some(origin),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(origin, expected, "{profile} {empty}");
        }
    }
}
