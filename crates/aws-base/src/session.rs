//! One AWS configuration: its settings, its credentials, and the time limit of its requests.

mod preparation;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{sync::OnceCell, time::Instant};

use crate::{
    allowed_accounts, blocking,
    cache::Cache,
    config::Config,
    credentials::{self, SourcedCredentials},
    environment::Environment,
    error::Error,
    limit::Limit,
    origin::Origin,
    problem::SharedFilesProblem,
    region::Region,
    secret::Secret,
    secrets::{Secrets, parts},
    service::Service,
    settings::{AssumeRole, Settings, WebIdentityTokenSource},
    shared_files::paths,
    sources::Sources,
    warning::{self, Warning},
};

use preparation::Preparation;

/// An AWS configuration. The configuration is read when it is first needed. Cheap to clone: clones share connections and
/// credentials.
#[derive(Clone, Debug)]
pub struct Session(Arc<Inner>);

struct Inner {
    settings: Settings,
    environment: Environment,
    /// The configuration, or the error of loading it. After an error, loading is not repeated, because it would fail with the
    /// same error.
    config: OnceCell<Result<Config, Arc<Error>>>,
    preparation: OnceLock<Preparation>,
    /// The credentials, by the roles that a caller assumes. An empty list of roles is the key for the credentials of the settings
    /// themselves.
    credentials: Cache<Vec<AssumeRole>, SourcedCredentials, Error>,
}

/// Omits the environment, because it can contain secrets.
impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("settings", &self.settings)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Creates a session. Reads no file and sends no request.
    pub fn new(settings: Settings, environment: Environment) -> Self {
        Self(Arc::new(Inner {
            settings,
            environment,
            config: OnceCell::new(),
            preparation: OnceLock::new(),
            credentials: Cache::default(),
        }))
    }

    /// Returns the configuration. Finds all problems with the settings, the environment and the shared files that can be found
    /// without a request.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn config(&self) -> Result<&Config, Arc<Error>> {
        let config = self.0.config.get_or_init(|| async { self.load().await.map_err(Arc::new) });
        config.await.as_ref().map_err(Arc::clone)
    }

    /// Returns warnings about settings that are valid but probably a mistake. Reads the shared files.
    pub async fn warnings(&self) -> Vec<Warning> {
        warning::all(&self.0.settings, &self.0.environment, self.config().await.ok())
    }

    /// Checks the [`config`](Self::config). Gets the credentials if the settings contain a role, a web identity, or a list of
    /// accounts. Otherwise, sends no request.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn verify(&self) -> Result<(), Arc<Error>> {
        let limit = self.config().await?.retries.limit(Duration::ZERO);
        if credentials::need_sts(&self.0.settings) {
            let start = Instant::now();
            self.credentials(&[], None, limit).await?;
            self.0.preparation.get_or_init(|| Preparation::since(start));
        }
        Ok(())
    }

    /// Returns the limit of a request that starts now. The limit includes the search for credentials.
    ///
    /// # Errors
    /// Returns an error if the configuration is not valid.
    pub async fn limit(&self) -> Result<Limit, Arc<Error>> {
        let spent = self.0.preparation.get().map(|preparation| preparation.spent()).unwrap_or_default();
        Ok(self.config().await?.retries.limit(spent))
    }

    /// Returns the Region for a request: the caller's Region, else the configured Region, else the Region of the EC2 instance
    /// that the credentials come from.
    ///
    /// # Errors
    /// Returns an error if the Region is missing, or if it is in a different partition from the configured Region.
    pub async fn region(&self, caller: Option<&Region>, limit: Limit) -> Result<Region, Arc<Error>> {
        match Region::to_ask(caller, self.config().await?.region.as_ref()) {
            Err(Error::NoRegion) => {
                let found = self.credentials(&[], None, limit).await?;
                Ok(found.region.ok_or(Error::NoRegion)?)
            }
            region => Ok(region?),
        }
    }

    /// Returns the credentials of the configuration. If `roles` is not empty, assumes these roles in order, and returns the
    /// credentials of the last role. All credentials are cached. If no Region is configured, a role is assumed in the `region`
    /// of the first caller that needs the role.
    ///
    /// This function sends no request to the service that the caller needs, such as ECR. An error is therefore not a failure of
    /// that service.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn credentials(
        &self,
        roles: &[AssumeRole],
        region: Option<&Region>,
        limit: Limit,
    ) -> Result<SourcedCredentials, Arc<Error>> {
        allowed_accounts::check_roles(&self.0.settings, roles)?;
        let (session, of_caller) = (self.clone(), region.cloned());
        let find = || async move {
            let config = session.config().await?;
            let found = credentials::find(config, of_caller.as_ref(), limit).await;
            found.map_err(|error| Arc::new(error.without(&config.secrets)))
        };
        let mut found = self.shared(&[], find).await?;
        for position in 0..roles.len() {
            found = self.assumed(&roles[..=position], found, region, limit).await?;
        }
        Ok(found)
    }

    /// Assumes the last of `roles`, and returns the credentials of this role. `found` are the credentials that this role is
    /// assumed with.
    async fn assumed(
        &self,
        roles: &[AssumeRole],
        found: SourcedCredentials,
        region: Option<&Region>,
        limit: Limit,
    ) -> Result<SourcedCredentials, Arc<Error>> {
        let Some((role, before)) = roles.split_last() else { return Ok(found) };
        let used = found.credentials.access_key_id().to_owned();
        let (session, role, region) = (self.clone(), role.clone(), region.cloned());
        let origin = Origin::CallerElement("assume_role", before.len());
        let assume = || async move {
            let config = session.config().await?;
            let assumed = credentials::assume(config, &role, origin, found, region.as_ref(), limit).await;
            assumed.map_err(|error| Arc::new(error.without(&config.secrets)))
        };
        let answer = self.shared(roles, assume).await;
        answer.inspect_err(|error| {
            if error.ends_credentials() {
                self.forget_credentials(before, &used);
            }
        })
    }

    async fn shared<F>(&self, roles: &[AssumeRole], find: impl FnOnce() -> F) -> Result<SourcedCredentials, Arc<Error>>
    where
        F: Future<Output = Result<SourcedCredentials, Arc<Error>>> + Send + 'static,
    {
        let answer = self.0.credentials.answer(roles, find).await;
        answer.inspect_err(|error| {
            if error.ends_credentials() {
                self.0.credentials.forget(roles, |_| true, |_| false);
            }
        })
    }

    /// Removes the credentials of these roles from the cache, after a service has rejected these credentials. The next search may
    /// find new credentials, for example from a program or a login. Credentials with a different access key are kept, because
    /// another caller has found these credentials in the meantime.
    pub fn forget_credentials(&self, roles: &[AssumeRole], access_key_id: &str) {
        let is_same = |found: &SourcedCredentials| found.credentials.access_key_id() == access_key_id;
        self.0.credentials.forget(roles, |_| false, is_same);
    }

    async fn load(&self) -> Result<Config, Error> {
        let (settings, environment) = (self.0.settings.clone(), self.0.environment.clone());
        match blocking::read(move || load(&settings, &environment)).await {
            Some(config) => config,
            None => Err(self.too_slow()),
        }
    }

    fn too_slow(&self) -> Error {
        let files = paths(&self.0.settings, &self.0.environment);
        let files: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
        let (files, seconds) = (files.join(" and "), blocking::TIMEOUT.as_secs());
        Error::SharedFiles { problem: SharedFilesProblem::TooSlow { files, seconds } }
    }
}

