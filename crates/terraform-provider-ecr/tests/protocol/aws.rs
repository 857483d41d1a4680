//! Starts sandboxes, which replace AWS in these tests.

use std::time::Duration;

use ecr_sandbox::{Effect, Fault, Key, Options, Sandbox};
use tokio::time;

use crate::session::{ACCESS_KEY, SECRET_KEY};

/// The time limit for a call to arrive. It is much longer than a provider needs for a call, even on a busy machine.
const CALL_LIMIT: Duration = Duration::from_secs(20);

/// Starts a sandbox that accepts the key of [`Schemas::provider_for`](crate::session::Schemas::provider_for).
pub(crate) async fn sandbox() -> Sandbox {
    sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY)]).await
}

/// Starts a sandbox that accepts these keys.
pub(crate) async fn sandbox_with(keys: Vec<Key>) -> Sandbox {
    let mut options = Options::default();
    options.keys = keys;
    Sandbox::start(options).await.expect("a sandbox")
}

/// Returns a fault that refuses the next request for a token.
pub(crate) fn refusal() -> Fault {
    let refuse = Effect::refuse(400, "AccessDeniedException", "no token for you");
    Fault::new("GetAuthorizationToken", refuse).times(1)
}

/// Waits until this number of calls has arrived.
pub(crate) async fn called(sandbox: &Sandbox, times: usize) {
    let in_time = time::timeout(CALL_LIMIT, sandbox.called(times)).await.is_ok();
    assert!(in_time, "{times} calls expected within {CALL_LIMIT:?}, not {}", sandbox.call_count());
}
