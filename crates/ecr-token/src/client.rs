//! The way to a token.

mod walk;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_sdk_ecr::operation::get_authorization_token::GetAuthorizationTokenError;
use aws_sdk_ecrpublic::operation::get_authorization_token::GetAuthorizationTokenError as GetPublicTokenError;
use tokio::{sync::OnceCell, time::Instant};
use tracing::debug;

use crate::{
    attempts::Limit,
    blocking,
    cache::Cache,
    call::Call,
    config::Config,
    credentials::{self, Found},
    environment::Environment,
    error::Error,
    region,
    settings::Settings,
    shared_files::paths,
    token::{self, Token},
    warning::{self, Warning},
};

use walk::Walk;

const ACTION: &str = "ecr:GetAuthorizationToken";
const PUBLIC_ACTION: &str = "ecr-public:GetAuthorizationToken";

/// Gets tokens with one AWS configuration. Cheap to clone; clones share their connections and tokens.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    env: Environment,
    /// Or why there is none, which would be the same again.
    config: OnceCell<Result<Config, Arc<Error>>>,
    /// The search for the credentials that the settings want before any token is.
    walk: OnceLock<Walk>,
    credentials: Cache<Found, Error>,
    tokens: Cache<Token, Error>,
}

/// Without the environment, which may hold secrets.
impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("settings", &self.settings).field("config", &self.config).finish_non_exhaustive()
    }
}

impl Client {
    /// Takes the settings; reads nothing and asks nobody before a token is wanted.
    pub fn new(settings: Settings) -> Self {
        Self::within(settings, Environment::of_process())
    }

    fn within(settings: Settings, env: Environment) -> Self {
        Self(Arc::new(Inner {
            settings,
            env,
            config: OnceCell::new(),
            walk: OnceLock::new(),
            credentials: Cache::default(),
            tokens: Cache::default(),
        }))
    }

    /// Finds what is wrong with the settings, the environment and the shared files as far as that needs no network.
    /// [`authorization_token`](Self::authorization_token) does the same where nobody did before.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn prepare(&self) -> Result<(), Arc<Error>> {
        self.0.config().await.map(drop)
    }

    /// Settings that are valid but probably a mistake. Reads the shared files.
    pub async fn warnings(&self) -> Vec<Warning> {
        warning::all(&self.0.settings, &self.0.env, self.0.config().await.ok())
    }

    /// [`prepare`](Self::prepare), and then gets the credentials where the settings want more than that a token can be
    /// asked for: a role, a web identity, or an account that is allowed. Asks nobody otherwise.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn verify(&self) -> Result<(), Arc<Error>> {
        let limit = self.0.config().await?.retries.limit(Duration::ZERO);
        if self.0.settings.needs_sts() {
            let start = Instant::now();
            Arc::clone(&self.0).credentials(None, limit).await?;
            self.0.walk.get_or_init(|| Walk::since(start));
        }
        Ok(())
    }

    /// A token of ECR in `region`, or in the configured Region where that is `None` or empty.
    ///
    /// Equal questions share one API call: those that come while it is on its way, and those that come while half of the
    /// token's lifetime is still ahead. A failure is shared by those who waited for it, and by nobody after, unless it took
    /// long.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn authorization_token(&self, region: Option<&str>) -> Result<Token, Arc<Error>> {
        self.token(region, None).await
    }

    /// The same, of which something that stands in for ECR, and names registries in a way of its own, is to know that it is for
    /// the registry of this account (12 digits). AWS's own tokens are good for all:
    /// [`Token::registry_of`] names those without another call.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn authorization_token_for(&self, region: Option<&str>, account_id: &str) -> Result<Token, Arc<Error>> {
        self.token(region, Some(account_id)).await
    }

    /// A token of ECR Public, which is asked in us-east-1 where `region` is `None` or empty.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn public_authorization_token(&self, region: Option<&str>) -> Result<Token, Arc<Error>> {
        let (config, limit) = self.ready().await?;
        let region = region::asked_of_public(region, config.region.as_deref())?;
        // Fails before credentials are asked for, if the endpoint cannot be used.
        config.ecr_public(&region)?;
        let (inner, key) = (Arc::clone(&self.0), format!("{PUBLIC_ACTION} {region}"));
        let found = Arc::clone(&self.0).credentials(Some(&region), limit).await?;
        let used = found.credentials.access_key_id().to_owned();
        let answer = self.0.tokens.answer(&key, || async move { inner.ask_public(&region, found, limit).await }).await;
        answer.inspect_err(|error| self.0.forget(error, &key, &used))
    }

    async fn token(&self, region: Option<&str>, account_id: Option<&str>) -> Result<Token, Arc<Error>> {
        let (config, limit) = self.ready().await?;
        let region = match region::asked(region, config.region.as_deref()) {
            Err(Error::NoRegion) => {
                let found = Arc::clone(&self.0).credentials(None, limit).await?;
                region::asked(found.region.as_deref(), None)?
            }
            region => region?,
        };
        let (inner, account_id) = (Arc::clone(&self.0), account_id.map(ToOwned::to_owned));
        let key = format!("{ACTION} {region} {}", account_id.as_deref().unwrap_or_default());
        let found = Arc::clone(&self.0).credentials(Some(&region), limit).await?;
        let used = found.credentials.access_key_id().to_owned();
        let ask = || async move { inner.ask(&region, account_id, found, limit).await };
        let answer = self.0.tokens.answer(&key, ask).await;
        answer.inspect_err(|error| self.0.forget(error, &key, &used))
    }

    /// The configuration, and the time for a question: whoever waits for a token may have waited for the credentials too.
    async fn ready(&self) -> Result<(&Config, Limit), Arc<Error>> {
        let config = self.0.config().await?;
        Ok((config, config.retries.limit(self.0.walk.get().map(|walk| walk.spent()).unwrap_or_default())))
    }
}

