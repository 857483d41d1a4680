//! AWS STS: assumes roles, and finds the account that credentials belong to.

use std::{collections::BTreeMap, time::Duration};

use aws_credential_types::Credentials;
use aws_sdk_sts::{
    operation::{
        assume_role::AssumeRoleError, assume_role_with_web_identity::AssumeRoleWithWebIdentityError,
        get_caller_identity::GetCallerIdentityError,
    },
    types::{PolicyDescriptorType, Tag},
};

use crate::{
    account_id::AccountId,
    arn::Arn,
    call::{Call, client},
    config::Config,
    error::Error,
    limit::Limit,
    malformed::Malformed,
    origin::Origin,
    policy::Policy,
    refusal::reason,
    region::Region,
    secret::Secret,
    service::Service,
    settings::{AssumeRole, AssumeRoleWithWebIdentity},
};

/// The default name of a role's session.
const SESSION_NAME: &str = "terraform-provider-ecr";
/// The default duration of a role's session, as in hashicorp/aws. The default of STS is one hour.
const DURATION: Duration = Duration::from_secs(15 * 60);

/// A role to assume, from the settings or from a profile. The values can be any text, because a profile accepts any text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) duration: Option<Duration>,
    pub(crate) external_id: Option<Secret>,
    pub(crate) policy: Option<String>,
    pub(crate) policy_arns: Vec<String>,
    pub(crate) session_name: Option<String>,
    pub(crate) source_identity: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) transitive_tag_keys: Vec<String>,
}

impl From<&AssumeRole> for Role {
    fn from(role: &AssumeRole) -> Self {
        Self {
            arn: role.role_arn.as_str().to_owned(),
            duration: role.duration.map(Duration::from),
            external_id: role.external_id.as_ref().map(|id| id.secret().clone()),
            policy: role.policy.as_ref().map(text),
            policy_arns: arns(&role.policy_arns),
            session_name: role.session_name.as_ref().map(|name| name.secret().expose().to_owned()),
            source_identity: role.source_identity.as_ref().map(|identity| identity.secret().expose().to_owned()),
            tags: role.tags.clone(),
            transitive_tag_keys: role.transitive_tag_keys.clone(),
        }
    }
}

/// Does not set the ARN, because the ARN may come from the environment.
impl From<&AssumeRoleWithWebIdentity> for Role {
    fn from(role: &AssumeRoleWithWebIdentity) -> Self {
        Self {
            duration: role.duration.map(Duration::from),
            policy: role.policy.as_ref().map(text),
            policy_arns: arns(&role.policy_arns),
            session_name: role.session_name.as_ref().map(|name| name.secret().expose().to_owned()),
            ..Self::default()
        }
    }
}

fn text(policy: &Policy) -> String {
    policy.as_str().to_owned()
}

fn arns(arns: &[Arn]) -> Vec<String> {
    arns.iter().map(|arn| arn.as_str().to_owned()).collect()
}

/// An STS client in one Region. Without a Region, the first call returns an error.
#[derive(Debug)]
pub(crate) struct Sts<'a> {
    config: &'a Config,
    region: Option<&'a Region>,
    limit: Limit,
}

impl<'a> Sts<'a> {
    pub(crate) fn new(config: &'a Config, region: Option<&'a Region>, limit: Limit) -> Self {
        Self { config, region, limit }
    }

    /// Assumes a role with `credentials`, and returns the credentials of the role.
    pub(crate) async fn assume(
        &self,
        role: &Role,
        origin: Origin,
        credentials: &Credentials,
    ) -> Result<Credentials, Error> {
        let assumed = self.assume_role(role, credentials).await;
        assumed.map_err(|source| Error::Role { role: role.arn.clone().into(), origin, source: Box::new(source) })
    }

    async fn assume_role(&self, role: &Role, credentials: &Credentials) -> Result<Credentials, Error> {
        // A third party knows the external ID, and STS repeats an invalid external ID in its error message. The external ID is
        // therefore hidden. An external ID that is an account ID is not hidden, because an account ID is a part of every ARN.
        let external_id = role.external_id.clone().filter(|id| AccountId::parse(id.expose()).is_err());
        let call = self.call("sts:AssumeRole", Some(credentials))?.hiding(external_id);
        let tags = role.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags: Vec<_> = tags
            .collect::<Result<_, _>>()
            .map_err(|error| Error::NotSent { operation: call.operation(), reason: reason(&error, call.secrets()) })?;
        let request = client!(aws_sdk_sts, AssumeRoleError, call)
            .assume_role()
            .role_arn(&role.arn)
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

    /// Assumes a role with the token of an identity provider, and returns the credentials of the role.
    pub(crate) async fn assume_with_web_identity(
        &self,
        role: &Role,
        origin: Origin,
        token: &Secret,
    ) -> Result<Credentials, Error> {
        let assumed = self.assume_role_with_web_identity(role, token).await;
        assumed.map_err(|source| Error::Role { role: role.arn.clone().into(), origin, source: Box::new(source) })
    }

    async fn assume_role_with_web_identity(&self, role: &Role, token: &Secret) -> Result<Credentials, Error> {
        let call = self.call("sts:AssumeRoleWithWebIdentity", None)?.hiding([token.clone()]);
        let request = client!(aws_sdk_sts, AssumeRoleWithWebIdentityError, call)
            .assume_role_with_web_identity()
            .role_arn(&role.arn)
            .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
            .web_identity_token(token.expose())
            .set_duration_seconds(role.duration.map(seconds))
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns));
        let mut output = call.answer(request.send()).await?;
        session(&call, output.credentials.take()).ok_or_else(|| call.malformed(&output, Malformed::NoCredentials))
    }

    /// Returns the account that the credentials belong to.
    pub(crate) async fn account(&self, credentials: &Credentials) -> Result<AccountId, Error> {
        let call = self.call("sts:GetCallerIdentity", Some(credentials))?;
        let client = client!(aws_sdk_sts, GetCallerIdentityError, call);
        let output = call.answer(client.get_caller_identity().send()).await?;
        let account = output.account().and_then(|account| AccountId::parse(account).ok());
        account.ok_or_else(|| call.malformed(&output, Malformed::NoAccount))
    }

    fn call(&self, action: &'static str, credentials: Option<&Credentials>) -> Result<Call, Error> {
        let region = self.region.ok_or(Error::NoRegion)?;
        Call::new(self.config, Service::Sts, action, region, self.limit, credentials)
    }
}

fn session(call: &Call, credentials: Option<aws_sdk_sts::types::Credentials>) -> Option<Credentials> {
    let session = credentials?;
    let expiry = session.expiration.try_into().ok();
    // A server that replaces STS can leave out the session token.
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
