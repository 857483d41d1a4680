//! Files are read apart from all else.
//!
//! The thread that waits for AWS also answers whoever interrupts that. A pipe that nobody writes to, or a file on a network
//! that hangs, must not stop it.

use std::{
    fs::File,
    io::{self, Read},
    panic,
    path::Path,
    time::Duration,
};

use tokio::{task::spawn_blocking, time::timeout};

/// Longer than any disk takes, and shorter than an attempt that it is a part of.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// Many times what the shared files and bundles of certificates need.
pub(crate) const MAX_FILE: u64 = 16 << 20;

/// What `read` returns; `None` where that takes too long. It then goes on for as long as it likes.
pub(crate) async fn read<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match timeout(TIMEOUT, spawn_blocking(read)).await {
        Ok(Ok(read)) => Some(read),
        Ok(Err(error)) => match error.try_into_panic() {
            Ok(panicked) => panic::resume_unwind(panicked),
            // The runtime is ending.
            Err(_) => None,
        },
        Err(_) => None,
    }
}

/// The text of a file, as far as `most` bytes.
///
/// # Errors
/// What is in the way, as of [`std::fs`]; that it takes too long; that it is not UTF-8.
pub(crate) async fn text(path: &Path, most: u64) -> io::Result<String> {
    let path = path.to_owned();
    let read = read(move || {
        let mut text = String::new();
        File::open(path)?.take(most).read_to_string(&mut text).map(|_| text)
    });
    let too_slow = || format!("nothing came within {} s", TIMEOUT.as_secs());
    read.await.unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::TimedOut, too_slow())))
}

/// The bytes of a file, to be called where it may take long.
///
/// # Errors
/// What is in the way, as of [`std::fs`]; that there are more bytes than a file of its kind can have.
pub(crate) fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let problem = format!("it is longer than {} MiB", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_is_cut_and_must_be_there() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "12345").expect("written");
        assert_eq!(text(file.path(), 3).await.expect("read"), "123");
        let missing = text(Path::new("/nonexistent"), 3).await.expect_err("not there");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_that_does_not_end_is_read_no_further_than_it_may() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), vec![7; 1 << 20]).expect("written");
        assert_eq!(bytes(file.path(), 1 << 20).expect("read").len(), 1 << 20);
        std::fs::write(file.path(), vec![7; (1 << 20) + 1]).expect("written");
        let error = bytes(file.path(), 1 << 20).expect_err("too long");
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (io::ErrorKind::FileTooLarge, "it is longer than 1 MiB")
        );
    }

    #[tokio::test]
    async fn what_is_read_in_time_is_returned() {
        assert_eq!(read(|| 7).await, Some(7));
    }
}
