//! The built provider, driven as Terraform drives it.
//!
//! Every test is named for the rule that it proves, every module for what it looks at.

#![cfg(unix)]

mod aws;
mod blocking;
mod command_line;
mod connections;
mod core_dumps;
mod credential_process;
mod debug;
mod handshake;
mod hostile;
mod lifecycle;
mod logs;
mod open;
mod schema;
mod session;
mod sharing;
#[cfg(target_os = "linux")]
mod soak;
mod socket;
mod sso;
mod stop;
mod terminal;
mod throttling;
mod tls;
mod unknown;
mod watchdog;
#[cfg(target_os = "linux")]
mod without_sockets;
