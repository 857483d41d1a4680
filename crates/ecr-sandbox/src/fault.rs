//! Faults, which make requests fail.

mod json;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{
    action::Action,
    reply::{Outcome, Reply, exactly},
};

/// A description of the requests that must fail, and of the way in which they fail.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The action of the requests that fail. If it is `None`, the fault applies to every request.
    #[serde(default)]
    pub action: Option<Action>,
    /// The number of requests that fail. If it is `None`, all requests fail.
    #[serde(default)]
    pub count: Option<u64>,
    /// The number of requests that get the usual response before the first failure.
    #[serde(default)]
    pub after: u64,
    /// The way in which the requests fail.
    pub effect: Effect,
}

/// The way in which a request fails.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Throttles as AWS does, with a bucket of requests that refills.
    Throttle {
        /// The number of requests per second that succeed in the long run.
        rate: f64,
        /// The size of the bucket: the maximum number of requests that succeed at the same time.
        burst: f64,
    },
    /// Returns an error in the format of the service.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code, such as `AccessDeniedException`.
        code: String,
        /// The error message.
        message: String,
    },
    /// Sends this response.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The content type.
        content_type: String,
        /// Other headers, by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        /// The body.
        body: String,
    },
    /// Delays the response by this number of milliseconds. The delayed response is the usual one, unless another fault
    /// further down the list also applies and replaces the response.
    Delay(u64),
    /// Closes the connection in the middle of the response. The truncated response is the usual one, unless another fault further
    /// down the list also applies and replaces the response.
    Truncate,
    /// Sends a response that never ends.
    Flood,
    /// Sends this text, which does not have to be HTTP, and closes the connection.
    Raw(String),
    /// Resets the connection.
    Reset,
    /// Never sends a response.
    Hang,
}

impl Effect {
    /// Returns [`Effect::Refuse`] with these values.
    pub fn refuse(status: u16, code: &str, message: &str) -> Self {
        Self::Refuse { status, code: code.to_owned(), message: message.to_owned() }
    }

    /// Returns [`Effect::Answer`] with these values, and without other headers.
    pub fn answer(status: u16, content_type: &str, body: &str) -> Self {
        let (content_type, body) = (content_type.to_owned(), body.to_owned());
        Self::Answer { status, content_type, headers: BTreeMap::new(), body }
    }
}

impl Fault {
    /// Returns a fault for every request with this action.
    ///
    /// # Panics
    /// If `action` is not an [`Action`]. A test with a misspelt action would not test anything.
    pub fn new(action: &str, effect: Effect) -> Self {
        let action = action.parse().unwrap_or_else(|error| panic!("{error}"));
        Self { action: Some(action), count: None, after: 0, effect }
    }

    /// Limits the fault to this number of requests.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Lets this number of requests succeed before the first failure.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Whether this fault, if it is added before `other`, replaces the response to every request to which `other` applies.
    fn covers(&self, other: &Self) -> bool {
        let replaces = match self.effect {
            Effect::Throttle { burst, .. } => burst < 1.0,
            Effect::Delay(_) | Effect::Truncate => false,
            _ => true,
        };
        let is_for_all = self.action.is_none() || self.action == other.action;
        replaces && is_for_all && self.count.is_none() && self.after == 0
    }
}

/// The combined effects of all faults that apply to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Injected {
    delay: Duration,
    truncate: bool,
    /// The effect that replaces the usual response.
    pub(crate) instead: Option<Effect>,
}

impl Injected {
    /// Sleeps for the configured delay of the response.
    pub(crate) async fn wait(&self) {
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
    }

    /// Truncates the response, if one of the faults is [`Effect::Truncate`].
    pub(crate) fn cut(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Reply(reply) if self.truncate => Outcome::Half(reply),
            other => other,
        }
    }
}

impl Effect {
    /// Returns the outcome that replaces the usual response. `refusal` converts a status, a code and a message to an error in the
    /// service's format. `throttled` returns the service's response to a throttled request.
    pub(crate) fn outcome(
        self,
        refusal: impl FnOnce(u16, &str, &str) -> Reply,
        throttled: impl FnOnce() -> Reply,
    ) -> Outcome {
        match self {
            Self::Throttle { .. } => Outcome::Reply(throttled()),
            Self::Refuse { status, code, message } => Outcome::Reply(refusal(status, &code, &message)),
            Self::Answer { status, content_type, headers, body } => {
                Outcome::Reply(exactly(status, &content_type, &headers, body))
            }
            Self::Flood => Outcome::Flood,
            Self::Raw(text) => Outcome::Raw(text),
            Self::Reset => Outcome::Reset,
            // `Delay` and `Truncate` never replace a response.
            Self::Hang | Self::Delay(_) | Self::Truncate => Outcome::Nothing,
        }
    }
}

/// The faults in the order in which they were added. The first matching fault that replaces the response to a request determines
/// this response. Matching faults before this fault also apply: they delay or truncate this response.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Active>>);

