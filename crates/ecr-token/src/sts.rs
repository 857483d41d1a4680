//! AWS STS: roles, and whose credentials they are.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sts::{
    error::ProvideErrorMetadata,
    operation::{
        assume_role::AssumeRoleError, assume_role_with_web_identity::AssumeRoleWithWebIdentityError,
        get_caller_identity::GetCallerIdentityError,
    },
    types::{PolicyDescriptorType, Tag},
};

use crate::{
    account::is_account_id,
    attempts::Limit,
    call::Call,
    config::Config,
    error::{Error, Origin},
    refusal::reason,
    secret::Secret,
    settings::{AssumeRole, AssumeRoleWithWebIdentity},
    token::Malformed,
};

/// The name of a session for which nobody has chosen one.
const SESSION_NAME: &str = "terraform-provider-ecr";
/// What hashicorp/aws asks for where nobody says how long: STS itself would give an hour.
const DURATION: Duration = Duration::from_secs(15 * 60);

/// STS in one Region, or in none: then the first call is an error.
#[derive(Debug)]
pub(crate) struct Sts<'a> {
    config: &'a Config,
    region: Option<&'a str>,
    limit: Limit,
}

/// A role for the holder of a token.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) role_arn: String,
    pub(crate) token: Secret,
    /// Of whose other fields the role is made.
    pub(crate) session: AssumeRoleWithWebIdentity,
    pub(crate) origin: Origin,
}

impl<'a> Sts<'a> {
    pub(crate) fn new(config: &'a Config, region: Option<&'a str>, limit: Limit) -> Self {
        Self { config, region, limit }
    }

    /// The credentials of a role, for whoever has these.
    pub(crate) async fn assume(
        &self,
        role: &AssumeRole,
        origin: Origin,
        credentials: &Credentials,
    ) -> Result<Credentials, Error> {
        let failed = |source| Error::Role { role: role.role_arn.clone(), origin, source: Box::new(source) };
        self.assume_role(role, credentials).await.map_err(failed)
    }

    async fn assume_role(&self, role: &AssumeRole, credentials: &Credentials) -> Result<Credentials, Error> {
        let call = self.call("sts:AssumeRole")?.hiding_credentials(credentials);
        // A third party shares it, and STS repeats it where it is not valid.
        // The ID of an account stands in every ARN.
        let external_id = role.external_id.clone().filter(|id| !is_account_id(id.expose()));
        let call = call.hiding(external_id);
        let client = self.client::<AssumeRoleError>(&call, Some(credentials))?;
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let tags: Vec<_> = role
            .tags
            .iter()
            .map(tag)
            .collect::<Result<_, _>>()
            .map_err(|error| Error::NotSent { asked: call.asked(), reason: reason(&error, call.secrets()) })?;
        let request = client
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
            .duration_seconds(seconds(role.duration.unwrap_or(DURATION)))
            .set_external_id(role.external_id.as_ref().map(|id| id.expose().to_owned()))
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns))
            .set_source_identity(role.source_identity.clone())
            .set_tags(Some(tags).filter(|tags| !tags.is_empty()))
            .set_transitive_tag_keys(Some(role.transitive_tag_keys.clone()).filter(|keys| !keys.is_empty()));
        let mut output = call.answer(request.send()).await?;
        session(&call, output.credentials.take()).ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    /// The credentials of a role, for the holder of a token.
    pub(crate) async fn assume_with_web_identity(&self, identity: &Identity) -> Result<Credentials, Error> {
        let failed = |source| Error::Role {
            role: identity.role_arn.clone(),
            origin: identity.origin.clone(),
            source: Box::new(source),
        };
        self.assume_role_with_web_identity(identity).await.map_err(failed)
    }

    async fn assume_role_with_web_identity(&self, identity: &Identity) -> Result<Credentials, Error> {
        let call = self.call("sts:AssumeRoleWithWebIdentity")?.hiding([identity.token.clone()]);
        let client = self.client::<AssumeRoleWithWebIdentityError>(&call, None)?;
        let request = client
            .assume_role_with_web_identity()
            .role_arn(&identity.role_arn)
            .role_session_name(identity.session.session_name.as_deref().unwrap_or(SESSION_NAME))
            .web_identity_token(identity.token.expose())
            .set_duration_seconds(identity.session.duration.map(seconds))
            .set_policy(identity.session.policy.clone())
            .set_policy_arns(policies(&identity.session.policy_arns));
        let mut output = call.answer(request.send()).await?;
        session(&call, output.credentials.take()).ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    /// The account of whoever has these credentials.
    pub(crate) async fn account(&self, credentials: &Credentials) -> Result<String, Error> {
        let call = self.call("sts:GetCallerIdentity")?.hiding_credentials(credentials);
        let client = self.client::<GetCallerIdentityError>(&call, Some(credentials))?;
        let mut output = call.answer(client.get_caller_identity().send()).await?;
        let account = output.account.take().filter(|account| is_account_id(account));
        account.ok_or_else(|| call.malformed(&output, Malformed::NoAccount))
    }

    fn call(&self, action: &'static str) -> Result<Call, Error> {
        let region = self.region.ok_or(Error::NoRegion)?;
        Ok(Call::new(action, region, self.limit, &self.config.secrets).at(self.config.endpoints.sts.as_ref()))
    }

    /// For a call that fails with `E`.
    fn client<E>(&self, call: &Call, credentials: Option<&Credentials>) -> Result<aws_sdk_sts::Client, Error>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut builder = aws_sdk_sts::config::Builder::from(&self.config.sts(call.region())?)
            .interceptor(self.config.user_agent.clone())
            .interceptor(call.clone())
            .retry_classifier(call.attempts::<E>())
            .retry_partition(self.config.retries.partition.clone());
        if let Some(credentials) = credentials {
            builder = builder.credentials_provider(credentials.clone());
        }
        Ok(aws_sdk_sts::Client::from_conf(builder.build()))
    }
}

fn session(call: &Call, credentials: Option<aws_sdk_sts::types::Credentials>) -> Option<Credentials> {
    let session = credentials?;
    let expiry = session.expiration.try_into().ok();
    // One that stands in for STS may have none.
    let token = Some(session.session_token).filter(|token| !token.is_empty());
    let session = Credentials::new(session.access_key_id, session.secret_access_key, token, expiry, "STS");
    call.secrets().add_credentials(&session);
    Some(session)
}

fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    let policies: Vec<_> = arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
    Some(policies).filter(|policies| !policies.is_empty())
}

fn seconds(duration: Duration) -> i32 {
    duration.as_secs().try_into().unwrap_or(i32::MAX)
}
