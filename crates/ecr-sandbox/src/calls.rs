//! The calls that came, and whether they are held.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::{call::Call, record::KEPT};

/// The last calls, oldest first, if they are kept at all.
pub(crate) struct Calls {
    keep: bool,
    kept: Mutex<VecDeque<Call>>,
    came: watch::Sender<usize>,
    held: watch::Sender<bool>,
}

impl Calls {
    pub(crate) fn new(keep: bool) -> Self {
        Self { keep, kept: Mutex::default(), came: watch::Sender::default(), held: watch::Sender::default() }
    }

    /// Takes note of one, and returns when it may be answered.
    pub(crate) async fn take(&self, call: &Call) {
        if self.keep {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(call.clone());
        }
        self.came.send_modify(|came| *came += 1);
        // An error: the sender is gone, which is this.
        self.held.subscribe().wait_for(|held| !held).await.ok();
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn count(&self) -> usize {
        *self.came.borrow()
    }

    /// Waits until so many have come.
    pub(crate) async fn came(&self, times: usize) {
        // As above.
        self.came.subscribe().wait_for(|came| *came >= times).await.ok();
    }

    pub(crate) fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }
}
