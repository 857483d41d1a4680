//! The way to a token.

use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use aws_sdk_ecr::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::BoxError,
};
use aws_types::os_shim_internal::Env;
use tokio::sync::OnceCell;
use tracing::{debug, info};

use crate::{
    cache::Cache,
    config::Config,
    credentials,
    error::{Asked, Error},
    refusal, region,
    settings::Settings,
    token::Token,
};

const ACTION: &str = "ecr:GetAuthorizationToken";

/// Gets tokens with one AWS configuration. Cheap to clone; clones share their connections and tokens.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    env: Env,
    config: OnceCell<Config>,
    credentials: Cache<Credentials, Error>,
    tokens: Cache<Token, Error>,
}

impl Client {
    /// Takes the settings; reads nothing and asks nobody before a token is wanted.
    pub fn new(settings: Settings) -> Self {
        Self::within(settings, Env::real())
    }

    fn within(settings: Settings, env: Env) -> Self {
        Self(Arc::new(Inner {
            settings,
            env,
            config: OnceCell::new(),
            credentials: Cache::default(),
            tokens: Cache::default(),
        }))
    }

    /// Finds what is wrong with the settings, the environment and the shared files as far as that needs no network.
    /// [`authorization_token`](Self::authorization_token) does the same where nobody did before.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn prepare(&self) -> Result<(), Error> {
        self.0.config().await.map(drop)
    }

    /// A token of `region`, or of the configured Region where that is `None` or empty.
    ///
    /// Equal questions share one API call: those that come while it is on its way, and those that come while half of the
    /// token's lifetime is still ahead. A failure is shared by those who waited for it, and by nobody after.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn authorization_token(&self, region: Option<&str>) -> Result<Token, Arc<Error>> {
        let config = self.0.config().await?;
        let region = region::asked(region, config.region.as_deref())?;
        let inner = Arc::clone(&self.0);
        let credentials = Arc::clone(&self.0).credentials(&region).await?;
        self.0.tokens.answer(&region.clone(), || async move { inner.ask(region, credentials).await }).await
    }
}

impl Inner {
    async fn config(&self) -> Result<&Config, Error> {
        self.config.get_or_try_init(|| Config::load(&self.settings, &self.env)).await
    }

    /// Found before ECR is asked, and apart from it: however long that takes, it happens once, and no failure of it is
    /// ECR's.
    async fn credentials(self: Arc<Self>, region: &str) -> Result<Credentials, Arc<Error>> {
        let provider = self.config().await?.credentials(&self.settings, &self.env, region);
        let ask = || async move { provider.provide_credentials().await.map_err(|error| credentials::error(&error)) };
        self.credentials.answer("", ask).await
    }

    async fn ask(&self, region: String, credentials: Credentials) -> Result<Token, Error> {
        info!(region, "asking ECR for an authorization token");
        let sdk = self.config().await?.ecr(&region);
        let builder = aws_sdk_ecr::config::Builder::from(&sdk).credentials_provider(credentials);
        let endpoint = SeenEndpoint::default();
        let request = aws_sdk_ecr::Client::from_conf(builder.build()).get_authorization_token();
        let answer = request.customize().interceptor(endpoint.clone()).send().await;
        let asked = Asked { action: ACTION, region, endpoint: endpoint.take() };
        let output = answer.map_err(|error| refusal::error(asked.clone(), &error))?;
        let token = Token::decode(output.authorization_data, &asked.region);
        let token = token.map_err(|problem| Error::Malformed { asked, problem })?;
        debug!(?token, "ECR answered");
        Ok(token)
    }
}

/// Remembers where a request really went: the SDK's errors do not say.
#[derive(Clone, Debug, Default)]
struct SeenEndpoint(Arc<Mutex<Option<String>>>);

impl SeenEndpoint {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for SeenEndpoint {
    fn name(&self) -> &'static str {
        "SeenEndpoint"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Scheme and host alone: a URL might carry more than is good to repeat.
        let uri: Option<http::Uri> = context.request().uri().parse().ok();
        let seen = uri.and_then(|uri| Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
