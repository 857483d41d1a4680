//! The configuration of all requests.

use aws_config::{BehaviorVersion, Region as SdkRegion, provider_config::ProviderConfig};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::{SdkConfig, sdk_config::StalledStreamProtectionConfig};

use crate::{
    endpoint::{self, Endpoint},
    error::Error,
    http_client::{Client, http_client},
    imds::Imds,
    origin::Origin,
    problem::SettingProblem,
    proxies::Proxies,
    region::Region,
    retries::Retries,
    secrets::Secrets,
    service::Service,
    sources::{Places, Sources},
    trust::Trust,
    user_agent::UserAgent,
};

const REGION: Places = Places { argument: "region", variables: &["AWS_REGION", "AWS_DEFAULT_REGION"], key: "region" };
const FIPS: Places =
    Places { argument: "use_fips_endpoint", variables: &["AWS_USE_FIPS_ENDPOINT"], key: "use_fips_endpoint" };
const DUALSTACK: Places = Places {
    argument: "use_dualstack_endpoint",
    variables: &["AWS_USE_DUALSTACK_ENDPOINT"],
    key: "use_dualstack_endpoint",
};

/// The configuration that all requests share. It is created from the settings, the environment and the shared files.
#[derive(Debug)]
pub struct Config {
    /// The SDK's configuration, without credentials or endpoints.
    sdk: SdkConfig,
    /// The HTTP client without a proxy. The client is used for services that return credentials and are on this machine or its
    /// network link.
    pub(crate) direct: Client,
    pub(crate) sources: Sources,
    /// The secrets that are hidden in a response before the response is shown.
    pub(crate) secrets: Secrets,
    /// The configured Region, if any.
    pub(crate) region: Option<Region>,
    pub(crate) retries: Retries,
    pub(crate) user_agent: UserAgent,
    pub(crate) imds: Imds,
    endpoints: Vec<(Service, Endpoint)>,
    /// The setting that switches dual-stack endpoints on.
    dualstack: Option<Origin>,
}

impl Config {
    /// Creates the configuration from the settings, the environment and the shared files. Sends no request. Adds the secrets in
    /// these sources to `secrets`.
    ///
    /// The SDK does not read these sources itself. It would panic on some values, ignore other values without an error, and
    /// sometimes decide differently from hashicorp/aws.
    ///
    /// # Errors
    /// Returns an error if a setting is not valid, or if a file cannot be read.
    pub(crate) fn load(sources: Sources, secrets: &Secrets) -> Result<Self, Error> {
        let settings = &sources.settings;
        secrets.add(sources.files.secrets());
        let region = sources.find(&REGION, settings.region.clone(), Region::parse_from)?;
        if let Some((region, origin)) = &region
            && !settings.skip_region_validation
        {
            region.require_known(origin)?;
        }
        let region = region.map(|(region, _)| region);
        let mut endpoints = Vec::new();
        for service in Service::ALL {
            endpoints.extend(Endpoint::find(&sources, service)?.map(|endpoint| (service, endpoint)));
        }
        let retries = Retries::find(&sources)?;
        let fips = sources.switch(&FIPS, settings.use_fips_endpoint)?;
        let dualstack = sources.switch(&DUALSTACK, settings.use_dualstack_endpoint)?;
        let imds = Imds::find(&sources)?;
        let trust = Trust::find(&sources)?;
        let user_agent = UserAgent::find(&sources)?;
        let proxies = Proxies::find(settings, &sources.environment)?;
        secrets.add(proxies.passwords());
        let ecr = endpoints.iter().find(|(service, _)| *service == Service::Ecr);
        proxies.check(ecr.map(|(_, endpoint)| endpoint.url.as_str()))?;
        let mut sdk = SdkConfig::builder()
            // Set explicitly, so that an update of the SDK does not change how requests are made.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http_client(proxies, trust.clone()))
            .retry_config(retries.sdk_clients.clone())
            .timeout_config(retries.timeouts.clone())
            // Responses are read as a whole, within the time limit of an attempt. A slow response is not a stalled stream.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .time_source(SharedTimeSource::default())
            .use_fips(fips.is_some())
            .use_dual_stack(dualstack.is_some());
        sdk.set_app_name(user_agent.app());
        let sdk = sdk.build();
        let direct = http_client(Proxies::default(), trust);
        let secrets = secrets.clone();
        Ok(Self { sdk, direct, sources, secrets, region, retries, user_agent, imds, endpoints, dualstack })
    }

