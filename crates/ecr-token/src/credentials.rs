//! Whose credentials sign the request.
//!
//! One source is chosen: where it fails, the next would be somebody else's credentials.

use std::{future::Future, time::Duration};

use aws_credential_types::Credentials;
use tokio::time::timeout;
use tracing::{debug, info};

use crate::{
    account,
    attempts::Limit,
    config::Config,
    credentials::{container::Container, source::Source},
    environment::Environment,
    error::{Error, Origin, Tried},
    retries::{ATTEMPT_TIMEOUT, TIMEOUT},
    settings::Settings,
    shared_files::SharedFiles,
    sts::Sts,
};

mod command;
mod console_login;
mod container;
#[cfg(unix)]
mod descendants;
pub(crate) mod document;
mod environment;
mod lock;
mod process;
mod profile;
mod source;
mod sso;
mod sso_login;
mod sso_renewal;
mod static_keys;
mod web_identity;

pub(crate) use container::AGENTS;
pub(crate) use profile::Plan;
pub use sso_renewal::renewals_end;
pub use static_keys::check_static_keys;

/// A program may wait for a person in a browser, and a login for its renewal by the SDK: but not for ever, nor for so long
/// that ECR could not be asked in time.
const SOURCE_TIMEOUT: Duration = TIMEOUT.saturating_sub(ATTEMPT_TIMEOUT);

/// Credentials, and the Region of the EC2 instance that they are of, where nobody configured another.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) credentials: Credentials,
    from: String,
    pub(crate) region: Option<String>,
}

/// Finds what is wrong with the settings' credentials without asking anybody.
pub(crate) fn check(settings: &Settings, env: &Environment) -> Result<(), Error> {
    check_static_keys(settings)?;
    web_identity::of_settings(settings, env).map(drop)
}

/// Whether the profile is asked for credentials and has none, and the machine may have some.
pub(crate) fn leaves_the_profile(settings: &Settings, env: &Environment, config: &Config) -> bool {
    let machine = || !config.imds.is_off() || matches!(Container::of(env), Ok(Some(_)));
    let source = Source::of(settings, env, &config.files);
    matches!(source, Ok(Source::Profile(Plan { base: Err(_), .. }, _))) && machine()
}

/// The services that are asked for credentials before ECR is asked for a token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Services {
    pub(crate) instance: bool,
    pub(crate) sso: bool,
    pub(crate) sts: bool,
}

/// The services that [`find`] asks, as far as settings, environment and files tell. Says nothing of their flaws: `find` does.
pub(crate) fn services(settings: &Settings, env: &Environment, files: &SharedFiles) -> Services {
    let (instance, sso, sts) = match Source::of(settings, env, files) {
        Ok(Source::WebIdentityOfSettings(_) | Source::WebIdentityOfEnvironment(_)) => (false, false, true),
        Ok(Source::Profile(Plan { base, roles, .. }, _)) => {
            let is_identity = matches!(base, Ok(profile::Base::WebIdentity(_)));
            let is_instance = match &base {
                Ok(base) => matches!(base, profile::Base::Instance),
                Err(_) => matches!(Container::of(env), Ok(None)),
            };
            (is_instance, matches!(base, Ok(profile::Base::Sso(_))), is_identity || !roles.is_empty())
        }
        Ok(Source::Static(_) | Source::Environment(_)) | Err(_) => (false, false, false),
    };
    Services { instance, sso, sts: sts || settings.needs_sts() }
}

/// The credentials that the settings lead to; STS is asked in `region` where they name no Region for it.
pub(crate) async fn find(
    settings: &Settings,
    env: &Environment,
    config: &Config,
    region: Option<&str>,
    limit: Limit,
) -> Result<Found, Error> {
    let home = config.region.as_deref().or(region);
    let mut found = Search { settings, env, config, home, limit }.first().await?;
    config.secrets.add_credentials(&found.credentials);
    usable(&found.credentials, &found.from)?;
    let home = home.map(ToOwned::to_owned).or_else(|| found.region.clone());
    let sts = Sts::new(config, settings.sts_region.as_deref().or(home.as_deref()), limit);
    for (position, role) in settings.assume_role.iter().enumerate() {
        let origin = Origin::Element("assume_role", position);
        info!(role = config.secrets.hidden_in(&role.role_arn), "assuming a role");
        found.credentials = sts.assume(role, origin, &found.credentials).await?;
        usable(&found.credentials, &format!("the role {}", role.role_arn))?;
    }
    account::check(settings, &sts, &found.credentials).await?;
    Ok(found)
}

/// One search for credentials to begin with.
#[derive(Debug)]
struct Search<'a> {
    settings: &'a Settings,
    env: &'a Environment,
    config: &'a Config,
    /// The Region in which a profile's roles are assumed.
    home: Option<&'a str>,
    /// Of all calls to STS and SSO together.
    limit: Limit,
}

