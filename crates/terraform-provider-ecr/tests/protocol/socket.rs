//! Where the provider listens.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::{Group, getegid};
use terraform_plugin_testing::{Address, Plugin};

use crate::session::{spawn, terraform};

fn socket(plugin: &Plugin) -> PathBuf {
    match &plugin.handshake().address {
        Address::Unix(path) => path.clone(),
        address => panic!("not a Unix socket: {address:?}"),
    }
}

/// The permission bits of a file.
fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file is there").mode() & 0o777
}

#[tokio::test]
async fn the_socket_is_its_owners_alone() {
    let plugin = spawn().await;
    assert_eq!(mode(&socket(&plugin)), 0o600);
}

#[tokio::test]
async fn nothing_is_left_in_the_temporary_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let plugin = terraform().env("TMPDIR", directory.path()).spawn().await.expect("the provider starts");
    plugin.shutdown().await.expect("it ends");
    let left: Vec<_> = fs::read_dir(directory.path()).expect("the directory").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_temporary_directory_too_long_for_a_socket_is_no_obstacle() {
    let directory = tempfile::tempdir().expect("a directory");
    let long = directory.path().join("d".repeat(120));
    fs::create_dir(&long).expect("a directory");
    let plugin = terraform().env("TMPDIR", &long).spawn().await.expect("the provider starts");
    plugin.schema().await.expect("a schema");
    let address = plugin.handshake().address.clone();
    plugin.shutdown().await.expect("it ends");
    if let Address::Unix(path) = address {
        assert!(!path.exists(), "{} is left behind", path.display());
    }
}

#[tokio::test]
async fn a_temporary_directory_that_is_not_there_is_no_obstacle() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = directory.path().join("missing");
    let plugin = terraform().env("TMPDIR", &missing).spawn().await.expect("the provider starts");
    plugin.schema().await.expect("a schema");
    plugin.shutdown().await.expect("it ends");
}

/// Not even by root, which the tests may run as.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_temporary_directory_that_cannot_be_written_to_is_no_obstacle() {
    let plugin = terraform().env("TMPDIR", "/proc").spawn().await.expect("the provider starts");
    plugin.schema().await.expect("a schema");
    plugin.shutdown().await.expect("it ends");
}

#[tokio::test]
async fn a_temporary_directory_whose_name_the_line_cannot_carry_is_no_obstacle() {
    let directory = tempfile::tempdir().expect("a directory");
    for name in [OsStr::new("a|b"), OsStr::new("a\nb"), OsStr::from_bytes(b"no text \xff")] {
        let odd = directory.path().join(name);
        fs::create_dir(&odd).expect("a directory");
        let plugin = terraform().env("TMPDIR", &odd).spawn().await.expect("the provider starts");
        plugin.schema().await.expect("a schema");
        plugin.shutdown().await.expect("it ends");
    }
}

#[tokio::test]
async fn the_directory_for_the_socket_can_be_chosen() {
    let directory = tempfile::tempdir().expect("a directory");
    let chosen = terraform().env("PLUGIN_UNIX_SOCKET_DIR", directory.path());
    let plugin = chosen.spawn().await.expect("the provider starts");
    assert_eq!(socket(&plugin).parent(), Some(directory.path()));
}

#[tokio::test]
async fn a_group_given_by_number_may_connect() {
    let gid = getegid().to_string();
    let plugin = terraform().env("PLUGIN_UNIX_SOCKET_GROUP", &gid).spawn().await.expect("the provider starts");
    let metadata = fs::metadata(socket(&plugin)).expect("the socket");
    assert_eq!(metadata.gid().to_string(), gid);
    assert_eq!(metadata.mode() & 0o777, 0o660);
    plugin.schema().await.expect("a schema");
}

#[tokio::test]
async fn a_group_given_by_name_may_connect() {
    let group = Group::from_gid(getegid()).expect("groups can be read").expect("the group of the test has a name");
    let plugin = terraform().env("PLUGIN_UNIX_SOCKET_GROUP", &group.name).spawn().await.expect("the provider starts");
    let metadata = fs::metadata(socket(&plugin)).expect("the socket");
    assert_eq!(metadata.gid(), group.gid.as_raw());
    assert_eq!(metadata.mode() & 0o777, 0o660);
}

#[tokio::test]
async fn a_group_that_does_not_exist_is_an_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let refusing = terraform().env("TMPDIR", directory.path()).env("PLUGIN_UNIX_SOCKET_GROUP", "no-such-group");
    let output = refusing.run().await.expect("it ends");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let stderr = output.stderr.join("\n");
    assert!(stderr.contains("PLUGIN_UNIX_SOCKET_GROUP") && stderr.contains("no-such-group"), "{stderr}");
    assert!(output.stdout.iter().all(|line| line.split('|').count() < 4), "no handshake: {output:?}");
    let left: Vec<_> = fs::read_dir(directory.path()).expect("the directory").collect();
    assert!(left.is_empty(), "{left:?}");
}
