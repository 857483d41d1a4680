//! From settings to what the SDK works with.

use aws_config::{BehaviorVersion, Region, provider_config::ProviderConfig};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::{SdkConfig, sdk_config::StalledStreamProtectionConfig};

use crate::{
    account, credentials,
    endpoint::{self, Endpoint, shown_endpoint},
    environment::Environment,
    error::{Error, Origin},
    http_client::{Client, http_client},
    imds::Imds,
    proxy::Proxies,
    region,
    retries::Retries,
    secret::{Secret, Secrets},
    settings::Settings,
    shared_files::SharedFiles,
    switch::switched_on,
    trust::Trust,
    user_agent::UserAgent,
};

/// The last two are hashicorp/aws's own, from before there was the first.
pub(crate) const STS_ENDPOINT: [&str; 3] = ["AWS_ENDPOINT_URL_STS", "TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"];

/// What all requests of one configuration share.
#[derive(Debug)]
pub(crate) struct Config {
    /// Without credentials, and without any endpoint.
    sdk: SdkConfig,
    /// The way past every proxy, to what hands out credentials next door.
    pub(crate) neighbours: Client,
    pub(crate) files: SharedFiles,
    /// Not to be repeated by anybody's answer.
    pub(crate) secrets: Secrets,
    /// The configured Region, if there is one.
    pub(crate) region: Option<String>,
    pub(crate) retries: Retries,
    pub(crate) user_agent: UserAgent,
    pub(crate) imds: Imds,
    pub(crate) endpoints: Endpoints,
    sts_by_name: bool,
    /// Who says that dual-stack endpoints are to be asked.
    dualstack: Option<Origin>,
}

/// The endpoints that somebody configured.
#[derive(Debug)]
pub(crate) struct Endpoints {
    pub(crate) ecr: Option<Endpoint>,
    pub(crate) ecr_public: Option<Endpoint>,
    pub(crate) sso: Option<Endpoint>,
    pub(crate) sso_oidc: Option<Endpoint>,
    pub(crate) sts: Option<Endpoint>,
}

impl Config {
    /// Reads the environment and the shared files; asks nobody anything.
    ///
    /// The SDK reads neither: it panics on some of what it finds there, passes over other things in silence, and decides
    /// some things otherwise than hashicorp/aws.
    pub(crate) fn load(settings: &Settings, env: &Environment) -> Result<Self, Error> {
        let secrets = secrets(settings, env);
        Self::load_with(settings, env, &secrets).map_err(|error| error.without(&secrets))
    }

    /// Adds to the secrets whatever it finds.
    fn load_with(settings: &Settings, env: &Environment, secrets: &Secrets) -> Result<Self, Error> {
        credentials::check(settings, env)?;
        account::check_settings(settings)?;
        let files = SharedFiles::load(settings, env)?;
        secrets.add(files.secrets());
        let region = region::configured(settings, env, &files)?;
        region::check_label(settings.sts_region.as_deref(), || Origin::Argument("sts_region"))?;
        let of = |argument: &Option<String>, variables: &[_], key| {
            endpoint::configured(argument, variables, key, env, &files)
        };
        let endpoints = Endpoints {
            ecr: of(&settings.endpoints.ecr, &["AWS_ENDPOINT_URL_ECR"], "ecr")?,
            ecr_public: of(&settings.endpoints.ecr_public, &["AWS_ENDPOINT_URL_ECR_PUBLIC"], "ecr_public")?,
            sso: of(&settings.endpoints.sso, &["AWS_ENDPOINT_URL_SSO"], "sso")?,
            sso_oidc: of(&None, &["AWS_ENDPOINT_URL_SSO_OIDC"], "sso_oidc")?,
            sts: of(&settings.endpoints.sts, &STS_ENDPOINT, "sts")?,
        };
        let retries = Retries::find(settings, env, &files)?;
        let fips = settings.use_fips_endpoint
            || switched_on(env, "AWS_USE_FIPS_ENDPOINT", &files, "use_fips_endpoint")?.is_some();
        let dualstack = dualstack(settings, env, &files)?;
        let imds = Imds::find(settings, env, &files)?;
        let trust = Trust::find(settings, env, &files)?;
        let user_agent = UserAgent::find(settings, env, &files)?;
        let proxies = Proxies::find(settings, env)?;
        secrets.add(proxies.passwords());
        proxies.check(endpoints.ecr.as_ref().map(|endpoint| &*endpoint.url))?;
        let mut sdk = SdkConfig::builder()
            // Named, so that a new SDK does not change how requests are made behind our back.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http_client(proxies, trust.clone()))
            .retry_config(retries.config.clone())
            .timeout_config(retries.timeouts.clone())
            // Answers are read as a whole, within the limit of an attempt: a slow one is no stream that has stalled.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .time_source(SharedTimeSource::default())
            .use_fips(fips)
            .use_dual_stack(dualstack.is_some());
        sdk.set_app_name(user_agent.app());
        let sdk = sdk.build();
        let neighbours = http_client(Proxies::default(), trust);
        let [_, older @ ..] = STS_ENDPOINT;
        let sts_by_name = settings.endpoints.sts.is_some() || older.iter().any(|name| env.is_set(name));
        let config = Self {
            sdk,
            neighbours,
            files,
            secrets: secrets.clone(),
            region,
            retries,
            user_agent,
            imds,
            endpoints,
            sts_by_name,
            dualstack,
        };
        config.ecr("")?;
        // Before the first request, and not after those that need no such endpoint.
        let services = credentials::services(settings, env, &config.files);
        services.sso.then(|| config.sso("")).transpose()?;
        services.sts.then(|| config.sts("")).transpose()?;
        Ok(config)
    }

