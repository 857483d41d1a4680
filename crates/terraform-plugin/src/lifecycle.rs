//! Ends the process on a signal, or when Terraform itself has ended.

#[cfg(unix)]
use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::connections::ConnectionCount;

/// The time limit for the first connection. go-plugin's client gives up on a plugin after 60 s, so no client connects after this limit.
const FIRST_CONNECTION: Duration = Duration::from_secs(90);
/// The time limit for a new connection after the last connection has closed. Terraform keeps its connection for the life of the plugin, and
/// reconnecting takes only a moment.
const RECONNECTION: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Ends the process when Terraform has ended. A killed Terraform sends no shutdown request, so without this function the plugin
/// would run forever.
///
/// Terraform is the parent of this process. If the parent process changes, Terraform has ended. The parent does not change on
/// Windows, or if a wrapper has started this process. In these cases, the loss of all connections shows that Terraform has ended.
pub(crate) fn watch_client(mut live: ConnectionCount, ending: CancellationToken) -> impl Future<Output = ()> {
    // Look up the parent now. When the future is polled for the first time, the original parent may have ended already.
    let parent = parent();
    async move {
        let mut ticks = interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last_seen = Instant::now();
        let mut patience = FIRST_CONNECTION;
        loop {
            ticks.tick().await;
            // A connection can open and close between two checks.
            let changed = live.has_changed().unwrap_or_default();
            if *live.borrow_and_update() > 0 || changed {
                (last_seen, patience) = (Instant::now(), RECONNECTION);
            }
            if self::parent() != parent || last_seen.elapsed() > patience {
                warn!("the client is gone");
                return ending.cancel();
            }
        }
    }
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

/// Installs the signal handlers, and returns the future that handles the signals.
///
/// Ctrl-C sends SIGINT to the whole process group, and a closed terminal sends SIGHUP. A plugin ignores both signals, because Terraform
/// also receives them and then stops its plugins. In debug mode, both signals end the process. If SIGHUP was already ignored when the
/// process started, for example under `nohup`, the process continues to ignore SIGHUP. SIGTERM always ends the process.
#[cfg(unix)]
pub(crate) fn signals(ending: CancellationToken, debug: bool) -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    // First check whether SIGHUP is ignored, because the handler for SIGHUP below replaces this setting.
    let under_nohup = debug && is_hangup_ignored();
    let mut keyboard = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = if under_nohup { None } else { Some(signal(SignalKind::hangup())?) };
    Ok(async move {
        loop {
            let hung_up = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => pending().await,
                }
            };
            let name = tokio::select! {
                _ = keyboard.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
                _ = hung_up => "SIGHUP",
            };
            if name == "SIGTERM" || debug {
                info!("{name}: the provider ends");
                ending.cancel();
            } else {
                info!("{name} has no effect: the client ends the provider");
            }
        }
    })
}

/// Returns whether SIGHUP was ignored when this process started.
///
/// A process cannot read this setting without unsafe code. This function therefore starts a shell, which inherits the setting and
/// sends SIGHUP to itself. The shell survives only if the signal is ignored. On a machine without a shell, the signal is treated
/// as not ignored.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    use std::process::{Command, Stdio};
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -HUP $$"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}

/// Installs the handlers for Ctrl-C and Ctrl-Break, and returns the future that handles both signals.
#[cfg(windows)]
pub(crate) fn signals(ending: CancellationToken, debug: bool) -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};
    let (mut keyboard, mut pause) = (ctrl_c()?, ctrl_break()?);
    Ok(async move {
        loop {
            tokio::select! {
                _ = keyboard.recv() => {}
                _ = pause.recv() => {}
            }
            if debug {
                ending.cancel();
            } else {
                info!("Ctrl-C has no effect: the client ends the provider");
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    /// In these tests, tokio skips the time until the next timer. The tests therefore take almost no time.
    #[tokio::test(start_paused = true)]
    async fn ends_if_a_client_never_connects() {
        let (_sender, live) = watch::channel(0);
        let (start, ending) = (Instant::now(), CancellationToken::new());
        watch_client(live, ending.clone()).await;
        assert!(ending.is_cancelled());
        assert!((FIRST_CONNECTION..FIRST_CONNECTION + 2 * POLL_INTERVAL).contains(&start.elapsed()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_brief_connection_counts_as_a_connection() {
        let (sender, live) = watch::channel(0);
        let (start, ending) = (Instant::now(), CancellationToken::new());
        let watching = watch_client(live, ending.clone());
        sender.send(1).expect("the watch has a receiver");
        sender.send(0).expect("the watch has a receiver");
        watching.await;
        assert!(start.elapsed() < FIRST_CONNECTION / 2, "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_may_reconnect_for_a_while() {
        let (sender, live) = watch::channel(1);
        let ending = CancellationToken::new();
        let watching = tokio::spawn(watch_client(live, ending.clone()));
        tokio::time::sleep(10 * FIRST_CONNECTION).await;
        assert!(!ending.is_cancelled(), "a connected client may be idle");
        sender.send(0).expect("the watch has a receiver");
        tokio::time::sleep(RECONNECTION / 2).await;
        assert!(!ending.is_cancelled(), "the client may connect again");
        sender.send(1).expect("the watch has a receiver");
        tokio::time::sleep(2 * RECONNECTION).await;
        assert!(!ending.is_cancelled(), "the client connected again");
        sender.send(0).expect("the watch has a receiver");
        watching.await.expect("the watch ends");
        assert!(ending.is_cancelled());
    }
}
