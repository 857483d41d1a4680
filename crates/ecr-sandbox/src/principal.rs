//! The principals that can sign requests: the users of the configured keys, and the role sessions that have begun since the start
//! of the sandbox.

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

/// The identity that signed a request: a user, or the session of a role.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
    /// The session policy. Without a session policy, every action is allowed.
    pub(crate) policy: Option<Arc<Policy>>,
    /// Whether AWS's limits for role chaining apply when this principal assumes a role.
    pub(crate) is_role: bool,
}

/// The reason why a session policy does not allow an action. The messages are AWS's own:
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
    /// Returns the principal of a role's session.
    pub(crate) fn of_role(partition: &str, account: &str, role: &str, session: &str) -> Self {
        Self {
            account: account.to_owned(),
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}"),
            user_id: format!("AROASANDBOX{}:{session}", role.to_uppercase()),
            policy: None,
            is_role: true,
        }
    }

    /// Returns the principal of an EC2 instance's role, which does not start a role chain:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>
    pub(crate) fn of_instance(account: &str, role: &str, instance: &str) -> Self {
        Self { is_role: false, ..Self::of_role("aws", account, role, instance) }
    }

    /// Changes the session policy of this principal.
    pub(crate) fn with_policy(self, policy: Option<Policy>) -> Self {
        Self { policy: policy.map(Arc::new), ..self }
    }

    /// Checks that the session policy, if there is one, allows this action on this resource.
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

/// The data of a known access key, which is needed to verify a signature.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) secret: String,
    /// The session token, if the key is temporary.
    pub(crate) token: Option<String>,
    pub(crate) expires_at: Option<SystemTime>,
    pub(crate) principal: Principal,
}

/// The time for which an expired session is kept.
const RETENTION: Duration = Duration::from_secs(60 * 60);

/// The known principals, by access key id.
pub(crate) struct Principals(Mutex<HashMap<String, Known>>);

/// The credentials of a session.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) known: Known,
}

impl Session {
    /// Returns the time at which the session expires, in whole seconds as in AWS's responses.
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

    /// Starts a session of `principal`, and returns random credentials that are valid for this duration.
    pub(crate) fn begin_session(&self, principal: Principal, duration: Duration) -> Session {
        let random = || Uuid::new_v4().simple().to_string();
        // The id has the length of AWS's own ids.
        let id = format!("ASIA{}", random()[..16].to_uppercase());
        let secret: String = [random(), random()].concat().chars().take(40).collect();
        let token = format!("IQoJb3JpZ2luX2Vj{}{}{}", random(), random(), random());
        let known = Known { secret, token: Some(token), expires_at: Some(SystemTime::now() + duration), principal };
        let mut principals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // An expired session is kept for a time, so that its client gets the error for expired credentials. Expired sessions are
        // not removed on each call, because this would take longer with each additional session.
        if principals.len().is_power_of_two() {
            principals.retain(|_, known| known.expires_at.is_none_or(|end| end + RETENTION > SystemTime::now()));
        }
        principals.insert(id.clone(), known.clone());
        Session { id, known }
    }
}
