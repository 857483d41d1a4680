//! The processes that a program has started.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(in crate::credentials) use unix::Descendants;
#[cfg(windows)]
pub(in crate::credentials) use windows::Descendants;