fn load(settings: &Settings, environment: &Environment) -> Result<Config, Error> {
    let secrets = secrets(settings, environment);
    let config = || {
        credentials::check(settings, environment)?;
        allowed_accounts::check_settings(settings)?;
        let config = Config::load(Sources::load(settings, environment)?, &secrets)?;
        // Checks the endpoints that are needed, before the first request.
        let asked = credentials::services(&config.sources);
        config.check(Service::Ecr)?;
        if asked.sso {
            config.check(Service::Sso)?;
        }
        if asked.sts {
            config.check(Service::Sts)?;
        }
        Ok(config)
    };
    config().map_err(|error: Error| error.without(&secrets))
}

/// Returns the secrets in the settings and the environment. Secrets of requests are added later.
fn secrets(settings: &Settings, environment: &Environment) -> Secrets {
    let secrets = Secrets::default();
    if let Some(keys) = &settings.static_keys {
        secrets.add(parts(keys.credentials()));
    }
    let identity = settings.assume_role_with_web_identity.as_ref().and_then(|block| block.token.as_ref());
    if let Some(WebIdentityTokenSource::Token(token)) = identity {
        secrets.add([token.secret().clone()]);
    }
    let variables = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "TF_AWS_WEB_IDENTITY_TOKEN",
    ];
    secrets.add(variables.iter().filter_map(|name| environment.text(name).ok()?).map(Secret::from));
    secrets
}
