//! The AWS that the provider asks: a sandbox.

use std::time::Duration;

use ecr_sandbox::{Effect, Fault, Key, Options, Sandbox};
use tokio::time;

use crate::session::{ACCESS_KEY, SECRET_KEY};

/// Much longer than a provider needs to make a call, on however busy a machine.
const CALL_LIMIT: Duration = Duration::from_secs(20);

/// A sandbox that knows the key of [`Schemas::provider_for`](crate::session::Schemas::provider_for).
pub(crate) async fn sandbox() -> Sandbox {
    sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY)]).await
}

/// A sandbox that knows these keys.
pub(crate) async fn sandbox_with(keys: Vec<Key>) -> Sandbox {
    let mut options = Options::default();
    options.keys = keys;
    Sandbox::start(options).await.expect("a sandbox")
}

/// For the next call for a token.
pub(crate) fn refusal() -> Fault {
    let refuse = Effect::refuse(400, "AccessDeniedException", "no token for you");
    Fault::new("GetAuthorizationToken", refuse).times(1)
}

/// Waits for that many calls to have come.
pub(crate) async fn called(sandbox: &Sandbox, times: usize) {
    let in_time = time::timeout(CALL_LIMIT, sandbox.called(times)).await.is_ok();
    assert!(in_time, "{times} calls expected within {CALL_LIMIT:?}, not {}", sandbox.call_count());
}
