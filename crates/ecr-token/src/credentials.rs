//! Whose credentials sign the request.
//!
//! The order is hashicorp/aws's, where the SDK's own differs: web identity comes before the profile, and a profile that
//! the configuration names comes before the environment.

use std::time::Duration;

use aws_config::{
    ecs::EcsCredentialsProvider,
    imds::{self, credentials::ImdsCredentialsProvider},
    profile::ProfileFileCredentialsProvider,
};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, Result as Provided, SharedCredentialsProvider, error::CredentialsError, future},
};
use aws_types::os_shim_internal::Env;
use tokio::time::timeout;
use tracing::debug;

use crate::{
    config::Config,
    credentials::{environment::EnvironmentKeys, web_identity::WebIdentity},
    error::{Error, Tried, chain, find},
    settings::Settings,
    shared_files::variable,
};

mod environment;
mod web_identity;

/// Outside EC2 nothing answers: do not make people wait for it.
const IMDS_TIMEOUT: Duration = Duration::from_secs(1);
const IMDS_ATTEMPTS: u32 = 2;
/// A role may take several calls, and a program may wait for a person in a browser: but not for ever.
const SOURCE_TIMEOUT: Duration = Duration::from_secs(60);

/// Where ECS and EKS say that there are credentials.
const CONTAINER: [&str; 2] = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

/// The credentials that the settings name, or the chain that looks for some; roles are assumed in `region`.
pub(crate) fn provider(settings: &Settings, env: &Env, config: &Config, region: &str) -> SharedCredentialsProvider {
    if let Ok(Some(credentials)) = static_keys(settings) {
        return SharedCredentialsProvider::new(credentials);
    }
    let mut links = Vec::new();
    if settings.profile.is_none() {
        links.push(Link::new("environment variables", EnvironmentKeys::new(env)));
        links.push(Link::new("web identity", WebIdentity::new(env, &config.sts(region))));
    }
    let files = &config.files;
    let profile = ProfileFileCredentialsProvider::builder()
        .configure(&config.provider_config(region))
        .profile_files(files.files.clone())
        .profile_name(&files.profile);
    let names_role = files.value("role_arn").is_some();
    links.push(Link { set_up: names_role, ..Link::new("shared files", profile.build()) });

    let direct = &config.direct_provider_config(region);
    // Only where a variable says so: the SDK takes an empty one for a container without an address.
    if CONTAINER.iter().any(|name| variable(env, name).is_some()) {
        links.push(Link::new("container", EcsCredentialsProvider::builder().configure(direct).build()));
    }
    let imds = imds::Client::builder()
        .configure(direct)
        .connect_timeout(IMDS_TIMEOUT)
        .read_timeout(IMDS_TIMEOUT)
        .max_attempts(IMDS_ATTEMPTS);
    let imds = ImdsCredentialsProvider::builder().configure(direct).imds_client(imds.build());
    links.push(Link::new("EC2 instance metadata", imds.build()));
    SharedCredentialsProvider::new(Chain { links, profile: settings.profile.clone() })
}

/// Says whether static keys are half there.
///
/// # Errors
/// [`Error::IncompleteKeys`].
pub fn check_static_keys(settings: &Settings) -> Result<(), Error> {
    static_keys(settings).map(drop)
}

/// Any one of the three makes them the only credentials, so that half a pair is an error and not a fall-back to others.
fn static_keys(settings: &Settings) -> Result<Option<Credentials>, Error> {
    match (&settings.access_key, &settings.secret_key, &settings.token) {
        (None, None, None) => Ok(None),
        (None, Some(_), _) => Err(Error::IncompleteKeys { set: "secret_key", missing: "access_key" }),
        (None, None, Some(_)) => Err(Error::IncompleteKeys { set: "token", missing: "access_key" }),
        (Some(_), None, _) => Err(Error::IncompleteKeys { set: "access_key", missing: "secret_key" }),
        (Some(id), Some(secret), token) => {
            let token = token.as_ref().map(|token| token.expose().to_owned());
            Ok(Some(Credentials::new(id, secret.expose(), token, None, "settings")))
        }
    }
}

#[derive(Debug)]
struct Link {
    from: &'static str,
    provider: SharedCredentialsProvider,
    /// Known to be set up, whatever it says of itself: the SDK passes over a role whose source is missing.
    set_up: bool,
}

impl Link {
    fn new(from: &'static str, provider: impl ProvideCredentials + 'static) -> Self {
        Self { from, provider: SharedCredentialsProvider::new(provider), set_up: false }
    }
}

/// Asks one source after the other. Only a source that is not set up is passed over: one that fails is an error, since
/// the next would be somebody else's credentials. After the last there is no next.
#[derive(Debug)]
struct Chain {
    links: Vec<Link>,
    /// The profile that the settings name.
    profile: Option<String>,
}

