//! The calls that arrived, and whether they are held.

use tokio::sync::watch;

use crate::{api_call::ApiCall, record::Recent};

/// The last calls, oldest first, if calls are kept at all.
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

    /// Keeps a call, and returns when the sandbox may answer the call.
    pub(crate) async fn take(&self, call: &ApiCall) {
        if self.keep {
            self.kept.push(call.clone());
        }
        self.came.send_modify(|came| *came += 1);
        // An error means that the sender is gone. The sender is `self`.
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
        // As above.
        self.came.subscribe().wait_for(|came| *came >= times).await.ok();
    }

    pub(crate) fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }
}
