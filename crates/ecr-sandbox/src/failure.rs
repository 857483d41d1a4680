//! The errors with which the program ends, and their remedies.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use ecr_sandbox::StartError;

/// The error with which the program ends. Its message states the failure, the cause, and the remedy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}\n{advice}", advice = start_advice(.0))]
    Start(#[from] StartError),
    #[error("cannot write the certificate to {path}: {source}\n{advice}", path = path.display(), advice = file_advice(path, source))]
    CaFile { path: PathBuf, source: io::Error },
    #[error("cannot print the address: {0}\nSend standard output to a terminal, or to a file that can be written.")]
    Output(io::Error),
    #[error("{0}\nEnd other programs, or raise this user's limit for the resource in the message.")]
    System(io::Error),
}

fn start_advice(error: &StartError) -> String {
    match error {
        StartError::Listen { address, source } => listen_advice(*address, source.kind()),
        StartError::Runtime(_) | StartError::Certificate(_) => "End other programs, or report this error.".to_owned(),
        StartError::Password => "Write --registry without a user name and password.".to_owned(),
        _ => "Write --registry like http://127.0.0.1:5000.".to_owned(),
    }
}

fn listen_advice(address: SocketAddr, kind: io::ErrorKind) -> String {
    // The port to suggest: the next higher port, or 4650 if there is not a higher port.
    let other = shortest(address.ip(), address.port().checked_add(1).unwrap_or(4650));
    match kind {
        io::ErrorKind::AddrInUse => format!(
            "Another program has the port, probably another ecr-sandbox. End that program, or choose another port with --listen {other}, \
             or any free port with --listen {}.",
            shortest(address.ip(), 0)
        ),
        io::ErrorKind::PermissionDenied => format!(
            "This user may not listen on the port, as is usual below 1024. Choose a higher port with --listen {}.",
            shortest(address.ip(), 4650)
        ),
        io::ErrorKind::AddrNotAvailable => {
            "This machine does not have the address. Choose an address of this machine, such as --listen 127.0.0.1:4650."
                .to_owned()
        }
        _ => "Choose another address or port, such as --listen 127.0.0.1:4650.".to_owned(),
    }
}

/// Returns an address in the shortest form that `--listen` accepts.
fn shortest(address: IpAddr, port: u16) -> String {
    if address == Ipv4Addr::LOCALHOST { port.to_string() } else { SocketAddr::from((address, port)).to_string() }
}

fn file_advice(path: &Path, error: &io::Error) -> String {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match (error.kind(), directory) {
        (io::ErrorKind::NotFound, Some(directory)) => {
            format!("Make the directory {}, or set --ca-file to another file.", directory.display())
        }
        (io::ErrorKind::IsADirectory, _) => {
            format!("Set --ca-file to a file, such as {}.", path.join("ca.pem").display())
        }
        _ => "Set --ca-file to a file that you may write, such as ca.pem.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `listen_advice` directly, because a test cannot cause `PermissionDenied` for every user: root may listen on every
    /// port.
    #[test]
    fn every_listen_error_states_a_remedy() {
        for (address, kind, text) in [
            ("127.0.0.1:4650", io::ErrorKind::AddrInUse, "--listen 4651, or any free port with --listen 0."),
            ("[::1]:65535", io::ErrorKind::AddrInUse, "--listen [::1]:4650, or any free port with --listen [::1]:0."),
            ("127.0.0.1:80", io::ErrorKind::PermissionDenied, "a higher port with --listen 4650."),
            ("192.0.2.1:4650", io::ErrorKind::AddrNotAvailable, "Choose an address of this machine"),
            ("127.0.0.1:4650", io::ErrorKind::Other, "Choose another address or port"),
        ] {
            let advice = listen_advice(address.parse().expect("an address"), kind);
            assert!(advice.contains(text), "{address}: {advice}");
        }
    }
}