impl Inner {
    async fn config(&self) -> Result<&Config, Arc<Error>> {
        self.config.get_or_init(|| async { self.load().await.map_err(Arc::new) }).await.as_ref().map_err(Arc::clone)
    }

    async fn load(&self) -> Result<Config, Error> {
        let (settings, env) = (self.settings.clone(), self.env.clone());
        let too_slow = || {
            let files: Vec<_> =
                paths(&self.settings, &self.env).iter().map(|path| path.display().to_string()).collect();
            let (files, seconds) = (files.join(" and "), blocking::TIMEOUT.as_secs());
            Error::SharedFiles {
                reason: format!(
                    "reading {files}, and a bundle of certificates where one is named, took longer than {seconds} s: one \
                     of them may be a pipe that nobody writes to, or on a network that hangs"
                ),
            }
        };
        blocking::read(move || Config::load(&settings, &env)).await.unwrap_or_else(|| Err(too_slow()))
    }

    /// Found before ECR is asked, and apart from it: however long that takes, it happens once, and no failure of it is
    /// ECR's. Where no Region is configured, the first that is asked for is also the one in which roles are assumed.
    async fn credentials(self: Arc<Self>, region: Option<&str>, limit: Limit) -> Result<Found, Arc<Error>> {
        let (inner, region) = (Arc::clone(&self), region.map(ToOwned::to_owned));
        let find = || async move {
            let config = inner.config().await?;
            let found = credentials::find(&inner.settings, &inner.env, config, region.as_deref(), limit).await;
            let found = found.map_err(|error| error.without(&config.secrets));
            found.map_err(Arc::new)
        };
        let answer = self.credentials.answer("", find).await;
        if answer.as_ref().is_err_and(|error| ends_credentials(error)) {
            self.credentials.forget("", |_| true, |_| false);
        }
        answer
    }

    /// Lets the next question find credentials anew, if AWS has refused those that were used. A program or a login may have
    /// others by then. Others that came in the meantime stay.
    fn forget(&self, error: &Error, key: &str, used: &str) {
        if ends_credentials(error) {
            self.credentials.forget("", |_| false, |found| found.credentials.access_key_id() == used);
            self.tokens.forget(key, ends_credentials, |_| false);
        }
    }

    async fn ask(
        &self,
        region: &str,
        account_id: Option<String>,
        found: Found,
        limit: Limit,
    ) -> Result<Token, Arc<Error>> {
        if account_id.is_some() {
            debug!(region, account_id, "the token is for a registry of this account");
        }
        let config = self.config().await?;
        let call = Call::new(ACTION, region, limit, &config.secrets)
            .at(config.endpoints.ecr.as_ref())
            .hiding_credentials(&found.credentials);
        let sdk = aws_sdk_ecr::config::Builder::from(&config.ecr(region)?)
            .credentials_provider(found.credentials)
            .interceptor(config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<GetAuthorizationTokenError>())
            .retry_partition(config.retries.partition.clone());
        let request = aws_sdk_ecr::Client::from_conf(sdk.build()).get_authorization_token();
        #[expect(deprecated, reason = "AWS ignores it; what stands in for AWS may not")]
        let request = request.set_registry_ids(account_id.map(|id| vec![id]));
        let output = call.answer(request.send()).await?;
        let malformed = |problem| call.malformed(&output, problem);
        let data = output.authorization_data.as_deref();
        config.secrets.add(
            data.unwrap_or_default().iter().filter_map(|data| data.authorization_token()).flat_map(token::secrets),
        );
        let token = Token::decode(data, region).map_err(malformed)?;
        debug!(?token, "ECR answered");
        Ok(token)
    }

    async fn ask_public(&self, region: &str, found: Found, limit: Limit) -> Result<Token, Arc<Error>> {
        let config = self.config().await?;
        let call = Call::new(PUBLIC_ACTION, region, limit, &config.secrets)
            .at(config.endpoints.ecr_public.as_ref())
            .hiding_credentials(&found.credentials);
        let sdk = aws_sdk_ecrpublic::config::Builder::from(&config.ecr_public(region)?)
            .credentials_provider(found.credentials)
            .interceptor(config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<GetPublicTokenError>())
            .retry_partition(config.retries.partition.clone());
        let request = aws_sdk_ecrpublic::Client::from_conf(sdk.build()).get_authorization_token();
        let output = call.answer(request.send()).await?;
        let malformed = |problem| call.malformed(&output, problem);
        let data = output.authorization_data.as_ref();
        config.secrets.add(data.and_then(|data| data.authorization_token()).into_iter().flat_map(token::secrets));
        let token = Token::decode_public(data, region).map_err(malformed)?;
        debug!(?token, "ECR Public answered");
        Ok(token)
    }
}

/// Whether AWS says that the credentials have ended, or never were.
fn ends_credentials(error: &Error) -> bool {
    const CODES: [&str; 8] = [
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "RequestExpired",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    ];
    match error {
        Error::Refused { refusal, .. } => refusal.code.as_deref().is_some_and(|code| CODES.contains(&code)),
        Error::Role { source, .. } => ends_credentials(source),
        _ => false,
    }
}

#[cfg(all(test, unix))]
mod fuzz;

#[cfg(test)]
mod tests;

#[cfg(all(test, unix))]
mod vectors;
