//! Injects random faults of all kinds.

use std::{sync::Arc, time::Duration};

use ecr_sandbox::{Action, Effect, Fault, Sandbox};
use fastrand::Rng;
use tokio::time::{Instant, sleep};

const ACTIONS: [&str; 3] = ["GetAuthorizationToken", "AssumeRole", "AssumeRoleWithWebIdentity"];
/// The maximum time between two faults.
const PAUSE: Duration = Duration::from_millis(300);
const INITIAL_FAULTS: u64 = 3;
/// The interval at which all faults are removed, including faults that did not affect any request.
const CLEAR_AFTER: Duration = Duration::from_secs(2);

/// Injects faults for as long as this future is polled.
pub(crate) async fn inject_faults(sandbox: Arc<Sandbox>, mut rng: Rng) {
    // Endless responses come first, so that the memory for these responses is not reported as growth.
    sandbox.fault(Fault::new(ACTIONS[0], Effect::Flood).times(INITIAL_FAULTS));
    let mut cleared = Instant::now();
    loop {
        sleep(PAUSE.mul_f64(rng.f64())).await;
        if cleared.elapsed() > CLEAR_AFTER {
            sandbox.clear_faults();
            cleared = Instant::now();
        }
        sandbox.fault(fault(&mut rng));
    }
}

fn fault(rng: &mut Rng) -> Fault {
    let refusals = [
        (400, "ExpiredTokenException"),
        (400, "UnrecognizedClientException"),
        (400, "ThrottlingException"),
        (400, "AccessDeniedException"),
        (403, "ExpiredToken"),
        (403, "InvalidClientTokenId"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
    ];
    let (status, code) = refusals[rng.usize(..refusals.len())];
    let effect = match rng.u32(..100) {
        0..40 => Effect::refuse(status, code, "a fault"),
        40..50 => Effect::Delay(rng.u64(..200)),
        50..60 => Effect::Truncate,
        60..70 => Effect::Reset,
        70..78 => Effect::answer(200, "text/html", "<html><title>Log in</title></html>"),
        78..86 => {
            Effect::answer(200, "application/x-amz-json-1.1", r#"{"authorizationData": [{"authorizationToken": "%"}]}"#)
        }
        86..92 => Effect::Raw("SSH-2.0-OpenSSH\r\n".to_owned()),
        92..97 => Effect::Throttle { rate: 5.0, burst: 5.0 },
        97..99 => Effect::Flood,
        // Rare, because an attempt waits ten seconds for a response.
        _ => Effect::Hang,
    };
    let action: Action = ACTIONS[rng.usize(..ACTIONS.len())].parse().expect("an action");
    Fault { action: Some(action), count: Some(rng.u64(1..4)), after: rng.u64(..5), effect }
}
