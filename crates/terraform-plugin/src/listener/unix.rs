//! The Unix socket: a name of its own in the temporary directory, gone when the plugin is.

use std::{
    fmt, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use nix::unistd::Group;
use tempfile::TempPath;
use tokio::net::{UnixListener, UnixStream};

use super::ListenError;
use crate::handshake::SocketRequest;

/// A bound Unix socket.
#[derive(Debug)]
pub(crate) struct Socket {
    listener: UnixListener,
    /// Removes the file when dropped.
    path: TempPath,
}

/// The directories that take no socket, each with the reason.
#[derive(Debug)]
pub(crate) struct Tried(Vec<(PathBuf, io::Error)>);

impl Socket {
    /// Binds in the directory that the client names, else in the temporary directory, else in `/tmp`.
    ///
    /// # Errors
    /// [`ListenError::NoDirectory`] where the client names neither a directory nor a group, and both of the system's fail. A path
    /// longer than about 100 bytes cannot be bound.
    pub(super) fn bind(request: &SocketRequest) -> Result<Self, ListenError> {
        Self::bind_below(request, &[std::env::temp_dir(), PathBuf::from("/tmp")])
    }

    fn bind_below(request: &SocketRequest, directories: &[PathBuf]) -> Result<Self, ListenError> {
        let group = request.group.as_deref().map(group_id).transpose()?;
        let socket = match &request.directory {
            Some(directory) => Self::bind_in(directory)
                .map_err(|source| ListenError::Directory { directory: directory.display().to_string(), source })?,
            None => match Self::bind_in_first(directories) {
                Ok(socket) => socket,
                Err(tried) if group.is_some() => {
                    return Err(group_error(
                        request,
                        &format_args!(
                            "no directory takes a Unix socket: {tried}. Set TMPDIR to a directory that you can write to"
                        ),
                    ));
                }
                Err(tried) => return Err(ListenError::NoDirectory(tried)),
            },
        };
        if let Some(group) = group {
            socket.share_with(group, request)?;
        }
        Ok(socket)
    }

    fn bind_in_first(directories: &[PathBuf]) -> Result<Self, Tried> {
        let mut tried: Vec<(PathBuf, io::Error)> = Vec::new();
        for directory in directories {
            if tried.iter().any(|(before, _)| before == directory) {
                continue;
            }
            match Self::bind_in(directory) {
                Ok(socket) => return Ok(socket),
                Err(error) => tried.push((directory.clone(), error)),
            }
        }
        Err(Tried(tried))
    }

    fn bind_in(directory: &Path) -> io::Result<Self> {
        let speakable = |name: &str| !name.contains(['|', '\n', '\r']);
        if !directory.to_str().is_some_and(speakable) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the handshake line cannot carry its name"));
        }
        let (listener, path) = tempfile::Builder::new()
            .prefix("plugin")
            .make_in(directory, |path| std::os::unix::net::UnixListener::bind(path))?
            .into_parts();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener: UnixListener::from_std(listener)?, path })
    }

    fn share_with(&self, group: u32, request: &SocketRequest) -> Result<(), ListenError> {
        std::os::unix::fs::chown(&self.path, None, Some(group))
            .and_then(|()| fs::set_permissions(&self.path, fs::Permissions::from_mode(0o660)))
            .map_err(|error| group_error(request, &error))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (directory, error)) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {error}", directory.display())?;
        }
        Ok(())
    }
}

/// A number is taken as it is, as go-plugin does.
fn group_id(group: &str) -> Result<u32, ListenError> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let problem = match Group::from_name(group) {
        Ok(Some(group)) => return Ok(group.gid.as_raw()),
        Ok(None) => "there is no such group".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(ListenError::Group { group: group.to_owned(), problem })
}

fn group_error(request: &SocketRequest, problem: &dyn fmt::Display) -> ListenError {
    ListenError::Group { group: request.group.clone().unwrap_or_default(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(directory: &Path, group: Option<&str>) -> SocketRequest {
        SocketRequest { directory: Some(directory.to_owned()), group: group.map(ToOwned::to_owned), ports: (0, 0) }
    }

    fn mode(socket: &Socket) -> u32 {
        fs::metadata(socket.path()).expect("the socket is there").permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn only_the_owner_may_connect_and_the_file_goes_with_the_socket() {
        let directory = tempfile::tempdir().expect("a directory");
        let socket = Socket::bind(&request(directory.path(), None)).expect("a socket");
        let path = socket.path().to_owned();
        assert_eq!((mode(&socket), path.parent()), (0o600, Some(directory.path())));
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_group_may_connect_where_the_client_says_so() {
        let directory = tempfile::tempdir().expect("a directory");
        let own = nix::unistd::getgid().to_string();
        let socket = Socket::bind(&request(directory.path(), Some(&own))).expect("a socket");
        assert_eq!(mode(&socket), 0o660);
        let error = Socket::bind(&request(directory.path(), Some("no-such-group"))).expect_err("no such group");
        assert!(error.to_string().contains("PLUGIN_UNIX_SOCKET_GROUP is \"no-such-group\""), "{error}");
    }

    #[test]
    fn each_directory_that_was_tried_is_named_once() {
        let missing = ["/nonexistent/a", "/nonexistent/b", "/nonexistent/a"].map(PathBuf::from);
        let error = Socket::bind_below(&SocketRequest::default(), &missing).expect_err("no directory").to_string();
        assert_eq!(error.matches("/nonexistent/a").count(), 1, "{error}");
        assert!(error.contains("/nonexistent/b: No such file or directory") && error.contains("Set TMPDIR"), "{error}");
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_used_is_named() {
        let parent = tempfile::tempdir().expect("a directory");
        let piped = parent.path().join("a|b");
        fs::create_dir(&piped).expect("a directory");
        let error = Socket::bind(&request(&piped, None)).expect_err("the line has fields").to_string();
        assert!(error.contains("a|b") && error.contains("handshake"), "{error}");
        let missing = Path::new("/nonexistent/directory");
        let error = Socket::bind(&request(missing, None)).expect_err("no such directory").to_string();
        assert!(error.contains("/nonexistent/directory") && error.contains("PLUGIN_UNIX_SOCKET_DIR"), "{error}");
    }
}
