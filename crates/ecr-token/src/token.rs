//! Decodes the responses of ECR and ECR Public.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use aws_base::{AccountId, Expiring, Region, Secret};
use aws_sdk_ecr::types::AuthorizationData;
use aws_sdk_ecrpublic::types::AuthorizationData as PublicAuthorizationData;
use aws_smithy_types::{DateTime, date_time::Format};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    docker_config::docker_config_json,
    registry::{self, Registry},
};

/// An authorization token of ECR or ECR Public. A token of ECR is valid in one Region, for every registry that the caller may use.
#[derive(Clone)]
pub struct Token {
    authorization_token: Secret,
    user_name: String,
    password: Secret,
    proxy_endpoint: Option<String>,
    /// The host of the registry.
    registry: String,
    expires_at: DateTime,
    /// The time of expiry in RFC 3339, in UTC and whole seconds.
    expires: String,
    region: Region,
}

/// The Unix time of 10000-01-01T00:00:00Z, in seconds.
const END_OF_9999: i64 = 253_402_300_800;

/// The reason why a response does not contain a valid token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// `authorizationData` is missing or empty.
    #[error("the authorization data is missing")]
    NoAuthorizationData,
    /// `authorizationToken` is missing.
    #[error("authorizationToken is missing")]
    NoAuthorizationToken,
    /// `expiresAt` is missing, or is not a time up to the year 9999.
    #[error("expiresAt is missing")]
    NoExpiresAt,
    /// `proxyEndpoint` is missing.
    #[error("proxyEndpoint is missing")]
    NoProxyEndpoint,
    /// `authorizationToken` is not base64.
    #[error("authorizationToken is not base64")]
    NotBase64,
    /// The decoded `authorizationToken` is not UTF-8 text.
    #[error("authorizationToken does not decode to text")]
    NotText,
    /// The decoded `authorizationToken` is not `user:password`.
    #[error("authorizationToken does not decode to USER:PASSWORD")]
    NoColon,
}

impl Token {
    /// Decodes the first entry of a response of ECR, because every client uses the first entry. ECR returns one entry if the request has no
    /// registry IDs.
    pub(crate) fn decode(data: Option<&[AuthorizationData]>, region: &Region) -> Result<Self, InvalidToken> {
        let data = data.and_then(<[_]>::first).ok_or(InvalidToken::NoAuthorizationData)?;
        let proxy_endpoint = non_empty(data.proxy_endpoint()).ok_or(InvalidToken::NoProxyEndpoint);
        let token = Self::new(data.authorization_token(), data.expires_at, region, String::new())?;
        let proxy_endpoint = proxy_endpoint?;
        Ok(Self { registry: host(proxy_endpoint).to_owned(), proxy_endpoint: Some(proxy_endpoint.to_owned()), ..token })
    }

    /// Decodes a response of ECR Public. The response does not name a registry, because ECR Public has only one host for all registries.
    pub(crate) fn decode_public(data: Option<&PublicAuthorizationData>, region: &Region) -> Result<Self, InvalidToken> {
        let data = data.ok_or(InvalidToken::NoAuthorizationData)?;
        let registry = Registry::Public { dual_stack: false }.to_string();
        Self::new(data.authorization_token(), data.expires_at, region, registry)
    }

    fn new(
        encoded: Option<&str>,
        expires_at: Option<DateTime>,
        region: &Region,
        registry: String,
    ) -> Result<Self, InvalidToken> {
        let encoded = non_empty(encoded).ok_or(InvalidToken::NoAuthorizationToken)?;
        // Fractions of a second are dropped, because the API documents whole seconds.
        let expires_at = DateTime::from_secs(expires_at.ok_or(InvalidToken::NoExpiresAt)?.secs());
        // RFC 3339 only has years up to 9999.
        let expires = expires_at.fmt(Format::DateTime).map_err(|_| InvalidToken::NoExpiresAt)?;
        if expires_at.secs() >= END_OF_9999 {
            return Err(InvalidToken::NoExpiresAt);
        }
        let decoded = BASE64_STANDARD.decode(encoded).map_err(|_| InvalidToken::NotBase64)?;
        let decoded = String::from_utf8(decoded).map_err(|_| InvalidToken::NotText)?;
        // Splits at the first colon, because a password may contain colons and a user name cannot.
        let (user_name, password) = decoded.split_once(':').ok_or(InvalidToken::NoColon)?;
        Ok(Self {
            user_name: user_name.to_owned(),
            password: password.into(),
            authorization_token: encoded.into(),
            proxy_endpoint: None,
            registry,
            expires_at,
            expires,
            region: region.clone(),
        })
    }

    /// Returns the base64 of `user_name:password`, as ECR returned it.
    pub fn authorization_token(&self) -> &Secret {
        &self.authorization_token
    }

    /// Returns the user name for `docker login`.
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// Returns the password for `docker login`.
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// Returns the URL of the registry, as ECR returned it. Returns `None` for ECR Public.
    pub fn proxy_endpoint(&self) -> Option<&str> {
        self.proxy_endpoint.as_deref()
    }

    /// Returns the host of the registry, exactly as image names and the configuration files of clients contain it. This is the host of the
    /// [`proxy_endpoint`](Self::proxy_endpoint), or the host of ECR Public.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Returns the account in the host of the [`registry`](Self::registry), if the host contains an account.
    pub fn account_id(&self) -> Option<AccountId> {
        registry::account_of(&self.registry)
    }

