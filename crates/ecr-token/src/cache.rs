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

use crate::token::Token;

/// Where the clock says that a token expired before it came, the clock is wrong (or ECR is): asking again would give
/// nothing better, so it is handed out again for a while all the same.
const UNJUDGED: Duration = Duration::from_secs(60);

type Answer<E> = Result<Token, Arc<E>>;
type Call<E> = Shared<BoxFuture<'static, Answer<E>>>;

/// The tokens of one set of credentials, by what was asked for.
#[derive(Debug)]
pub(crate) struct Cache<E>(Mutex<HashMap<String, Entry<E>>>);

enum Entry<E> {
    /// Held weakly: a call that nobody waits for any more ends, as those who were interrupted expect.
    Asked(WeakShared<BoxFuture<'static, Answer<E>>>),
    Answered {
        token: Token,
        reusable_until: Instant,
    },
}

impl<E> std::fmt::Debug for Entry<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked(_) => "Asked",
            Self::Answered { .. } => "Answered",
        })
    }
}

impl<E> Default for Cache<E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<E: Send + Sync + 'static> Cache<E> {
    /// The token for `key`, from `ask` unless it is known or on its way. Those who wait together share a failure too;
    /// whoever asks after it, asks anew.
    pub(crate) async fn token<F>(&self, key: &str, ask: impl FnOnce() -> F) -> Answer<E>
    where
        F: Future<Output = Result<Token, E>> + Send + 'static,
    {
        let call = match self.known_or_asked(key, ask) {
            Ok(token) => return Ok(token),
            Err(call) => call,
        };
        let answer = call.clone().await;
        self.note(key, &call, &answer);
        answer
    }

    fn known_or_asked<F>(&self, key: &str, ask: impl FnOnce() -> F) -> Result<Token, Call<E>>
    where
        F: Future<Output = Result<Token, E>> + Send + 'static,
    {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.get(key) {
            Some(Entry::Answered { token, reusable_until }) if Instant::now() < *reusable_until => {
                return Ok(token.clone());
            }
            Some(Entry::Asked(call)) => {
                if let Some(call) = call.upgrade() {
                    return Err(call);
                }
            }
            Some(Entry::Answered { .. }) | None => {}
        }
        let ask = ask();
        let call = async move { ask.await.map_err(Arc::new) }.boxed().shared();
        if let Some(weak) = call.downgrade() {
            entries.insert(key.to_owned(), Entry::Asked(weak));
        }
        Err(call)
    }

    /// The first of those who waited writes the answer down; a failure is forgotten.
    fn note(&self, key: &str, call: &Call<E>, answer: &Answer<E>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Entry::Asked(asked)) = entries.get(key) else {
            return;
        };
        if !asked.upgrade().is_some_and(|asked| asked.ptr_eq(call)) {
            return;
        }
        match answer {
            Ok(token) => {
                let reusable_until = Instant::now() + reusable_for(token, SystemTime::now());
                entries.insert(key.to_owned(), Entry::Answered { token: token.clone(), reusable_until });
            }
            Err(_) => drop(entries.remove(key)),
        }
    }
}

/// Half of its lifetime: whoever is handed a token again can rely on the other half.
fn reusable_for(token: &Token, now: SystemTime) -> Duration {
    token.lifetime(now).map_or(UNJUDGED, |lifetime| lifetime / 2)
}

#[cfg(test)]
mod tests;
