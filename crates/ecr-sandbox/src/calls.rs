//! The API calls that arrived. A test can hold calls, which delays their responses.

use tokio::sync::watch;

use crate::{api_call::ApiCall, record::Recent};

/// The number of calls that have arrived. If `keep` is true, also the most recent calls, oldest first.
pub(crate) struct Calls {
    keep: bool,
    kept: Recent<ApiCall>,
    came: watch::Sender<usize>,
    held: watch::Sender<bool>,
}

impl Calls {
    pub(crate) fn new(keep: bool) -> Self {
        Self { keep, kept: Recent::new(), came: watch::Sender::default(), held: watch::Sender::default() }
    }

    /// Adds a call, and waits while calls are held. The sandbox must not answer the call before this function returns.
    pub(crate) async fn take(&self, call: &ApiCall) {
        if self.keep {
            self.kept.push(call.clone());
        }
        self.came.send_modify(|came| *came += 1);
        // `wait_for` fails only if the sender is dropped. This cannot happen here, because `self` owns the sender.
        self.held.subscribe().wait_for(|held| !held).await.ok();
    }

    pub(crate) fn all(&self) -> Vec<ApiCall> {
        self.kept.all()
    }

    pub(crate) fn count(&self) -> usize {
        *self.came.borrow()
    }

    /// Waits until this number of calls has arrived.
    pub(crate) async fn wait_for(&self, times: usize) {
        // This cannot fail, for the same reason as in `take`.
        self.came.subscribe().wait_for(|came| *came >= times).await.ok();
    }

    pub(crate) fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }
}
