//! Tests of the socket on which the provider listens.

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

/// Returns the permission bits of a file.
fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file is there").mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_may_use_the_socket() {
    let plugin = spawn().await;
    assert_eq!(mode(&socket(&plugin)), 0o600);
}

#[tokio::test]
async fn skips_a_temporary_directory_that_cannot_hold_a_socket() {
    let directory = tempfile::tempdir().expect("a directory");
    let long = "d".repeat(120);
    let cannot_stand_in_the_line = [OsStr::new("a|b"), OsStr::new("a\nb"), OsStr::from_bytes(b"no text \xff")];
    let names = cannot_stand_in_the_line.into_iter().chain([OsStr::new(&long)]);
    let mut directories: Vec<_> = names.map(|name| directory.path().join(name)).collect();
    directories.iter().for_each(|directory| fs::create_dir(directory).expect("a directory"));
    directories.push(directory.path().join("missing"));
    // The tests may run as root, and even root cannot write to `/proc`.
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
async fn uses_the_configured_socket_directory() {
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

/// If Terraform sends no certificate, only the file permissions of the socket keep other users from connecting.
#[cfg(target_os = "linux")]
mod without_tls {
    use std::{
        io::ErrorKind,
        os::unix::{fs::PermissionsExt as _, net::UnixStream},
        process::Command,
        thread,
        time::{Duration, Instant},
    };

    use nix::unistd::{Uid, setfsuid};
    use tempfile::TempDir;
    use terraform_plugin_testing::{Process, Terraform, Tls};
    use test_support::{deadline::DEADLINE, programs::Programs, skip::skip};
    use tokio::time;

    use super::*;

    /// A user who does not own any file in these tests.
    const ANOTHER: Uid = Uid::from_raw(65_534);

    /// A shell script that runs the command in its arguments. For this command, new files are open to all users, and each change of a mode
    /// or an owner takes one more second.
    const SLOWLY: &str = r#"umask 0; exec '<strace>' -D -f -o /dev/null -e 'trace=?chmod,?fchmodat,?fchmodat2,?chown,?fchownat' -e 'inject=?chmod,?fchmodat,?fchmodat2,?chown,?fchownat:delay_enter=1s' "$@""#;

    /// A temporary directory with the permissions of `/tmp`, in which a provider serves without TLS.
    #[derive(Debug)]
    struct Shared {
        directory: TempDir,
    }

    impl Shared {
        fn new() -> Self {
            let directory = tempfile::tempdir().expect("a directory");
            fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o1777)).expect("it can be shared");
            Self { directory }
        }

        fn terraform(&self, program: impl AsRef<Path>) -> Terraform {
            Terraform::new(program).tls(Tls::Off).env("TMPDIR", self.directory.path())
        }

        fn socket(&self) -> Option<PathBuf> {
            fs::read_dir(self.directory.path())
                .expect("the directory")
                .next()
                .map(|entry| entry.expect("a file").path())
        }
    }

    /// Tries to connect as this user. Only root is allowed to do this.
    fn connect_as(user: Uid, path: &Path) -> Result<(), ErrorKind> {
        let path = path.to_owned();
        // The new user ID applies only to this new thread.
        let attempt = thread::spawn(move || {
            setfsuid(user);
            UnixStream::connect(path).map(drop).map_err(|error| error.kind())
        });
        attempt.join().expect("no panic")
    }

    #[tokio::test]
    async fn rejects_another_user() {
        if !Uid::effective().is_root() {
            return skip("root alone can connect as another user");
        }
        let shared = Shared::new();
        let debugged =
            shared.terraform(env!("CARGO_BIN_EXE_terraform-provider-ecr")).without_env("TF_PLUGIN_MAGIC_COOKIE");
        let process: Process = debugged.arg("-debug").start().await.expect("the provider starts");
        process.stdout().find(DEADLINE, |line| line.contains("TF_REATTACH_PROVIDERS")).await.expect("it listens");
        let socket = shared.socket().expect("its socket");
        assert_eq!(connect_as(ANOTHER, &socket), Err(ErrorKind::PermissionDenied));
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).expect("root can change the mode");
        assert_eq!(connect_as(ANOTHER, &socket), Ok(()), "only the mode of the socket kept other users out");
    }

    #[tokio::test]
    async fn the_socket_is_never_open_to_others() {
        let programs = match Programs::find(&["sh", "strace", "true"]) {
            Ok(programs) => programs,
            Err(missing) => return skip(&missing.to_string()),
        };
        let script = SLOWLY.replace("<strace>", programs.path("strace").to_str().expect("a path in UTF-8"));
        let probe = Command::new(programs.path("sh")).args(["-c", &script, "sh"]).arg(programs.path("true")).output();
        let probe = probe.expect("a shell");
        if !probe.status.success() {
            return skip(&format!("strace cannot trace here: {}", String::from_utf8_lossy(&probe.stderr)));
        }
        let gid = getegid().to_string();
        for (group, forbidden) in [(None, 0o177), (Some(&gid), 0o117)] {
            let shared = Shared::new();
            let terraform = shared.terraform(programs.path("sh")).arg("-c").arg(&script).arg("sh");
            let terraform =
                group.iter().fold(terraform, |terraform, gid| terraform.env("PLUGIN_UNIX_SOCKET_GROUP", gid));
            let process = terraform.arg(env!("CARGO_BIN_EXE_terraform-provider-ecr")).start().await.expect("it starts");
            let start = Instant::now();
            let mut looks = 0_u32;
            while process.stdout().all().is_empty() {
                assert!(start.elapsed() < DEADLINE, "no line after {looks} looks: {}", process.stderr().text());
                time::sleep(Duration::from_millis(5)).await;
                let Some(socket) = shared.socket() else { continue };
                looks += 1;
                assert_eq!(mode(&socket) & forbidden, 0, "look {looks}, group {group:?}");
                if group.is_none() && Uid::effective().is_root() {
                    assert!(connect_as(ANOTHER, &socket).is_err(), "look {looks}");
                }
            }
            assert!(looks > 1, "the test has seen the socket before the provider is ready");
        }
    }
}