impl Chain {
    async fn first(&self) -> Provided {
        let mut tried = Vec::new();
        for (position, Link { from, provider, set_up }) in self.links.iter().enumerate() {
            let provided = timeout(SOURCE_TIMEOUT, provider.provide_credentials()).await;
            let error = match provided.unwrap_or_else(|_| Err(CredentialsError::provider_error(TooSlow))) {
                Ok(credentials) => {
                    debug!(from, "found credentials");
                    return Ok(credentials);
                }
                Err(error) => error,
            };
            let reason = reason(&error);
            let set_up = *set_up || !matches!(error, CredentialsError::CredentialsNotLoaded(_));
            if set_up && position + 1 < self.links.len() {
                return Err(CredentialsError::provider_error(SourceFailed { from, reason }));
            }
            debug!(from, reason, "no credentials");
            tried.push(Tried { from, reason });
        }
        Err(CredentialsError::not_loaded(NoneFound { tried, profile: self.profile.clone() }))
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.first())
    }
}

/// What stands in the SDK's wrapping ("the credential provider was not enabled"), which says little.
fn reason(error: &CredentialsError) -> String {
    match std::error::Error::source(error) {
        Some(source) => chain(source),
        None => "no credentials in it".to_owned(),
    }
}

/// Turns what a provider says into what a person is told.
pub(crate) fn error(error: &CredentialsError) -> Error {
    if let Some(NoneFound { tried, profile }) = find(error) {
        return Error::NoCredentials { tried: tried.clone(), profile: profile.clone() };
    }
    match find(error) {
        Some(SourceFailed { from, reason }) => Error::Credentials { from, reason: reason.clone() },
        None => Error::Credentials { from: "settings", reason: reason(error) },
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no answer came within 60 s")]
struct TooSlow;

/// No link of the chain has credentials.
#[derive(Debug, thiserror::Error)]
#[error("no source has AWS credentials")]
struct NoneFound {
    tried: Vec<Tried>,
    profile: Option<String>,
}

/// A link of the chain that is set up and does not work.
#[derive(Debug, thiserror::Error)]
#[error("the credentials from {from} cannot be used: {reason}")]
struct SourceFailed {
    from: &'static str,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(fn() -> Provided);

    impl ProvideCredentials for Fixed {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready((self.0)())
        }
    }

    fn found() -> Provided {
        Ok(Credentials::for_tests())
    }

    fn not_set_up() -> Provided {
        Err(CredentialsError::not_loaded("the variable X is not set"))
    }

    fn broken() -> Provided {
        Err(CredentialsError::provider_error("the login has expired"))
    }

    fn chain_of(links: Vec<Link>) -> Chain {
        Chain { links, profile: None }
    }

    async fn first(links: &[fn() -> Provided]) -> Provided {
        chain_of(links.iter().map(|link| Link::new("source", Fixed(*link))).collect()).first().await
    }

    #[tokio::test]
    async fn a_source_that_is_not_set_up_is_passed_over() {
        assert!(first(&[not_set_up, found, broken]).await.is_ok());
    }

    #[tokio::test]
    async fn a_source_that_fails_ends_the_search() {
        let error = first(&[not_set_up, broken, found]).await.expect_err("broken");
        let failed = find::<SourceFailed>(&error).expect("the source is named");
        assert_eq!((failed.from, failed.reason.as_str()), ("source", "the login has expired"));
    }

    #[tokio::test]
    async fn a_source_that_is_known_to_be_set_up_is_not_passed_over() {
        let role = Link { set_up: true, ..Link::new("role", Fixed(not_set_up)) };
        let error = chain_of(vec![role, Link::new("other", Fixed(found))]).first().await.expect_err("broken");
        assert_eq!(find::<SourceFailed>(&error).map(|failed| failed.from), Some("role"));
    }

    #[tokio::test]
    async fn every_source_tried_is_listed_with_its_reason() {
        let error = first(&[not_set_up, broken]).await.expect_err("none");
        let NoneFound { tried, .. } = find(&error).expect("a list");
        let reasons: Vec<_> = tried.iter().map(|tried| tried.reason.as_str()).collect();
        assert_eq!(reasons, ["the variable X is not set", "the login has expired"]);
    }

    #[test]
    fn half_a_pair_of_keys_is_an_error() {
        let missing = |id: Option<&str>, secret: Option<&str>, token: Option<&str>| {
            let settings = Settings {
                access_key: id.map(ToOwned::to_owned),
                secret_key: secret.map(Into::into),
                token: token.map(Into::into),
                ..Settings::default()
            };
            match static_keys(&settings) {
                Ok(credentials) => Ok(credentials.is_some()),
                Err(Error::IncompleteKeys { missing, .. }) => Err(missing),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(missing(None, None, None), Ok(false));
        assert_eq!(missing(Some("id"), Some("secret"), None), Ok(true));
        assert_eq!(missing(Some("id"), None, None), Err("secret_key"));
        assert_eq!(missing(None, Some("secret"), None), Err("access_key"));
        assert_eq!(missing(None, None, Some("token")), Err("access_key"));
    }
}
