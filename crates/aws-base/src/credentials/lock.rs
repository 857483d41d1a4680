//! A lock that a process holds while it changes a file, so that other processes do not change the file at the same time.
//!
//! The lock is an empty file next to the file to change. The lock file is never removed. Otherwise, one process could lock the
//! removed lock file while another process locks a new lock file. When a process ends, the system releases its locks.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::time::{Instant, sleep};
use tracing::debug;

use crate::blocking;

/// The time between two attempts to get a lock that another process holds.
const INTERVAL: Duration = Duration::from_millis(50);

/// The result of an attempt to get a lock.
#[derive(Debug)]
pub(super) enum Lock {
    /// This process holds the lock until this value is dropped.
    Held { _file: Arc<File> },
    /// Another process holds the lock.
    Busy,
    /// The lock file cannot be created or locked, for example on a read-only file system.
    Unavailable,
}

impl Lock {
    /// Acquires the lock for a file. Returns [`Lock::Busy`] if another process holds the lock for longer than `patience`. If
    /// `file` is a symbolic link, acquires the lock for the target of the link.
    pub(super) async fn acquire(file: &Path, patience: Duration) -> Self {
        let (end, path) = (Instant::now() + patience, file.to_owned());
        let unavailable = |reason: String| {
            debug!(file = %file.display(), reason, "the file system has no locks, continuing without one");
            Self::Unavailable
        };
        let file = match blocking::read(move || open(&path)).await {
            Some(Ok(file)) => Arc::new(file),
            Some(Err(error)) => return unavailable(error.to_string()),
            None => return unavailable("it takes too long".to_owned()),
        };
        loop {
            let of_thread = Arc::clone(&file);
            match blocking::read(move || of_thread.try_lock()).await {
                Some(Ok(())) => return Self::Held { _file: file },
                Some(Err(TryLockError::WouldBlock)) if Instant::now() + INTERVAL <= end => sleep(INTERVAL).await,
                Some(Err(TryLockError::WouldBlock)) => return Self::Busy,
                Some(Err(TryLockError::Error(error))) => return unavailable(error.to_string()),
                None => return unavailable("it takes too long".to_owned()),
            }
        }
    }
}

fn open(file: &Path) -> io::Result<File> {
    let file: PathBuf = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file.with_extension("lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_caller_waits_for_the_lock() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("login.json");
        let first = Lock::acquire(&file, Duration::ZERO).await;
        assert!(matches!(first, Lock::Held { .. }), "{first:?}");
        let second = Lock::acquire(&file, 3 * INTERVAL).await;
        assert!(matches!(second, Lock::Busy), "{second:?}");
        let (third, ()) = tokio::join!(Lock::acquire(&file, Duration::from_secs(60)), async {
            sleep(INTERVAL).await;
            drop(first);
        });
        assert!(matches!(third, Lock::Held { .. }), "{third:?}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_symlink_shares_the_lock_of_its_target() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directories = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        let [file, link] = ["login.json", "link.json"].map(|name| {
            let directory = &directories[usize::from(name.starts_with("link"))];
            directory.path().join(name)
        });
        std::fs::write(&file, "").expect("written");
        symlink(&file, &link).expect("a link");
        let _held = Lock::acquire(&file, Duration::ZERO).await;
        assert!(matches!(Lock::acquire(&link, Duration::ZERO).await, Lock::Busy));
        let lock = std::fs::metadata(file.with_extension("lock")).expect("beside it");
        assert_eq!((lock.permissions().mode() & 0o777, lock.len()), (0o600, 0));
    }

    #[tokio::test]
    async fn does_not_wait_if_the_lock_cannot_be_created() {
        let directory = tempfile::tempdir().expect("a directory");
        let no_directory = directory.path().join("missing/login.json");
        assert!(matches!(Lock::acquire(&no_directory, Duration::from_secs(60)).await, Lock::Unavailable));
        let no_file = directory.path().join("login.json");
        std::fs::create_dir(no_file.with_extension("lock")).expect("a directory");
        assert!(matches!(Lock::acquire(&no_file, Duration::from_secs(60)).await, Lock::Unavailable));
    }
}
