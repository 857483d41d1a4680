//! What is to go wrong.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::{
    connection::Outcome,
    reply::{Reply, exactly, is_header},
};

/// Something that goes wrong with the requests for an action, in place of the answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The API's action, such as `AssumeRole`; the path of what has no actions, such as `/latest/api/token`; `Registry` for
    /// requests to a registry; without one, every request.
    #[serde(default)]
    pub action: Option<String>,
    /// How many requests it befalls, if not all from now on.
    #[serde(default)]
    pub count: Option<u64>,
    /// How many of those requests are answered well before.
    #[serde(default)]
    pub after: u64,
    /// What happens.
    pub effect: Effect,
}

/// What happens to a request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Throttles as AWS does: with a bucket of so many requests that refills at so many a second.
    Throttle {
        /// Requests a second.
        rate: f64,
        /// Requests at once.
        burst: f64,
    },
    /// Answers an error, in the form that the service has for errors.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The code, such as `AccessDeniedException`.
        code: String,
        /// The message.
        message: String,
    },
    /// Answers exactly this.
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
    /// Comes so many milliseconds later, whatever else comes: the answer, or what the faults after this one do.
    Delay(u64),
    /// Breaks the connection in the middle of the answer, be it the usual one or that of a fault after this one.
    Truncate,
    /// Answers without an end.
    Flood,
    /// Sends this, be it HTTP or not, and closes the connection.
    Raw(String),
    /// Resets the connection.
    Reset,
    /// Never answers.
    Hang,
}

impl Effect {
    /// [`Effect::Refuse`].
    pub fn refuse(status: u16, code: &str, message: &str) -> Self {
        Self::Refuse { status, code: code.to_owned(), message: message.to_owned() }
    }

    /// [`Effect::Answer`], without other headers.
    pub fn answer(status: u16, content_type: &str, body: &str) -> Self {
        let (content_type, body) = (content_type.to_owned(), body.to_owned());
        Self::Answer { status, content_type, headers: BTreeMap::new(), body }
    }
}

impl Fault {
    /// Befalls every request for the action from now on.
    pub fn of(action: &str, effect: Effect) -> Self {
        Self { action: Some(action.to_owned()), count: None, after: 0, effect }
    }

    /// Befalls so many requests and no more.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Begins after so many requests.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }
}

impl Fault {
    /// What about it cannot be done, if anything.
    pub(crate) fn flaw(&self) -> Option<String> {
        let (status, headers) = match &self.effect {
            Effect::Refuse { status, .. } => (*status, None),
            Effect::Answer { content_type, .. } if !is_header("content-type", content_type) => {
                return Some(format!("{content_type:?} is no content type"));
            }
            Effect::Answer { status, headers, .. } => (*status, Some(headers)),
            _ => return None,
        };
        if !(200..=599).contains(&status) {
            return Some(format!("{status} is no status of an answer"));
        }
        let (name, _) = headers.into_iter().flatten().find(|(name, value)| !is_header(name, value))?;
        Some(format!("the header {name:?} cannot be set"))
    }
}

/// What befalls a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Befalls {
    delay: Duration,
    truncate: bool,
    /// In place of the usual answer.
    pub(crate) instead: Option<Effect>,
}

impl Befalls {
    /// Waits for as long as there is to be no answer.
    pub(crate) async fn wait(&self) {
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
    }

    /// As much of it as comes.
    pub(crate) fn cut(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Reply(reply) if self.truncate => Outcome::Half(reply),
            other => other,
        }
    }
}

impl Effect {
    /// What comes of it in place of the usual answer. `refusal` makes the service's own
    /// form of an error of a status, a code and a message, and `throttled` is how the service throttles.
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
            // The others are never in place of an answer.
            Self::Hang | Self::Delay(_) | Self::Truncate => Outcome::Nothing,
        }
    }
}

/// The faults there are, in the order in which they were made: the first that is about a request befalls it, and those before
/// it that only delay or cut the answer.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Active>>);

