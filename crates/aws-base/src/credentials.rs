//! Finds the credentials that sign requests.
//!
//! Only one source of credentials is used. If this source fails, the next source is not tried, because the next source could
//! return credentials of a different identity.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use tracing::{debug, info};

use crate::{
    allowed_accounts,
    cache::Expiring,
    config::Config,
    credential_source::CredentialSource,
    environment::Environment,
    error::{Error, Tried},
    limit::Limit,
    origin::Origin,
    problem::SourceProblem,
    region::Region,
    settings::{AssumeRole, Settings},
    sources::Sources,
    static_keys,
    sts::{Role, Sts},
};

use container::Container;
pub(crate) use profile::Plan;
use profile::{Base, Lookup};
use source::Source;
use web_identity::WebIdentity;
use within::within;

pub use sso_renewal::renewals_end;

mod command;
mod console_login;
mod container;
mod descendants;
mod environment;
mod lock;
mod process;
mod profile;
mod source;
mod sso;
mod sso_login;
mod sso_renewal;
mod web_identity;
mod within;

/// Credentials, the source of the credentials, and the Region of the EC2 instance. The Region is set only if the credentials come
/// from the instance and no Region is configured.
#[derive(Clone, Debug)]
pub struct SourcedCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// The source of the credentials, for error messages.
    from: CredentialSource,
    pub(crate) region: Option<Region>,
}

impl Expiring for SourcedCredentials {
    fn expires_at(&self) -> Option<SystemTime> {
        self.credentials.expiry()
    }
}

/// Checks the block `assume_role_with_web_identity` of the settings, if the block is set. Sends no request.
///
/// # Errors
/// Returns an error if the token or the role is missing, or if a value is not valid.
pub(crate) fn check(settings: &Settings, environment: &Environment) -> Result<(), Error> {
    web_identity::from_settings(settings, environment).map(drop)
}

/// Returns `true` if the profile has no credentials, and the credentials of a container or of the EC2 instance can be used instead.
pub(crate) fn falls_back_to_machine(config: &Config) -> bool {
    let machine = || !config.imds.is_off() || matches!(Container::find(&config.sources.environment), Ok(Some(_)));
    let source = Source::find(&config.sources);
    matches!(source, Ok(Source::Profile(Plan { base: Lookup::Nothing(_), .. }, _))) && machine()
}

/// The services that are called before ECR, to get the credentials or the account ID of the credentials.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Services {
    pub(crate) instance: bool,
    pub(crate) sso: bool,
    pub(crate) sts: bool,
}

/// Returns the services that [`find`] calls for these settings, environment variables and files. Ignores errors in the
/// configuration, because `find` reports these errors.
pub(crate) fn services(sources: &Sources) -> Services {
    let (instance, sso, sts) = match Source::find(sources) {
        Ok(Source::WebIdentityOfSettings(_) | Source::WebIdentityOfEnvironment(_)) => (false, false, true),
        Ok(Source::Profile(Plan { base, roles, .. }, _)) => {
            let is_identity = matches!(base, Lookup::Found(Base::WebIdentity(_)));
            let is_instance = match &base {
                Lookup::Found(base) => matches!(base, Base::Instance),
                Lookup::Nothing(_) => matches!(Container::find(&sources.environment), Ok(None)),
            };
            (is_instance, matches!(base, Lookup::Found(Base::Sso(_))), is_identity || !roles.is_empty())
        }
        Ok(Source::Static(_) | Source::Environment(_)) | Err(_) => (false, false, false),
    };
    Services { instance, sso, sts: sts || need_sts(&sources.settings) }
}

/// Checks whether the settings require a request to STS, regardless of the environment and the profile.
pub(crate) fn need_sts(settings: &Settings) -> bool {
    !settings.assume_role.is_empty()
        || settings.assume_role_with_web_identity.is_some()
        || allowed_accounts::need_account(settings)
}