#[derive(Debug)]
struct Active {
    fault: Fault,
    bucket: Bucket,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let bucket = Bucket::new(&fault.effect);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Active { fault, bucket });
    }

    /// Returns the first fault in the list that replaces the response to every request to which `fault` applies. If such a fault
    /// exists, `fault` would never take effect.
    pub(crate) fn hides(&self, fault: &Fault) -> Option<Fault> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().map(|active| &active.fault).find(|earlier| earlier.covers(fault)).cloned()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|active| active.fault.clone()).collect()
    }

    /// Returns the combined effects for the next request with this action, and updates the remaining counts of the faults.
    pub(crate) fn next(&self, action: &str) -> Injected {
        let mut injected = Injected::default();
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for active in faults.iter_mut() {
            if active.fault.action.is_some_and(|only| only.as_str() != action) || active.fault.count == Some(0) {
                continue;
            }
            if let Some(left) = active.fault.after.checked_sub(1) {
                active.fault.after = left;
                continue;
            }
            if matches!(active.fault.effect, Effect::Throttle { .. }) && active.bucket.try_take() {
                continue;
            }
            active.fault.count = active.fault.count.map(|count| count - 1);
            match &active.fault.effect {
                Effect::Delay(milliseconds) => {
                    injected.delay = injected.delay.saturating_add(Duration::from_millis(*milliseconds))
                }
                Effect::Truncate => injected.truncate = true,
                effect => {
                    injected.instead = Some(effect.clone());
                    return injected;
                }
            }
        }
        injected
    }
}

/// A token bucket, which limits the rate of requests. AWS throttles requests with such buckets.
#[derive(Debug)]
struct Bucket {
    per_second: f64,
    burst: f64,
    left: f64,
    refilled: Instant,
}

impl Bucket {
    fn new(effect: &Effect) -> Self {
        let (per_second, burst) = match effect {
            Effect::Throttle { rate, burst } => (rate.max(0.0), burst.max(0.0)),
            _ => (0.0, 0.0),
        };
        Self { per_second, burst, left: burst, refilled: Instant::now() }
    }

    fn try_take(&mut self) -> bool {
        let now = Instant::now();
        let since: Duration = now.duration_since(self.refilled);
        (self.left, self.refilled) = ((self.left + since.as_secs_f64() * self.per_second).min(self.burst), now);
        let lets_through = self.left >= 1.0;
        if lets_through {
            self.left -= 1.0;
        }
        lets_through
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_affects_its_action_the_given_number_of_times() {
        let faults = Faults::default();
        faults.add(Fault::new("AssumeRole", Effect::Reset).after(1).times(2));
        let injected: Vec<_> = (0..5).map(|_| faults.next("AssumeRole").instead.is_some()).collect();
        assert_eq!(injected, [false, true, true, false, false]);
        assert_eq!(faults.next("GetCallerIdentity"), Injected::default());
        faults.add(Fault { action: None, count: None, after: 0, effect: Effect::Hang });
        assert_eq!(faults.next("GetCallerIdentity").instead, Some(Effect::Hang));
        faults.clear();
        assert_eq!((faults.next("GetCallerIdentity"), faults.all()), (Injected::default(), vec![]));
    }

    #[test]
    fn delays_and_truncation_combine_with_later_faults() {
        let faults = Faults::default();
        for effect in [Effect::Delay(20), Effect::Truncate, Effect::Delay(1), Effect::Reset] {
            faults.add(Fault::new("AssumeRole", effect).times(1));
        }
        let delay = Duration::from_millis(21);
        let both = Injected { delay, truncate: true, instead: Some(Effect::Reset) };
        assert_eq!(faults.next("AssumeRole"), both);
        assert_eq!(faults.next("AssumeRole"), Injected::default());
    }

    #[test]
    fn an_unlimited_fault_hides_later_faults() {
        let faults = Faults::default();
        let reset = || Fault::new("AssumeRole", Effect::Reset);
        for visible in [
            reset().times(1),
            reset().after(1),
            Fault::new("AssumeRole", Effect::Delay(1)),
            Fault::new("AssumeRole", Effect::Truncate),
            Fault::new("AssumeRole", Effect::Throttle { rate: 0.0, burst: 1.0 }),
            Fault::new("GetCallerIdentity", Effect::Hang),
        ] {
            faults.add(visible);
            assert_eq!(faults.hides(&reset()), None, "{faults:?}");
        }
        for hides in [
            reset(),
            Fault { action: None, ..reset() },
            Fault::new("AssumeRole", Effect::Throttle { rate: 0.0, burst: 0.0 }),
        ] {
            faults.clear();
            faults.add(hides.clone());
            assert_eq!(faults.hides(&reset()), Some(hides));
        }
        faults.clear();
        faults.add(reset());
        assert_eq!(faults.hides(&Fault { action: None, ..reset() }), None, "the later fault applies to more requests");
    }

    #[test]
    #[should_panic(expected = "Did you mean \"AssumeRole\"?")]
    fn panics_on_a_misspelled_action() {
        Fault::new("AsumeRole", Effect::Reset);
    }

    #[test]
    fn an_empty_bucket_throttles() {
        let faults = Faults::default();
        faults.add(Fault::new("GetAuthorizationToken", Effect::Throttle { rate: 0.0, burst: 2.0 }));
        let throttled: Vec<_> = (0..4).map(|_| faults.next("GetAuthorizationToken").instead.is_some()).collect();
        assert_eq!(throttled, [false, false, true, true]);
    }
}
