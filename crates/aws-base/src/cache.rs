//! Shares one response between identical requests, whether these requests overlap or follow each other.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use tokio::time::Instant;

/// The time for which a response is reused if it has already expired when it arrives, according to this machine's clock. In this
/// case, the clock of this machine or of AWS is wrong, so a new response would seem expired too.
const EXPIRED_REUSE: Duration = Duration::from_secs(60);
/// The minimum duration of a call whose failure is reused. The failure is reused for a period equal to the duration of the call.
/// Terraform opens ten blocks at a time. Without the reuse, the next ten blocks would wait just as long for the same failure.
const SLOW_FAILURE: Duration = Duration::from_secs(1);
/// The maximum time for which a response is reused, even a response that never expires.
const MAX_REUSE: Duration = Duration::from_secs(6 * 60 * 60);

/// A response that can be reused.
pub trait Expiring: Clone {
    /// Returns the time of expiry, or `None` if the response never expires.
    fn expires_at(&self) -> Option<SystemTime>;
}

type Outcome<T, E> = Result<T, Arc<E>>;
type Pending<T, E> = Shared<BoxFuture<'static, Outcome<T, E>>>;

/// A cache of responses. `K` identifies a request, `T` is the response, and `E` is the error.
#[derive(Debug)]
pub struct Cache<K, T, E>(Mutex<HashMap<K, Entry<T, E>>>);

enum Entry<T, E> {
    /// A call in progress. The reference is weak, so the call is cancelled when its last caller stops waiting, for example after
    /// an interrupt.
    Asked {
        call: WeakShared<BoxFuture<'static, Outcome<T, E>>>,
        since: Instant,
    },
    Answered {
        answer: Outcome<T, E>,
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

impl<K, T, E> Default for Cache<K, T, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T: Expiring + Send + Sync + 'static, E: Send + Sync + 'static> Cache<K, T, E> {
    /// Returns the response for `key`: the cached response, the response of a call in progress, or the response of a new call that
    /// `ask` creates. Callers that wait for the same call also share its failure. After a quick call has failed, the next caller
    /// starts a new call. The failure of a slow call is cached, so the next caller gets the same failure.
    ///
    /// # Errors
    /// Returns the error of `ask`, or the error of an earlier call for the same key.
    pub async fn answer<Q, F>(&self, key: &Q, ask: impl FnOnce() -> F) -> Outcome<T, E>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Outcome<T, E>> + Send + 'static,
    {
        let call = match self.cached_or_started(key, ask) {
            Ok(answer) => return answer,
            Err(call) => call,
        };
        let answer = call.clone().await;
        self.store(key, &call, &answer);
        answer
    }

    /// Removes the cached response for `key` if `value` returns `true` for this response. Removes the cached failure for `key` if
    /// `failure` returns `true` for this failure.
    pub fn forget<Q>(&self, key: &Q, failure: impl FnOnce(&E) -> bool, value: impl FnOnce(&T) -> bool)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
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

    fn cached_or_started<Q, F>(&self, key: &Q, ask: impl FnOnce() -> F) -> Result<Outcome<T, E>, Pending<T, E>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
        F: Future<Output = Outcome<T, E>> + Send + 'static,
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

    /// Stores the response in the cache. Has an effect only for the first caller that receives the response.
    fn store<Q>(&self, key: &Q, call: &Pending<T, E>, answer: &Outcome<T, E>)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
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
            Err(_) if took >= SLOW_FAILURE => took,
            Err(_) => return drop(entries.remove(key)),
        };
        let reusable_until = Instant::now() + reusable_for;
        entries.insert(key.to_owned(), Entry::Answered { answer: answer.clone(), reusable_until });
    }
}

/// Returns the time for which a response is reused: half of the response's remaining lifetime. The last caller that receives the
/// response can therefore still use the response for the other half.
fn reusable_for(value: &impl Expiring, now: SystemTime) -> Duration {
    let Some(expiry) = value.expires_at() else { return MAX_REUSE };
    match expiry.duration_since(now) {
        Ok(lifetime) if !lifetime.is_zero() => MAX_REUSE.min(lifetime / 2),
        Ok(_) | Err(_) => EXPIRED_REUSE,
    }
}

#[cfg(test)]
mod tests;
