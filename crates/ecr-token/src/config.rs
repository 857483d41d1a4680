//! From settings to what the SDK works with.

use std::{sync::OnceLock, time::Duration};

use aws_config::{BehaviorVersion, Region, identity::IdentityCache};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, os_shim_internal::Env};

use crate::{
    credentials,
    endpoint::check_endpoint,
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
/// A role may take several calls, each with its attempts: more than the SDK's 5 s.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(60);

/// What all requests of one configuration share.
#[derive(Debug)]
pub(crate) struct Config {
    /// Without credentials yet.
    sdk: SdkConfig,
    files: SharedFiles,
    /// The configured Region, if there is one.
    pub(crate) region: Option<String>,
    credentials: OnceLock<SharedCredentialsProvider>,
}

impl Config {
    /// Reads the environment and the shared files; asks nobody anything.
    pub(crate) async fn load(settings: &Settings, env: &Env) -> Result<Self, Error> {
        check_endpoints(settings, env)?;
        credentials::check(settings)?;
        let files = SharedFiles::load(settings, env).await?;
        let region = region::configured(settings, env, &files)?;
        let timeouts =
            TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).operation_timeout(TIMEOUT).build();
        let sdk = aws_config::defaults(behavior())
            // Given even where there is none: left to itself, the SDK asks EC2's metadata service.
            .region(region.clone().map(Region::new))
            .profile_files(files.files.clone())
            .profile_name(&files.profile)
            .http_client(http_client())
            // Given always: left to itself, the SDK panics on a bad AWS_MAX_ATTEMPTS or AWS_RETRY_MODE.
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS_TIMEOUT).build())
            .no_credentials()
            .load()
            .await;
        Ok(Self { sdk, files, region, credentials: OnceLock::new() })
    }

    /// What a client of `region` is made from. Where no Region is configured, the first that is asked for is also the one
    /// in which roles are assumed.
    pub(crate) fn sdk(&self, settings: &Settings, env: &Env, region: &str) -> SdkConfig {
        let home = Region::new(self.region.as_deref().unwrap_or(region).to_owned());
        let credentials = self.credentials.get_or_init(|| {
            let sdk = self.sdk.to_builder().region(home).build();
            credentials::provider(settings, env, &self.files, &sdk)
        });
        let region = Region::new(region.to_owned());
        self.sdk.to_builder().region(region).credentials_provider(credentials.clone()).build()
    }
}

/// Before anything is asked: what the SDK says of a bad URL names neither the URL nor where it comes from.
fn check_endpoints(settings: &Settings, env: &Env) -> Result<(), Error> {
    let ignored = variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value == "true");
    let variables = ["AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        .into_iter()
        .filter(|_| !ignored)
        .filter_map(|name| Some((Origin::Variable(name), variable(env, name)?)));
    let arguments = [&settings.endpoints.ecr, &settings.endpoints.sts]
        .into_iter()
        .filter_map(|url| Some((Origin::Argument("endpoints"), url.clone()?)));
    for (origin, url) in arguments.chain(variables) {
        if let Err(problem) = check_endpoint(&url) {
            return Err(Error::Endpoint { origin, url, problem });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(ecr: Option<&str>, variables: &[(&str, &str)]) -> Option<Origin> {
        let mut settings = Settings::default();
        settings.endpoints.ecr = ecr.map(ToOwned::to_owned);
        match check_endpoints(&settings, &Env::from_slice(variables)) {
            Ok(()) => None,
            Err(Error::Endpoint { origin, .. }) => Some(origin),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_bad_endpoint_is_blamed_on_where_it_comes_from() {
        assert_eq!(checked(Some("http://127.0.0.1:1"), &[]), None);
        assert_eq!(checked(Some("127.0.0.1:1"), &[]), Some(Origin::Argument("endpoints")));
        let variable = [("AWS_ENDPOINT_URL_ECR", "127.0.0.1:1")];
        assert_eq!(checked(None, &variable), Some(Origin::Variable("AWS_ENDPOINT_URL_ECR")));
        assert_eq!(checked(None, &[("AWS_ENDPOINT_URL", "x")]), Some(Origin::Variable("AWS_ENDPOINT_URL")));
        let ignored = [variable[0], ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
        assert_eq!(checked(None, &ignored), None);
    }
}