/// Returns the configured credentials. If the settings contain roles, assumes the roles in turn, and returns the credentials of
/// the last role. STS is called in `region` only if the configuration sets neither `sts_region` nor a Region.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn find(config: &Config, region: Option<&Region>, limit: Limit) -> Result<SourcedCredentials, Error> {
    let settings = &config.sources.settings;
    let mut found = Search { config, home: config.region.as_ref().or(region), limit }.first().await?;
    config.secrets.add_credentials(&found.credentials);
    usable(&found.credentials, &found.from)?;
    for (position, role) in settings.assume_role.iter().enumerate() {
        let origin = Origin::Element("assume_role", position);
        found = assume(config, role, origin, found, region, limit).await?;
    }
    // Requests the account from STS, because an account ID in the environment or a profile might be wrong.
    if allowed_accounts::need_account(settings) {
        let account = sts(config, &found, region, limit).account(&found.credentials).await?;
        allowed_accounts::check(&settings.allowed_accounts, account)?;
    }
    Ok(found)
}

/// Assumes a role with the credentials in `found`, and returns the credentials of the role. Uses the same STS endpoint as
/// [`find`].
///
/// # Errors
/// See [`Error`].
pub(crate) async fn assume(
    config: &Config,
    role: &AssumeRole,
    origin: Origin,
    found: SourcedCredentials,
    region: Option<&Region>,
    limit: Limit,
) -> Result<SourcedCredentials, Error> {
    let role = Role::from(role);
    info!(role = %config.secrets.hidden_in(&role.arn), "assuming a role");
    let credentials = sts(config, &found, region, limit).assume(&role, origin, &found.credentials).await?;
    usable(&credentials, &CredentialSource::Role(role.arn))?;
    Ok(SourcedCredentials { credentials, ..found })
}

/// Returns the STS client that [`assume`] uses to assume a role, and that [`find`] uses to request the account ID of the
/// credentials.
fn sts<'a>(config: &'a Config, found: &'a SourcedCredentials, region: Option<&'a Region>, limit: Limit) -> Sts<'a> {
    let of_settings = config.sources.settings.sts_region.as_ref().or(config.region.as_ref());
    Sts::new(config, of_settings.or(region).or(found.region.as_ref()), limit)
}

/// The search for the initial credentials, which are found before any role in the settings is assumed.
#[derive(Debug)]
struct Search<'a> {
    config: &'a Config,
    /// The Region for the roles of a profile and for console logins: the configured Region, or else the parameter `region` of
    /// [`find`].
    home: Option<&'a Region>,
    /// The limit for calls to STS and SSO: one deadline for all calls, or a maximum number of attempts for each call.
    limit: Limit,
}

