//! The Unix socket of a plugin. The socket file has a unique name, and is removed when the plugin ends.

use std::{
    fmt, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use nix::{
    sys::stat::{Mode, umask},
    unistd::Group,
};
use tempfile::TempPath;
use tokio::net::{UnixListener, UnixSocket, UnixStream};

use super::ListenError;
use crate::handshake::SocketRequest;

/// The maximum number of connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// A Unix socket that listens.
#[derive(Debug)]
pub(crate) struct Socket {
    listener: UnixListener,
    /// The path of the socket file. Dropping this value removes the file.
    path: TempPath,
}

/// The directories in which a socket could not be bound, each with the error.
#[derive(Debug)]
pub(crate) struct UnusableDirectories(Vec<(PathBuf, io::Error)>);

impl Socket {
    /// Binds a socket in the directory that the client names. If the client does not name a directory, tries the temporary
    /// directory and then `/tmp`.
    ///
    /// # Errors
    /// Returns [`ListenError::NoDirectory`] if the client names neither a directory nor a group, and a socket cannot be bound in either
    /// system directory. The path of a socket cannot be longer than about 100 bytes.
    pub(super) fn bind(request: &SocketRequest) -> Result<Self, ListenError> {
        Self::bind_below(request, &[std::env::temp_dir(), PathBuf::from("/tmp")])
    }

    fn bind_below(request: &SocketRequest, directories: &[PathBuf]) -> Result<Self, ListenError> {
        let group = request.group.as_deref().map(group_id).transpose()?;
        let bound = match &request.directory {
            Some(directory) => Bound::in_directory(directory)
                .map_err(|source| ListenError::Directory { directory: directory.display().to_string(), source })?,
            None => match Bound::bind_in_first_usable(directories) {
                Ok(bound) => bound,
                Err(tried) if group.is_some() => {
                    return Err(group_error(
                        request,
                        &format_args!(
                            "cannot make a Unix socket: {tried}. Set TMPDIR to a directory that you can write to"
                        ),
                    ));
                }
                Err(tried) => return Err(ListenError::NoDirectory(tried)),
            },
        };
        if let Some(group) = group {
            bound.share_with_group(group).map_err(|error| group_error(request, &error))?;
        }
        bound.listen().map_err(ListenError::Unix)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

/// A socket that has a path but does not listen yet. Until the socket listens, the system refuses connections.  The group
/// and the mode of the socket file are set before the socket listens. While the file is set up, its mode never allows more
/// access than the final mode. A directory that belongs to the group would also protect the socket, but would make the path
/// longer. On macOS, the path of a socket can have at most 103 bytes.
struct Bound {
    socket: UnixSocket,
    /// The path of the socket file. Dropping this value removes the file.
    path: TempPath,
}

impl Bound {
    fn bind_in_first_usable(directories: &[PathBuf]) -> Result<Self, UnusableDirectories> {
        let mut tried: Vec<(PathBuf, io::Error)> = Vec::new();
        for directory in directories {
            if tried.iter().any(|(before, _)| before == directory) {
                continue;
            }
            match Self::in_directory(directory) {
                Ok(socket) => return Ok(socket),
                Err(error) => tried.push((directory.clone(), error)),
            }
        }
        Err(UnusableDirectories(tried))
    }

    fn in_directory(directory: &Path) -> io::Result<Self> {
        let bound = Self::bind_in(directory)?;
        // Set the mode, because the umask has no effect in a directory with a default ACL.
        fs::set_permissions(&bound.path, fs::Permissions::from_mode(0o600))?;
        Ok(bound)
    }

    fn bind_in(directory: &Path) -> io::Result<Self> {
        let speakable = |name: &str| !name.contains(['|', '\n', '\r']);
        if !directory.to_str().is_some_and(speakable) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "its name has characters that the handshake line cannot have",
            ));
        }
        let (socket, path) = tempfile::Builder::new()
            .prefix("plugin")
            .make_in(directory, |path| {
                let socket = UnixSocket::new_stream()?;
                let _private = Umask::restrict();
                socket.bind(path)?;
                Ok(socket)
            })?
            .into_parts();
        Ok(Self { socket, path })
    }

    fn share_with_group(&self, group: u32) -> io::Result<()> {
        std::os::unix::fs::chown(&self.path, None, Some(group))?;
        fs::set_permissions(&self.path, fs::Permissions::from_mode(0o660))
    }

    fn listen(self) -> io::Result<Socket> {
        Ok(Socket { listener: self.socket.listen(BACKLOG)?, path: self.path })
    }
}