    /// Returns the configured Region, if any.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Returns the configured endpoint of a service.
    pub(crate) fn endpoint(&self, service: Service) -> Option<&Endpoint> {
        self.endpoints.iter().find(|(other, _)| *other == service).map(|(_, endpoint)| endpoint)
    }

    /// Checks whether the settings, or an environment variable that hashicorp/aws introduced, set an endpoint of STS. AWS's own
    /// variables are ignored here, because hashicorp/aws leaves these variables to the SDK.
    pub(crate) fn has_sts_endpoint(&self) -> bool {
        let [_, older @ ..] = Service::Sts.variables() else { return false };
        let Sources { settings, environment, .. } = &self.sources;
        settings.endpoints.contains_key(&Service::Sts) || older.iter().any(|name| environment.is_set(name))
    }

    /// Returns the configuration for credential providers that create their own clients. These clients use the same proxies,
    /// certificates and limits as all other requests.
    pub(crate) fn provider_config(&self, region: Option<&Region>) -> ProviderConfig {
        let mut config = ProviderConfig::without_region()
            .with_behavior_version(self.sdk.behavior_version())
            .with_region(region.map(|region| SdkRegion::new(region.to_string())))
            .with_use_fips(self.sdk.use_fips())
            .with_use_dual_stack(self.sdk.use_dual_stack());
        if let Some(client) = self.sdk.http_client() {
            config = config.with_http_client(client);
        }
        if let Some(retries) = self.sdk.retry_config() {
            config = config.with_retry_config(retries.clone());
        }
        if let Some(timeouts) = self.sdk.timeout_config() {
            config = config.with_timeout_config(timeouts.clone());
        }
        config
    }

    /// Checks that requests can be sent to the configured endpoint of a service, if any.
    ///
    /// As in hashicorp/aws, dual-stack and FIPS apply only to AWS's own endpoints. If dual-stack is switched on, a configured
    /// endpoint is an error. Endpoints of STS and SSO are an exception. Such an endpoint is allowed if it comes from the
    /// settings, or from a variable that sets only this endpoint.
    ///
    /// # Errors
    /// Returns an error if dual-stack endpoints are switched on, and the configured endpoint is not an exception.
    pub fn check(&self, service: Service) -> Result<(), Error> {
        let (Some(Endpoint { url, origin: set_by }), Some(origin)) = (self.endpoint(service), &self.dualstack) else {
            return Ok(());
        };
        let by_name = !matches!(set_by, Origin::Profile(_) | Origin::Variable(endpoint::ALL_SERVICES));
        if by_name && matches!(service, Service::Sts | Service::Sso) {
            return Ok(());
        }
        let problem = SettingProblem::NoDualStack { url: url.shown(), set_by: set_by.clone(), service };
        Err(problem.at(origin.clone()))
    }

    /// Returns the SDK's configuration for a client that calls a service in a Region.
    ///
    /// # Errors
    /// See [`check`](Self::check).
    pub(crate) fn sdk(&self, service: Service, region: &Region) -> Result<SdkConfig, Error> {
        self.check(service)?;
        let region = SdkRegion::new(region.to_string());
        let mut sdk = self.sdk.to_builder().region(region).retry_config(self.retries.calls.clone());
        if let Some(Endpoint { url, .. }) = self.endpoint(service) {
            sdk = sdk.endpoint_url(url.as_str()).use_fips(false).use_dual_stack(false);
        }
        Ok(sdk.build())
    }
}
