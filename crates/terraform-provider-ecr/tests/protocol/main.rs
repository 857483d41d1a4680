//! Runs the built provider, and calls it as Terraform does.
//!
//! The name of a test is the rule that the test proves. The name of a module is the subject of its tests.

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