/// Makes new files private to their owner, until this value is dropped.
///
/// The umask applies to the whole process. [`Server`](crate::Server) binds the socket before it starts a thread. If another
/// thread creates a file while this value exists, this file is private too.
struct Umask {
    before: Mode,
    /// The lock that allows only one value of this type at a time. A second value would restore the wrong umask.
    _only: MutexGuard<'static, ()>,
}

static UMASK: Mutex<()> = Mutex::new(());

impl Umask {
    fn restrict() -> Self {
        let only = UMASK.lock().unwrap_or_else(PoisonError::into_inner);
        Self { before: umask(Mode::from_bits_truncate(0o177)), _only: only }
    }
}

impl Drop for Umask {
    fn drop(&mut self) {
        umask(self.before);
    }
}

impl fmt::Display for UnusableDirectories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (directory, error)) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {error}", directory.display())?;
        }
        Ok(())
    }
}

/// Returns the id of a group. If `group` is a number, returns this number without a check, as in go-plugin.
fn group_id(group: &str) -> Result<u32, ListenError> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let problem = match Group::from_name(group) {
        Ok(Some(group)) => return Ok(group.gid.as_raw()),
        Ok(None) => "that group does not exist".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(ListenError::Group { group: group.to_owned(), problem })
}

fn group_error(request: &SocketRequest, problem: &dyn fmt::Display) -> ListenError {
    ListenError::Group { group: request.group.clone().unwrap_or_default(), problem: problem.to_string() }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{io::ErrorKind, os::unix::net::UnixStream};

    use tempfile::TempDir;

    use super::*;

    /// Runs `make`, which creates files, while no other test changes the umask.
    pub(crate) fn with_usual_umask<T>(make: impl FnOnce() -> io::Result<T>) -> T {
        let _only = UMASK.lock().unwrap_or_else(PoisonError::into_inner);
        make().expect("files can be made")
    }

    fn directory() -> TempDir {
        with_usual_umask(tempfile::tempdir)
    }

    fn request(directory: &Path, group: Option<&str>) -> SocketRequest {
        SocketRequest { directory: Some(directory.to_owned()), group: group.map(ToOwned::to_owned), ports: (0, 0) }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("the socket file exists").permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_socket_is_private_before_it_listens() {
        let (directory, before) = (directory(), Umask::restrict().before);
        let bound = Bound::bind_in(directory.path()).expect("a socket");
        assert_eq!(mode(&bound.path), 0o600);
        let refused = UnixStream::connect(&bound.path).expect_err("the socket does not listen yet");
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        let socket = bound.listen().expect("the socket listens");
        UnixStream::connect(socket.path()).expect("a connection");
        assert_eq!(Umask::restrict().before, before, "the umask is restored");
    }

    #[tokio::test]
    async fn a_socket_is_owner_only_and_removed_on_drop() {
        let directory = directory();
        let socket = Socket::bind(&request(directory.path(), None)).expect("a socket");
        let path = socket.path().to_owned();
        assert_eq!((mode(&path), path.parent()), (0o600, Some(directory.path())));
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_configured_group_may_connect() {
        let directory = directory();
        let own = nix::unistd::getgid().to_string();
        let socket = Socket::bind(&request(directory.path(), Some(&own))).expect("a socket");
        assert_eq!(mode(socket.path()), 0o660);
        let error = Socket::bind(&request(directory.path(), Some("no-such-group"))).expect_err("no such group");
        assert!(error.to_string().contains("PLUGIN_UNIX_SOCKET_GROUP is \"no-such-group\""), "{error}");
    }

    #[test]
    fn the_error_names_each_failed_directory_once() {
        let missing = ["/nonexistent/a", "/nonexistent/b", "/nonexistent/a"].map(PathBuf::from);
        let error = Socket::bind_below(&SocketRequest::default(), &missing).expect_err("no directory").to_string();
        assert_eq!(error.matches("/nonexistent/a").count(), 1, "{error}");
        assert!(error.contains("/nonexistent/b: No such file or directory") && error.contains("Set TMPDIR"), "{error}");
    }

    #[tokio::test]
    async fn the_error_names_an_unusable_directory() {
        let parent = directory();
        let piped = parent.path().join("a|b");
        with_usual_umask(|| fs::create_dir(&piped));
        let error = Socket::bind(&request(&piped, None)).expect_err("`|` separates the fields of the line").to_string();
        assert!(error.contains("a|b") && error.contains("handshake"), "{error}");
        let missing = Path::new("/nonexistent/directory");
        let error = Socket::bind(&request(missing, None)).expect_err("no such directory").to_string();
        assert!(error.contains("/nonexistent/directory") && error.contains("PLUGIN_UNIX_SOCKET_DIR"), "{error}");
    }
}
