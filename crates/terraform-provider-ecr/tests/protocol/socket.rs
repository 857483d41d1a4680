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
async fn a_temporary_directory_that_no_socket_can_be_in_is_no_obstacle() {
    let directory = tempfile::tempdir().expect("a directory");
    let long = "d".repeat(120);
    let cannot_stand_in_the_line = [OsStr::new("a|b"), OsStr::new("a\nb"), OsStr::from_bytes(b"no text \xff")];
    let names = cannot_stand_in_the_line.into_iter().chain([OsStr::new(&long)]);
    let mut directories: Vec<_> = names.map(|name| directory.path().join(name)).collect();
    directories.iter().for_each(|directory| fs::create_dir(directory).expect("a directory"));
    directories.push(directory.path().join("missing"));
    // Not even root, which the tests may run as, can write there.
    directories.extend(cfg!(target_os = "linux").then(|| PathBuf::from("/proc")));
    for directory in directories {
        let plugin = terraform().env("TMPDIR", &directory).spawn().await.expect("the provider starts");
        plugin.schema().await.expect("a schema");
        let address = plugin.handshake().address.clone();
        plugin.shutdown().await.expect("it ends");
        if let Address::Unix(path) = address {
            assert!(!path.exists(), "{} is left behind", path.display());
        }
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
async fn a_group_given_by_number_or_name_may_connect() {
    let gid = getegid();
    let group = Group::from_gid(gid).expect("groups can be read").expect("the group of the test has a name");
    for name in [gid.to_string(), group.name] {
        let plugin = terraform().env("PLUGIN_UNIX_SOCKET_GROUP", &name).spawn().await.expect("the provider starts");
        let metadata = fs::metadata(socket(&plugin)).expect("the socket");
        assert_eq!((metadata.gid(), metadata.mode() & 0o777), (gid.as_raw(), 0o660), "{name}");
        plugin.schema().await.expect("a schema");
    }
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
