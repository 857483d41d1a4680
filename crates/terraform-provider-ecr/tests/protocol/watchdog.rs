//! Checks that a provider process ends itself if Terraform can no longer end the process. A process that Terraform may still need must not
//! end itself.
//!
//! The provider waits about ten seconds for a client before it ends itself, so these tests take as long.

use std::{path::PathBuf, time::Duration};

use terraform_plugin_testing::{Credentials, Error};

use crate::session::{spawn, terraform};

/// The time limit for the end of a process that Terraform can no longer end.
const ORPHAN_LIMIT: Duration = Duration::from_secs(15);

/// A time that is longer than the provider waits for a client to connect again.
const PATIENCE: Duration = Duration::from_secs(12);

#[tokio::test]
async fn an_orphan_ends_after_its_connection_closes() {
    let plugin = terraform().below_shell().spawn().await.expect("the provider starts");
    plugin.schema().await.expect("a schema");
    let (mut process, handshake) = plugin.disconnect();
    let socket = PathBuf::from(handshake.address.to_string());
    process.kill_parent().await.expect("the shell is killed");
    process.gone(ORPHAN_LIMIT).await.expect("it ends by itself");
    assert!(!socket.exists(), "{} is left behind", socket.display());
}

#[tokio::test]
async fn an_orphan_without_a_connection_ends() {
    let (mut process, handshake) = terraform().below_shell().handshake().await.expect("the provider starts");
    let socket = PathBuf::from(handshake.address.to_string());
    assert!(socket.exists());
    process.kill_parent().await.expect("the shell is killed");
    process.gone(ORPHAN_LIMIT).await.expect("it ends by itself");
    assert!(!socket.exists(), "{} is left behind", socket.display());
}

/// The parent of the provider may be a wrapper that continues to run after Terraform has ended.
#[tokio::test]
async fn a_process_ends_if_its_client_does_not_reconnect() {
    let plugin = spawn().await;
    assert!(plugin.streams_open().await);
    let (process, handshake) = plugin.disconnect();
    process.gone(ORPHAN_LIMIT).await.expect("it ends by itself");
    let socket = PathBuf::from(handshake.address.to_string());
    assert!(!socket.exists(), "{} is left behind", socket.display());
}

#[tokio::test]
async fn a_process_with_an_idle_connection_stays() {
    let plugin = spawn().await;
    let credentials = Credentials::with(plugin.identity().expect("TLS is on"));
    let second = plugin.connect_as(&credentials).await.expect("a second connection");
    let (process, _) = plugin.disconnect();
    let ended = process.gone(PATIENCE).await;
    assert!(matches!(ended, Err(Error::Timeout { .. })), "{ended:?}");
    second.schema().await.expect("a schema");
}