impl Search<'_> {
    async fn first(&self) -> Result<SourcedCredentials, Error> {
        let (Plan { profile, base, roles }, mut tried) = match Source::find(&self.config.sources)? {
            Source::Static(credentials) => {
                return Ok(found(CredentialSource::StaticKeys, credentials));
            }
            Source::WebIdentityOfSettings(identity) => {
                let region = self.config.sources.settings.sts_region.as_ref().or(self.home);
                let sts = Sts::new(self.config, region, self.limit);
                return Ok(found(CredentialSource::WebIdentity(None), web_identity(&sts, identity).await?));
            }
            Source::Environment(credentials) => return Ok(found(CredentialSource::EnvironmentVariables, credentials)),
            Source::WebIdentityOfEnvironment(identity) => {
                return Ok(found(CredentialSource::WebIdentity(None), web_identity(&self.sts(), identity).await?));
            }
            Source::Profile(plan, tried) => (plan, tried),
        };
        let mut found = match base {
            Lookup::Found(base) => self.base(&profile, base).await?,
            Lookup::Nothing(reason) => {
                tried.push(Tried { from: "shared files", reason });
                self.machine(tried).await?
            }
        };
        for (role, of_profile) in roles {
            let shown = self.config.secrets.hidden_in(&role.arn);
            info!(role = %shown, profile = of_profile, "assuming a role of a profile");
            usable(&found.credentials, &found.from)?;
            found.credentials = self.sts().assume(&role, Origin::Profile(of_profile), &found.credentials).await?;
        }
        Ok(found)
    }

    /// Returns the STS client for the roles of a profile and for a web identity in the environment. Uses `sts_region` only if
    /// [`Config::has_sts_endpoint`] returns `true`, as hashicorp/aws does.
    fn sts(&self) -> Sts<'_> {
        let region = self.config.sources.settings.sts_region.as_ref().filter(|_| self.config.has_sts_endpoint());
        Sts::new(self.config, region.or(self.home), self.limit)
    }

    async fn base(&self, profile: &str, base: Base) -> Result<SourcedCredentials, Error> {
        let from = CredentialSource::Profile(profile.to_owned());
        let credentials = match base {
            Base::Keys(credentials) => credentials,
            Base::Environment => match environment::keys(&self.config.sources.environment)? {
                Some(credentials) => credentials,
                None => return Err(Error::Credentials { from, reason: environment::NOT_SET }),
            },
            Base::Container => match self.container(Some(profile)).await? {
                Some(credentials) => credentials,
                None => return Err(Error::Credentials { from, reason: Container::NOT_SET }),
            },
            Base::Instance => return self.instance().await.map_err(|reason| Error::Credentials { from, reason }),
            Base::WebIdentity(identity) => web_identity(&self.sts(), *identity).await?,
            Base::Login(session) => console_login::credentials(profile, session, self.home, self.config).await?,
            Base::Sso(sso) => sso.credentials(self.config, self.limit).await?,
            Base::Process(command) => {
                let found = process::credentials(&command, &self.config.secrets).await;
                found.map_err(|reason| Error::Credentials { from: from.clone(), reason })?
            }
        };
        Ok(found(from, credentials))
    }

    /// Returns the credentials of the container. If no container is configured, returns the credentials of the EC2 instance.
    async fn machine(&self, mut tried: Vec<Tried>) -> Result<SourcedCredentials, Error> {
        if let Some(credentials) = self.container(None).await? {
            return Ok(found(CredentialSource::Container { profile: None, host: None }, credentials));
        }
        tried.push(Tried { from: "container", reason: Container::NOT_SET });
        match self.instance().await {
            Ok(found) => Ok(found),
            Err(reason) => {
                tried.push(Tried { from: "EC2 instance metadata", reason });
                Err(Error::NoCredentials { tried, profile: self.config.sources.settings.profile.clone() })
            }
        }
    }

    /// Returns the credentials of the container, or `None` if no environment variable sets the URL of the container's agent.
    async fn container(&self, profile: Option<&str>) -> Result<Option<Credentials>, Error> {
        let Some(container) = Container::find(&self.config.sources.environment)? else { return Ok(None) };
        let credentials = container.credentials(profile, &self.config.direct, &self.config.secrets);
        let from = CredentialSource::Container { profile: profile.map(ToOwned::to_owned), host: None };
        within(&from, credentials).await.map(Some)
    }

    async fn instance(&self) -> Result<SourcedCredentials, SourceProblem> {
        let mut instance = self.config.imds.ask(&self.config.direct, &self.config.secrets)?;
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
        Ok(SourcedCredentials { region, ..found(CredentialSource::InstanceMetadata, credentials) })
    }
}

fn usable(credentials: &Credentials, from: &CredentialSource) -> Result<(), Error> {
    match static_keys::flaw(credentials) {
        None => Ok(()),
        Some(flaw) => Err(Error::Credentials { from: from.clone(), reason: SourceProblem::Key { flaw } }),
    }
}

fn found(from: CredentialSource, credentials: Credentials) -> SourcedCredentials {
    info!(%from, "found AWS credentials");
    SourcedCredentials { credentials: without_empty_token(credentials), from, region: None }
}

/// Removes the session token if it is empty, as AWS's SDK for Go does.
fn without_empty_token(keys: Credentials) -> Credentials {
    if keys.session_token() != Some("") {
        return keys;
    }
    Credentials::new(keys.access_key_id(), keys.secret_access_key(), None, keys.expiry(), "aws-base")
}

async fn web_identity(sts: &Sts<'_>, identity: WebIdentity) -> Result<Credentials, Error> {
    let token = identity.token().await?;
    sts.assume_with_web_identity(&identity.role, identity.origin, &token).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_credentials_keep_their_expiry() {
        let end = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000);
        for expiry in [None, Some(end)] {
            let credentials = Credentials::new("AKIDEXAMPLE", "hunter2", None, expiry, "test");
            let found =
                SourcedCredentials { credentials, from: CredentialSource::Profile("dev".to_owned()), region: None };
            assert_eq!(found.expires_at(), expiry);
        }
    }
}