    /// What a client of ECR is made from.
    pub(crate) fn ecr(&self, region: &str) -> Result<SdkConfig, Error> {
        self.service("ECR", self.endpoints.ecr.as_ref(), region)
    }

    /// What a client of ECR Public is made from.
    pub(crate) fn ecr_public(&self, region: &str) -> Result<SdkConfig, Error> {
        self.service("ECR Public", self.endpoints.ecr_public.as_ref(), region)
    }

    /// What a client of STS is made from.
    pub(crate) fn sts(&self, region: &str) -> Result<SdkConfig, Error> {
        self.service("STS", self.endpoints.sts.as_ref(), region)
    }

    /// What a client of the SSO portal is made from.
    pub(crate) fn sso(&self, region: &str) -> Result<SdkConfig, Error> {
        self.service("SSO", self.endpoints.sso.as_ref(), region)
    }

    /// What a client of the service that renews SSO's tokens is made from.
    pub(crate) fn sso_oidc(&self, region: &str) -> Result<SdkConfig, Error> {
        self.service("SSO OIDC", self.endpoints.sso_oidc.as_ref(), region)
    }

    /// Whether the settings name an endpoint of STS, or a variable of hashicorp/aws that stands for that argument. AWS's own
    /// variables do not count: hashicorp/aws leaves them to the SDK.
    pub(crate) fn has_sts_endpoint(&self) -> bool {
        self.sts_by_name
    }

    /// For providers of credentials that bring their own clients.
    ///
    /// The same ways and limits as for every other request.
    pub(crate) fn provider_config(&self, region: Option<&str>) -> ProviderConfig {
        let mut config = ProviderConfig::without_region()
            .with_behavior_version(self.sdk.behavior_version())
            .with_region(region.map(|region| Region::new(region.to_owned())))
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

    fn service(&self, name: &str, endpoint: Option<&Endpoint>, region: &str) -> Result<SdkConfig, Error> {
        let region = Region::new(region.to_owned());
        let sdk = self.sdk.to_builder().region(region).retry_config(self.retries.ours.clone());
        let Some(Endpoint { url, origin: set_by }) = endpoint else { return Ok(sdk.build()) };
        // Dual-stack and FIPS are a matter of AWS's own endpoints, as in hashicorp/aws. It refuses dual-stack at others, but for those
        // of STS and SSO that are set by name.
        let by_name = !matches!(set_by, Origin::Profile(_) | Origin::Variable(endpoint::ALL_SERVICES));
        let accepts = by_name && matches!(name, "STS" | "SSO");
        if let Some(origin) = self.dualstack.as_ref().filter(|_| !accepts) {
            let problem = format!(
                "there is no dual-stack form of {}, the endpoint that {set_by} sets for {name}: remove one of the two",
                shown_endpoint(url)
            );
            return Err(Error::InvalidSetting { origin: origin.clone(), problem });
        }
        Ok(sdk.endpoint_url(url).use_fips(false).use_dual_stack(false).build())
    }
}

/// The secrets that a configuration begins with. Whatever is found later is added when it is found.
fn secrets(settings: &Settings, env: &Environment) -> Secrets {
    let secrets = Secrets::default();
    let identity = settings.assume_role_with_web_identity.as_ref();
    let arguments =
        [&settings.secret_key, &settings.token].into_iter().chain(identity.map(|block| &block.web_identity_token));
    secrets.add(arguments.flatten().cloned());
    let variables = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "TF_AWS_WEB_IDENTITY_TOKEN",
    ];
    secrets.add(variables.iter().filter_map(|name| env.text(name).ok()?).map(Secret::from));
    secrets
}

/// Whoever asks for dual-stack endpoints.
fn dualstack(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Option<Origin>, Error> {
    if settings.use_dualstack_endpoint {
        return Ok(Some(Origin::Argument("use_dualstack_endpoint")));
    }
    switched_on(env, "AWS_USE_DUALSTACK_ENDPOINT", files, "use_dualstack_endpoint")
}