    /// Returns a copy of this token for the registry of another account in the same Region. Returns `None` if the host of the
    /// registry does not contain an account.
    pub(crate) fn of_account(&self, account: &AccountId) -> Option<Self> {
        let own = self.account_id()?;
        let registry = format!("{account}{}", &self.registry[own.as_str().len()..]);
        Some(Self { registry, ..self.clone() })
    }

    /// Returns a Docker `config.json` with this login, as [`docker_config_json`](crate::docker_config_json) writes it.
    pub fn docker_config_json(&self) -> Secret {
        docker_config_json([(&*self.registry, &*self.user_name, self.password.expose())])
    }

    /// Returns the Region in which the token was requested.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Returns the time of expiry in RFC 3339, in UTC and whole seconds.
    pub fn expires_at_rfc3339(&self) -> &str {
        &self.expires
    }

    /// Returns the time of expiry. A time that the operating system cannot represent is returned as 1970. Windows cannot represent times
    /// before 1601.
    pub fn expires_at(&self) -> SystemTime {
        let seconds = Duration::from_secs(self.expires_at.secs().unsigned_abs());
        let epoch = SystemTime::UNIX_EPOCH;
        let time = if self.expires_at.secs() < 0 { epoch.checked_sub(seconds) } else { epoch.checked_add(seconds) };
        time.unwrap_or(epoch)
    }
}

impl Expiring for Token {
    fn expires_at(&self) -> Option<SystemTime> {
        Some(Self::expires_at(self))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_at", &self.expires_at_rfc3339())
            .field("region", &self.region.as_str())
            .finish_non_exhaustive()
    }
}

/// Returns the secrets in an `authorizationToken`: the encoded token itself, and the decoded password.
pub(crate) fn secrets(encoded: &str) -> Vec<Secret> {
    let decoded = BASE64_STANDARD.decode(encoded).ok().and_then(|decoded| String::from_utf8(decoded).ok());
    let password = decoded.as_deref().map(|text| text.split_once(':').map_or(text, |(_, password)| password));
    [Some(encoded), password].into_iter().flatten().map(Secret::from).collect()
}

/// Returns the host of a URL, followed by the port if the URL has a port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn region() -> Region {
        Region::parse("eu-west-1").expect("a Region")
    }

    fn data(token: Option<&str>) -> AuthorizationData {
        AuthorizationData::builder()
            .set_authorization_token(token.map(|token| BASE64_STANDARD.encode(token)))
            .expires_at(DateTime::from_secs_f64(1_700_000_000.789))
            .proxy_endpoint("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com")
            .build()
    }

    fn decode(data: AuthorizationData) -> Result<Token, InvalidToken> {
        Token::decode(Some(&[data]), &region())
    }

    #[test]
    fn debug_hides_the_token() {
        let shown = format!("{:?}", decode(data(Some("AWS:eyJhunter2"))).expect("a token"));
        let encoded = BASE64_STANDARD.encode("AWS:eyJhunter2");
        assert!(!shown.contains("hunter2") && !shown.contains(&encoded) && shown.contains("2023"), "{shown}");
    }

    #[test]
    fn rejects_an_empty_token_and_an_expiry_after_9999() {
        let error = |change: fn(&mut AuthorizationData)| {
            let mut data = data(Some("AWS:eyJ"));
            change(&mut data);
            decode(data).expect_err("a defect")
        };
        let never = |data: &mut AuthorizationData| data.expires_at = Some(DateTime::from_secs(END_OF_9999));
        assert_eq!(error(never), InvalidToken::NoExpiresAt);
        assert_eq!(error(|data| data.authorization_token = Some(String::new())), InvalidToken::NoAuthorizationToken);
    }

    #[test]
    fn the_registry_is_the_host_of_the_proxy_endpoint() {
        let of = |endpoint: &str| {
            let mut data = data(Some("AWS:eyJ"));
            data.proxy_endpoint = Some(endpoint.to_owned());
            decode(data).expect("a token")
        };
        let token = of("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
        assert_eq!(token.registry(), "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
        let account = |id: &str| AccountId::parse(id).expect("an account");
        assert_eq!(token.account_id(), Some(account("123456789012")));
        let of_other = |token: &Token| token.of_account(&account("111122223333")).map(|token| token.registry);
        let other = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
        assert_eq!(of_other(&token).as_deref(), Some(other));
        let dual_stack = of("https://123456789012.dkr-ecr.eu-west-1.on.aws/");
        assert_eq!(of_other(&dual_stack).as_deref(), Some("111122223333.dkr-ecr.eu-west-1.on.aws"));
        let stand_in = of("http://127.0.0.1:4711/v2/");
        assert_eq!((stand_in.registry(), stand_in.account_id()), ("127.0.0.1:4711", None));
        assert_eq!(of_other(&stand_in), None);
    }

    #[test]
    fn a_public_token_has_the_registry_of_ecr_public() {
        let data = |token: Option<&str>| {
            let data = PublicAuthorizationData::builder().expires_at(DateTime::from_secs(1_700_000_000));
            Token::decode_public(Some(&data.set_authorization_token(token.map(Into::into)).build()), &region())
        };
        let token = data(Some("QVdTOmV5Sg==")).expect("a token");
        assert_eq!((token.registry(), token.proxy_endpoint()), ("public.ecr.aws", None));
        assert_eq!((token.user_name(), token.password().expose()), ("AWS", "eyJ"));
        assert_eq!(data(None).expect_err("a defect"), InvalidToken::NoAuthorizationToken);
        assert_eq!(Token::decode_public(None, &region()).expect_err("a defect"), InvalidToken::NoAuthorizationData);
    }
}