#[derive(Debug)]
struct Active {
    fault: Fault,
    bucket: Bucket,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let bucket = Bucket::of(&fault.effect);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Active { fault, bucket });
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|active| active.fault.clone()).collect()
    }

    /// What befalls the next request for this action.
    pub(crate) fn next(&self, action: &str) -> Befalls {
        let mut befalls = Befalls::default();
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for active in faults.iter_mut() {
            if active.fault.action.as_deref().is_some_and(|of| of != action) || active.fault.count == Some(0) {
                continue;
            }
            if let Some(left) = active.fault.after.checked_sub(1) {
                active.fault.after = left;
                continue;
            }
            if matches!(active.fault.effect, Effect::Throttle { .. }) && active.bucket.lets_through() {
                continue;
            }
            active.fault.count = active.fault.count.map(|count| count - 1);
            match &active.fault.effect {
                Effect::Delay(milliseconds) => {
                    befalls.delay = befalls.delay.saturating_add(Duration::from_millis(*milliseconds))
                }
                Effect::Truncate => befalls.truncate = true,
                effect => {
                    befalls.instead = Some(effect.clone());
                    return befalls;
                }
            }
        }
        befalls
    }
}

/// How AWS limits requests.
#[derive(Debug)]
struct Bucket {
    per_second: f64,
    burst: f64,
    left: f64,
    refilled: Instant,
}

impl Bucket {
    fn of(effect: &Effect) -> Self {
        let (per_second, burst) = match effect {
            Effect::Throttle { rate, burst } => (rate.max(0.0), burst.max(0.0)),
            _ => (0.0, 0.0),
        };
        Self { per_second, burst, left: burst, refilled: Instant::now() }
    }

    fn lets_through(&mut self) -> bool {
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
    fn a_fault_befalls_its_action_as_often_as_it_is_to() {
        let faults = Faults::default();
        faults.add(Fault::of("AssumeRole", Effect::Reset).after(1).times(2));
        let befalls: Vec<_> = (0..5).map(|_| faults.next("AssumeRole").instead.is_some()).collect();
        assert_eq!(befalls, [false, true, true, false, false]);
        assert_eq!(faults.next("GetCallerIdentity"), Befalls::default());
        faults.add(Fault { action: None, count: None, after: 0, effect: Effect::Hang });
        assert_eq!(faults.next("GetCallerIdentity").instead, Some(Effect::Hang));
        faults.clear();
        assert_eq!((faults.next("GetCallerIdentity"), faults.all()), (Befalls::default(), vec![]));
    }

    #[test]
    fn delays_and_cuts_leave_the_answer_to_the_faults_after_them() {
        let faults = Faults::default();
        for effect in [Effect::Delay(20), Effect::Truncate, Effect::Delay(1), Effect::Reset] {
            faults.add(Fault::of("AssumeRole", effect).times(1));
        }
        let delay = Duration::from_millis(21);
        let both = Befalls { delay, truncate: true, instead: Some(Effect::Reset) };
        assert_eq!(faults.next("AssumeRole"), both);
        assert_eq!(faults.next("AssumeRole"), Befalls::default());
    }

    #[test]
    fn a_bucket_that_is_empty_throttles() {
        let faults = Faults::default();
        faults.add(Fault::of("GetAuthorizationToken", Effect::Throttle { rate: 0.0, burst: 2.0 }));
        let throttled: Vec<_> = (0..4).map(|_| faults.next("GetAuthorizationToken").instead.is_some()).collect();
        assert_eq!(throttled, [false, false, true, true]);
    }

    #[test]
    fn every_effect_of_the_guide_is_one() {
        let guide = include_str!("../../../docs/guides/testing-offline.md");
        let rows = guide.split_once("| effect |").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a table").0;
        let effects: Vec<_> = rows
            .lines()
            .skip(2)
            .flat_map(|row| row.split('|').nth(1))
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .collect();
        assert_eq!(effects.len(), 9, "{effects:?}");
        for effect in effects {
            serde_json::from_str::<Effect>(effect).unwrap_or_else(|error| panic!("{effect}: {error}"));
        }
    }

    #[test]
    fn the_form_in_json_is_stable() {
        let fault: Fault =
            serde_json::from_str(r#"{"action":"AssumeRole","count":1,"effect":{"delay":100}}"#).expect("a fault");
        assert_eq!(fault, Fault::of("AssumeRole", Effect::Delay(100)).times(1));
        let answer = r#"{"effect":{"answer":{"status":403,"content_type":"text/plain","body":"no"}}}"#;
        let answer: Fault = serde_json::from_str(answer).expect("a fault");
        assert_eq!(answer.effect, Effect::answer(403, "text/plain", "no"));
        assert!(serde_json::from_str::<Fault>(r#"{"effect":"reset"}"#).is_ok());
        assert!(serde_json::from_str::<Fault>(r#"{"actoin":"AssumeRole","effect":"reset"}"#).is_err());
    }
}
