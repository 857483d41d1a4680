//! Reads files on a separate thread.
//!
//! The thread that waits for AWS also handles interrupts. Reading from a pipe without a writer, or from a network file system
//! that hangs, must not block this thread.

use std::{
    fs::File,
    io::{self, Read},
    panic,
    path::Path,
    time::Duration,
};

use tokio::{task::spawn_blocking, time::timeout};

/// The timeout for reading a file. Every disk responds faster. This timeout is shorter than the timeout of the request that needs
/// the file.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum size of a file in bytes. Shared files and certificate bundles are usually much smaller.
pub(crate) const MAX_FILE: u64 = 16 * MIB;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Runs `read` on a separate thread and returns its result. Returns `None` if `read` takes longer than [`TIMEOUT`]. In this case,
/// `read` continues in the background.
pub(crate) async fn read<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match timeout(TIMEOUT, spawn_blocking(read)).await {
        Ok(Ok(read)) => Some(read),
        Ok(Err(error)) => match error.try_into_panic() {
            Ok(panicked) => panic::resume_unwind(panicked),
            // The runtime is shutting down.
            Err(_) => None,
        },
        Err(_) => None,
    }
}

/// Returns the text of a file of at most `most` bytes.
///
/// # Errors
/// Returns the errors of [`std::fs`]. Also fails if reading takes longer than [`TIMEOUT`], if the file has more than `most`
/// bytes, or if the file is not UTF-8.
pub(crate) async fn text(path: &Path, most: u64) -> io::Result<String> {
    let path = path.to_owned();
    match read(move || bytes(&path, most)).await {
        Some(bytes) => {
            String::from_utf8(bytes?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
        }
        None => {
            let problem = format!("no data came within {} s", TIMEOUT.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, problem))
        }
    }
}

/// Returns the bytes of a file. Call this function only on a thread that is allowed to block.
///
/// # Errors
/// Returns the errors of [`std::fs`]. Also fails if the file has more than `most` bytes.
pub(crate) fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // The length is only a hint: a file can grow, and a pipe has no length.
    let length = file.metadata().map_or(0, |metadata| metadata.len().min(most));
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let (most, unit) = if most >= MIB { (most / MIB, "MiB") } else { (most / KIB, "KiB") };
        let problem = format!("it is longer than {most} {unit}");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reads_a_whole_text_or_rejects_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let problem = async |content: &[u8]| {
            std::fs::write(file.path(), content).expect("written");
            text(file.path(), 2 * KIB).await.map_err(|error| error.to_string())
        };
        let whole = "x".repeat(2 << 10);
        assert_eq!(problem(whole.as_bytes()).await, Ok(whole.clone()));
        assert_eq!(problem((whole + "x").as_bytes()).await, Err("it is longer than 2 KiB".to_owned()));
        assert_eq!(problem(b"gr\xf6sse").await, Err("it is not UTF-8 text".to_owned()));
        let missing = text(Path::new("/nonexistent"), 3).await.expect_err("not there");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_read_that_ends_in_time_returns_its_value() {
        assert_eq!(read(|| 7).await, Some(7));
    }
}
