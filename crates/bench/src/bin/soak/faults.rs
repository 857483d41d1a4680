//! Faults of every kind, at random.

use std::{sync::Arc, time::Duration};

use ecr_sandbox::{Action, Effect, Fault, Sandbox};
use fastrand::Rng;
use tokio::time::{Instant, sleep};

const ACTIONS: [&str; 3] = ["GetAuthorizationToken", "AssumeRole", "AssumeRoleWithWebIdentity"];
/// Between two faults, at most.
const PAUSE: Duration = Duration::from_millis(300);
const INITIAL_FAULTS: u64 = 3;
/// Faults that no request came for go away after so long.
const CLEAR_AFTER: Duration = Duration::from_secs(2);

/// Makes faults for as long as it is polled.
pub(crate) async fn inject_faults(sandbox: Arc<Sandbox>, mut rng: Rng) {
    // The largest answers first, so that their memory is not taken for growth.
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
        // An attempt waits ten seconds for an answer.
        _ => Effect::Hang,
    };
    let action: Action = ACTIONS[rng.usize(..ACTIONS.len())].parse().expect("an action");
    Fault { action: Some(action), count: Some(rng.u64(1..4)), after: rng.u64(..5), effect }
}
