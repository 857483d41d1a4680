//! The Unix socket: a name of its own in the temporary directory, gone when the plugin is.

use std::{
    fs, io,
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

impl Socket {
    /// Binds in the directory the client names, else in the temporary directory, else in `/tmp`: a path longer than
    /// about 100 bytes cannot be bound. `None` where no directory will do and the client did not insist on one.
    pub(super) fn bind(request: &SocketRequest) -> Result<Option<Self>, ListenError> {
        let group = request.group.as_deref().map(group_id).transpose()?;
        let socket = match &request.directory {
            Some(directory) => Some(
                Self::bind_in(directory)
                    .map_err(|source| ListenError::Directory { directory: directory.display().to_string(), source })?,
            ),
            None => {
                [std::env::temp_dir(), PathBuf::from("/tmp")].iter().find_map(|directory| Self::bind_in(directory).ok())
            }
        };
        match (&socket, group) {
            (Some(socket), Some(group)) => socket.share_with(group, request)?,
            (None, Some(_)) => return Err(group_error(request, &"no directory will take a socket")),
            (_, None) => {}
        }
        Ok(socket)
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

fn group_error(request: &SocketRequest, problem: &dyn std::fmt::Display) -> ListenError {
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
        let socket = Socket::bind(&request(directory.path(), None)).expect("bound").expect("a socket");
        let path = socket.path().to_owned();
        assert_eq!((mode(&socket), path.parent()), (0o600, Some(directory.path())));
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_group_may_connect_where_the_client_says_so() {
        let directory = tempfile::tempdir().expect("a directory");
        let own = nix::unistd::getgid().to_string();
        let socket = Socket::bind(&request(directory.path(), Some(&own))).expect("bound").expect("a socket");
        assert_eq!(mode(&socket), 0o660);
        let error = Socket::bind(&request(directory.path(), Some("no-such-group"))).expect_err("no such group");
        assert!(error.to_string().contains("PLUGIN_UNIX_SOCKET_GROUP is \"no-such-group\""), "{error}");
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