impl Search<'_> {
    async fn first(&self) -> Result<Found, Error> {
        let (Plan { profile, base, roles }, mut tried) = match Source::of(self.settings, self.env, &self.config.files)?
        {
            Source::Static(credentials) => {
                return Ok(found("the arguments `access_key` and `secret_key`", credentials));
            }
            Source::WebIdentityOfSettings(identity) => {
                let identity = identity.read().await?;
                let sts = Sts::new(self.config, self.settings.sts_region.as_deref().or(self.home), self.limit);
                return Ok(found("web identity", sts.assume_with_web_identity(&identity).await?));
            }
            Source::Environment(credentials) => return Ok(found("environment variables", credentials)),
            Source::WebIdentityOfEnvironment(identity) => {
                let identity = identity.read().await?;
                return Ok(found("web identity", self.sts().assume_with_web_identity(&identity).await?));
            }
            Source::Profile(plan, tried) => (plan, tried),
        };
        let mut found = match base {
            Ok(base) => self.base(&profile, base).await?,
            Err(reason) => {
                tried.push(Tried { from: "shared files", reason });
                self.machine(tried).await?
            }
        };
        for (role, of_profile) in roles {
            let shown = self.config.secrets.hidden_in(&role.role_arn);
            info!(role = shown, profile = of_profile, "assuming a role of a profile");
            usable(&found.credentials, &found.from)?;
            found.credentials = self.sts().assume(&role, Origin::Profile(of_profile), &found.credentials).await?;
        }
        Ok(found)
    }

    /// For a profile's roles: `sts_region` counts for them only where STS has an endpoint of its own, as in
    /// hashicorp/aws.
    fn sts(&self) -> Sts<'_> {
        let region = self.settings.sts_region.as_deref().filter(|_| self.config.has_sts_endpoint());
        Sts::new(self.config, region.or(self.home), self.limit)
    }

    async fn base(&self, profile: &str, base: profile::Base) -> Result<Found, Error> {
        use profile::Base;
        let from = format!("the profile {profile:?}");
        let credentials = match base {
            Base::Keys(credentials) => credentials,
            Base::Environment => {
                let none = || Error::Credentials { from, reason: environment::not_set() };
                environment::keys(self.env)?.ok_or_else(none)?
            }
            Base::Container => match self.container(&format!("{from}, of the container")).await? {
                Some(credentials) => credentials,
                None => return Err(Error::Credentials { from, reason: Container::not_set() }),
            },
            Base::Instance => return self.instance().await.map_err(|reason| Error::Credentials { from, reason }),
            Base::WebIdentity(identity) => {
                let identity = identity.read().await?;
                self.sts().assume_with_web_identity(&identity).await?
            }
            Base::Login(session) => {
                console_login::credentials(profile, session, self.home, self.env, self.config).await?
            }
            Base::Sso(sso) => sso.credentials(&from, self.env, self.config, self.limit).await?,
            Base::Process(command) => {
                let found = process::credentials(&command, &self.config.secrets).await;
                found.map_err(|reason| Error::Credentials { from, reason })?
            }
        };
        Ok(found(&format!("the profile {profile:?}"), credentials))
    }

    /// What the machine hands out to whatever runs on it.
    async fn machine(&self, mut tried: Vec<Tried>) -> Result<Found, Error> {
        if let Some(credentials) = self.container("the container").await? {
            return Ok(found("container", credentials));
        }
        tried.push(Tried { from: "container", reason: Container::not_set() });
        match self.instance().await {
            Ok(found) => Ok(found),
            Err(reason) => {
                tried.push(Tried { from: "EC2 instance metadata", reason });
                Err(Error::NoCredentials { tried, profile: self.settings.profile.clone() })
            }
        }
    }

    /// `None` where no variable says that this is one.
    async fn container(&self, from: &str) -> Result<Option<Credentials>, Error> {
        let Some(container) = Container::of(self.env)? else { return Ok(None) };
        let credentials = container.credentials(from, &self.config.neighbours, &self.config.secrets);
        within(from, credentials).await.map(Some)
    }

    async fn instance(&self) -> Result<Found, String> {
        let mut instance = self.config.imds.ask(&self.config.neighbours, &self.config.secrets)?;
        let credentials = instance.credentials().await?;
        let region = match self.config.region {
            Some(_) => None,
            None => match instance.region().await {
                Ok(region) => Some(region),
                Err(reason) => {
                    debug!(reason, "EC2 instance metadata has no Region");
                    None
                }
            },
        };
        Ok(Found { region, ..found("EC2 instance metadata", credentials) })
    }
}

fn usable(credentials: &Credentials, from: &str) -> Result<(), Error> {
    match static_keys::flaw(credentials) {
        None => Ok(()),
        Some(flaw) => Err(Error::Credentials { from: from.to_owned(), reason: flaw.to_string() }),
    }
}

fn found(from: &str, credentials: Credentials) -> Found {
    info!(from, "found AWS credentials");
    Found { credentials: without_empty_token(credentials), from: from.to_owned(), region: None }
}

/// Drops an empty session token, as AWS's SDK for Go does.
fn without_empty_token(keys: Credentials) -> Credentials {
    if keys.session_token() != Some("") {
        return keys;
    }
    Credentials::new(keys.access_key_id(), keys.secret_access_key(), None, keys.expiry(), "ecr-token")
}

async fn within<T>(from: &str, source: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |_| {
        let reason = format!("no answer came within {} s", SOURCE_TIMEOUT.as_secs());
        Err(Error::Credentials { from: from.to_owned(), reason })
    };
    timeout(SOURCE_TIMEOUT, source).await.unwrap_or_else(late)
}
