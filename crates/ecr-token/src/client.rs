//! The client that gets tokens.

use std::sync::Arc;

use aws_base::{AccountId, AssumeRole, Cache, Call, Limit, Region, Service, Session, client};
use aws_sdk_ecr::operation::get_authorization_token::GetAuthorizationTokenError;
use aws_sdk_ecrpublic::operation::get_authorization_token::GetAuthorizationTokenError as GetPublicTokenError;
use tracing::debug;

use crate::{
    error::Error,
    token::{self, Token},
};

const ACTION: &str = "ecr:GetAuthorizationToken";
const PUBLIC_ACTION: &str = "ecr-public:GetAuthorizationToken";

/// The default Region for tokens of ECR Public:
/// <https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html>
pub static PUBLIC_REGION: Region = Region::US_EAST_1;

/// Gets tokens with one AWS configuration. A clone of a client is cheap, and shares the tokens of the client.
#[derive(Clone, Debug)]
pub struct Client {
    session: Session,
    tokens: Arc<Cache<CacheKey, Token, Error>>,
}

/// The properties of a request that determine the token.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct CacheKey {
    service: Service,
    region: Region,
    account: Option<AccountId>,
    roles: Vec<AssumeRole>,
}

/// A request for a token of ECR's private registries.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a registry belongs to an account in a Region")]
pub struct Request {
    /// The Region of the registry. Defaults to the configured Region.
    pub region: Option<Region>,
    /// The account whose registry the token names. Defaults to the account of the credentials. A token from AWS is also valid for the
    /// registries of other accounts.
    pub account: Option<AccountId>,
    /// The roles to assume, in this order. The first role is assumed with the credentials of the session, and each further role with the
    /// credentials of the role before it. The token belongs to the last role.
    pub roles: Vec<AssumeRole>,
}

impl Client {
    /// Creates a client with the credentials of the session.
    pub fn new(session: Session) -> Self {
        Self { session, tokens: Arc::default() }
    }

    /// Returns a token of ECR.
    ///
    /// Identical requests share one API call while the call is in progress. Identical requests then share the token for half of the token's
    /// lifetime. If the call fails, all callers that waited for the call get the error. If the failed call took long, later callers get the
    /// same error without a new call. Otherwise, they start a new call.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn token(&self, request: Request) -> Result<Token, Arc<Error>> {
        let Request { region, account, roles } = request;
        let limit = self.session.limit().await.map_err(Error::from)?;
        let region = self.session.region(region.as_ref(), limit).await.map_err(Error::from)?;
        let question = CacheKey { service: Service::Ecr, region, account: None, roles };
        let token = self.answer(&question, limit).await?;
        let Some(account) = account else { return Ok(token) };
        match token.of_account(&account) {
            Some(token) => Ok(token),
            // A server that replaces ECR can use hosts that do not contain an account. Only such a server knows the host of an account's
            // registry, so the request names the account.
            None => self.answer(&CacheKey { account: Some(account), ..question }, limit).await,
        }
    }

    /// Returns a token of ECR Public. The default Region is [`PUBLIC_REGION`], regardless of the configured Region. `roles` has the
    /// same meaning as in [`Request`].
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn public_token(&self, region: Option<&Region>, roles: Vec<AssumeRole>) -> Result<Token, Arc<Error>> {
        let limit = self.session.limit().await.map_err(Error::from)?;
        let config = self.session.config().await.map_err(Error::from)?;
        let region = public_region(region, config.region())?;
        let region = self.session.region(Some(&region), limit).await.map_err(Error::from)?;
        // Before the search for credentials starts, reports an endpoint that cannot be used.
        config.check(Service::EcrPublic).map_err(Error::from)?;
        self.answer(&CacheKey { service: Service::EcrPublic, region, account: None, roles }, limit).await
    }

    async fn answer(&self, question: &CacheKey, limit: Limit) -> Result<Token, Arc<Error>> {
        let found = self.session.credentials(&question.roles, Some(&question.region), limit).await;
        let credentials = found.map_err(Error::from)?.credentials;
        let used = credentials.access_key_id().to_owned();
        let (session, CacheKey { service, region, account, .. }) = (self.session.clone(), question.clone());
        let ask = || async move {
            let config = session.config().await.map_err(Error::from)?;
            let action = if service == Service::EcrPublic { PUBLIC_ACTION } else { ACTION };
            let call = Call::new(config, service, action, &region, limit, Some(&credentials)).map_err(Error::from)?;
            let token = match service {
                Service::EcrPublic => ask_public(&call, &region).await?,
                _ => ask(&call, &region, account).await?,
            };
            debug!(?token, "{service} answered");
            Ok(token)
        };
        let answer = self.tokens.answer(question, ask).await;
        answer.inspect_err(|error| {
            if error.ends_credentials() {
                self.session.forget_credentials(&question.roles, &used);
                self.tokens.forget(question, Error::ends_credentials, |_| false);
            }
        })
    }
}

async fn ask(call: &Call, region: &Region, account: Option<AccountId>) -> Result<Token, Error> {
    if let Some(account_id) = account.as_ref().map(AccountId::as_str) {
        debug!(region = region.as_str(), account_id, "the token is for a registry of this account");
    }
    let request = client!(aws_sdk_ecr, GetAuthorizationTokenError, call).get_authorization_token();
    #[expect(deprecated, reason = "AWS ignores this field, but a server that replaces AWS may use it")]
    let request = request.set_registry_ids(account.map(|account| vec![account.to_string()]));
    let output = call.answer(request.send()).await?;
    let data = output.authorization_data.as_deref();
    let encoded = data.unwrap_or_default().iter().filter_map(|data| data.authorization_token());
    call.secrets().add_recent(encoded.flat_map(token::secrets));
    let invalid =
        |problem| Error::InvalidToken { operation: call.operation(), request_id: call.request_id(&output), problem };
    Token::decode(data, region).map_err(invalid)
}

async fn ask_public(call: &Call, region: &Region) -> Result<Token, Error> {
    let request = client!(aws_sdk_ecrpublic, GetPublicTokenError, call).get_authorization_token();
    let output = call.answer(request.send()).await?;
    let data = output.authorization_data.as_ref();
    let encoded = data.and_then(|data| data.authorization_token());
    call.secrets().add_recent(encoded.into_iter().flat_map(token::secrets));
    let invalid =
        |problem| Error::InvalidToken { operation: call.operation(), request_id: call.request_id(&output), problem };
    Token::decode_public(data, region).map_err(invalid)
}

/// Parses the AWS SDK's list of partitions, which the first request to ECR needs. This takes 0.1 ms, once in a process. Call this function
/// at a moment when the thread would otherwise wait.
pub fn parse_partitions() {
    drop(aws_sdk_ecr::config::endpoint::DefaultResolver::new());
}

/// Returns the Region for requests to ECR Public: `caller`, or the default. Returns an error if `caller` or `configured` is in a partition
/// other than `aws`.
fn public_region(caller: Option<&Region>, configured: Option<&Region>) -> Result<Region, Error> {
    for region in [caller, configured].into_iter().flatten() {
        if let Some(partition) = region.partition().filter(|partition| partition.name != "aws") {
            let of_caller = Some(region) == caller;
            return Err(Error::PublicPartition { region: region.clone(), partition: partition.name, of_caller });
        }
    }
    Ok(caller.unwrap_or(&PUBLIC_REGION).clone())
}

#[cfg(all(test, unix))]
mod fuzz;

#[cfg(test)]
mod tests;

#[cfg(all(test, unix))]
mod vectors;
