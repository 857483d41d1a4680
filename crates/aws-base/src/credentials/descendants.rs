//! The descendants of a program: all processes that the program or one of its descendants has started.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(in crate::credentials) use unix::Descendants;
#[cfg(windows)]
pub(in crate::credentials) use windows::Descendants;
