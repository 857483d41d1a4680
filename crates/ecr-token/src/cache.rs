//! Equal questions share one answer, whether they come together or one after the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use tokio::time::Instant;

use crate::{credentials::Found, token::Token};

/// Where the clock says that something expired before it came, the clock is wrong (or AWS is): asking again would give
/// nothing better, so it is handed out again for a while all the same.
const UNJUDGED: Duration = Duration::from_secs(60);
/// A failure that took so long to come about is told again to whoever asks within that time. Terraform opens ten blocks at
/// once: the next ten would wait as long for the same.
const LONG: Duration = Duration::from_secs(1);
/// The longest that anything is handed out again, also where it never expires.
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);

/// What can be handed out again.
pub(crate) trait Expiring: Clone {
    /// When it is of no use any more; `None` for never.
    fn expires_at(&self) -> Option<SystemTime>;
}

impl Expiring for Token {
    fn expires_at(&self) -> Option<SystemTime> {
        Some(Self::expires_at(self))
    }
}

impl Expiring for Found {
    fn expires_at(&self) -> Option<SystemTime> {
        self.credentials.expiry()
    }
}

pub(crate) type Answer<T, E> = Result<T, Arc<E>>;
type Call<T, E> = Shared<BoxFuture<'static, Answer<T, E>>>;

/// Answers, by what was asked for.
#[derive(Debug)]
pub(crate) struct Cache<T, E>(Mutex<HashMap<String, Entry<T, E>>>);

enum Entry<T, E> {
    /// Held weakly: a call that nobody waits for any more ends, as those who were interrupted expect.
    Asked {
        call: WeakShared<BoxFuture<'static, Answer<T, E>>>,
        since: Instant,
    },
    Answered {
        answer: Answer<T, E>,
        reusable_until: Instant,
    },
}

impl<T, E> std::fmt::Debug for Entry<T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked { .. } => "Asked",
            Self::Answered { .. } => "Answered",
        })
    }
}

impl<T, E> Default for Cache<T, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Expiring + Send + Sync + 'static, E: Send + Sync + 'static> Cache<T, E> {
    /// The answer for `key`, from `ask` unless it is known or on its way. Those who wait together share a failure too; whoever
    /// asks after it asks anew, unless it had taken long.
    pub(crate) async fn answer<F>(&self, key: &str, ask: impl FnOnce() -> F) -> Answer<T, E>
    where
        F: Future<Output = Answer<T, E>> + Send + 'static,
    {
        let call = match self.known_or_asked(key, ask) {
            Ok(answer) => return answer,
            Err(call) => call,
        };
        let answer = call.clone().await;
        self.note(key, &call, &answer);
        answer
    }

    /// Hands an answer out no more, if it is such a failure or such a value.
    pub(crate) fn forget(&self, key: &str, failure: impl FnOnce(&E) -> bool, value: impl FnOnce(&T) -> bool) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = match entries.get(key) {
            Some(Entry::Answered { answer: Ok(known), .. }) => value(known),
            Some(Entry::Answered { answer: Err(error), .. }) => failure(error),
            Some(Entry::Asked { .. }) | None => false,
        };
        if forgotten {
            entries.remove(key);
        }
    }

    fn known_or_asked<F>(&self, key: &str, ask: impl FnOnce() -> F) -> Result<Answer<T, E>, Call<T, E>>
    where
        F: Future<Output = Answer<T, E>> + Send + 'static,
    {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.get(key) {
            Some(Entry::Answered { answer, reusable_until }) if Instant::now() < *reusable_until => {
                return Ok(answer.clone());
            }
            Some(Entry::Asked { call, .. }) => {
                if let Some(call) = call.upgrade() {
                    return Err(call);
                }
            }
            Some(Entry::Answered { .. }) | None => {}
        }
        let ask = ask();
        let call = ask.boxed().shared();
        if let Some(weak) = call.downgrade() {
            entries.insert(key.to_owned(), Entry::Asked { call: weak, since: Instant::now() });
        }
        Err(call)
    }

    /// The first of those who waited writes the answer down.
    fn note(&self, key: &str, call: &Call<T, E>, answer: &Answer<T, E>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Entry::Asked { call: asked, since }) = entries.get(key) else {
            return;
        };
        let took = since.elapsed();
        if !asked.upgrade().is_some_and(|asked| asked.ptr_eq(call)) {
            return;
        }
        let reusable_for = match answer {
            Ok(value) => reusable_for(value, SystemTime::now()),
            Err(_) if took >= LONG => took,
            Err(_) => return drop(entries.remove(key)),
        };
        let reusable_until = Instant::now() + reusable_for;
        entries.insert(key.to_owned(), Entry::Answered { answer: answer.clone(), reusable_until });
    }
}

/// Half of its lifetime: whoever is handed it again can rely on the other half.
fn reusable_for(value: &impl Expiring, now: SystemTime) -> Duration {
    let Some(expiry) = value.expires_at() else { return LONGEST };
    match expiry.duration_since(now) {
        Ok(lifetime) if !lifetime.is_zero() => LONGEST.min(lifetime / 2),
        Ok(_) | Err(_) => UNJUDGED,
    }
}

#[cfg(test)]
mod tests;
