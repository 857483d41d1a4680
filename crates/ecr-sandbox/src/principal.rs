//! The principals of requests: the configured keys, and the sessions of roles since the start.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_smithy_types::DateTime;
use uuid::Uuid;

use crate::{
    key::Key,
    policy::{Policy, Verdict},
};

/// The signer of a request.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
    /// The policy of a session that was begun with one. Without a policy, every action is allowed.
    pub(crate) policy: Option<Arc<Policy>>,
    /// Whether a role that this principal assumes continues a role chain.
    pub(crate) is_role: bool,
}

/// The reason why the policy of a session denies an action, in AWS's words:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum NotAuthorized {
    #[error(
        "User: {user} is not authorized to perform: {action} on resource: {resource} because no session policy allows the \
         {action} action"
    )]
    NotAllowed { user: String, action: String, resource: String },
    #[error(
        "User: {user} is not authorized to perform: {action} on resource: {resource} with an explicit deny in a session \
         policy"
    )]
    Denied { user: String, action: String, resource: String },
}

impl Principal {
    /// Returns the session of a role.
    pub(crate) fn of_role(partition: &str, account: &str, role: &str, session: &str) -> Self {
        Self {
            account: account.to_owned(),
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}"),
            user_id: format!("AROASANDBOX{}:{session}", role.to_uppercase()),
            policy: None,
            is_role: true,
        }
    }

    /// Returns the role of an EC2 instance, which does not begin a chain:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>
    pub(crate) fn of_instance(account: &str, role: &str, instance: &str) -> Self {
        Self { is_role: false, ..Self::of_role("aws", account, role, instance) }
    }

    /// Returns the same principal with the policy of its session.
    pub(crate) fn with_policy(self, policy: Option<Policy>) -> Self {
        Self { policy: policy.map(Arc::new), ..self }
    }

    /// Checks that the policy of the session, if there is one, allows this action.
    pub(crate) fn may(&self, action: &str, resource: &str) -> Result<(), NotAuthorized> {
        let verdict = self.policy.as_ref().map_or(Verdict::Allowed, |policy| policy.verdict(action, resource));
        let [user, action, resource] = [&self.arn, action, resource].map(ToOwned::to_owned);
        match verdict {
            Verdict::Allowed => Ok(()),
            Verdict::NotAllowed => Err(NotAuthorized::NotAllowed { user, action, resource }),
            Verdict::Denied => Err(NotAuthorized::Denied { user, action, resource }),
        }
    }
}

/// The data for the check of a signature.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) secret: String,
    /// The token of a session.
    pub(crate) token: Option<String>,
    pub(crate) expires_at: Option<SystemTime>,
    pub(crate) principal: Principal,
}

/// The time that a session is remembered after its end.
const RETENTION: Duration = Duration::from_secs(60 * 60);

/// The known principals, by access key id.
pub(crate) struct Principals(Mutex<HashMap<String, Known>>);

/// The credentials of a session.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) known: Known,
}

impl Session {
    /// Returns the end in whole seconds, as AWS does.
    pub(crate) fn ends_at(&self) -> DateTime {
        DateTime::from_secs(self.known.expires_at.map_or(0, |end| DateTime::from(end).secs()))
    }
}

impl Principals {
    pub(crate) fn new(keys: &[Key]) -> Self {
        let entries = keys.iter().map(|key| {
            let principal = Principal {
                account: key.account.clone(),
                arn: format!("arn:aws:iam::{}:user/sandbox", key.account),
                user_id: format!("AIDASANDBOX{}", key.account),
                policy: None,
                is_role: false,
            };
            let token = key.session_token.clone();
            (key.id.clone(), Known { secret: key.secret.clone(), token, expires_at: None, principal })
        });
        Self(Mutex::new(entries.collect()))
    }

    pub(crate) fn find(&self, id: &str) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Returns the secret keys and the tokens of all sessions.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let principals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sessions = principals.values().filter(|known| known.expires_at.is_some());
        sessions.flat_map(|known| [Some(known.secret.clone()), known.token.clone()]).flatten().collect()
    }

    /// Returns random credentials for `principal`, valid for this duration.
    pub(crate) fn begin_session(&self, principal: Principal, duration: Duration) -> Session {
        let random = || Uuid::new_v4().simple().to_string();
        // The id is as long as AWS's own ids.
        let id = format!("ASIA{}", random()[..16].to_uppercase());
        let secret: String = [random(), random()].concat().chars().take(40).collect();
        let token = format!("IQoJb3JpZ2luX2Vj{}{}{}", random(), random(), random());
        let known = Known { secret, token: Some(token), expires_at: Some(SystemTime::now() + duration), principal };
        let mut principals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // An expired session is remembered, so that its owner gets the right error. Sessions are not removed on each call: the
        // removal takes longer with more sessions.
        if principals.len().is_power_of_two() {
            principals.retain(|_, known| known.expires_at.is_none_or(|end| end + RETENTION > SystemTime::now()));
        }
        principals.insert(id.clone(), known.clone());
        Session { id, known }
    }
}
