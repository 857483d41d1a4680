//! Parses the handshake line that a plugin writes to stdout, according to the rules of go-plugin's client.

use std::{path::PathBuf, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::{address::Address, error::Error, process::Process};

/// Field 6 is ignored if it has at most this many characters. Like go-plugin, this crate treats only a longer field as a certificate.
const MIN_CERTIFICATE: usize = 50;

/// The time to wait for the end of a process that has closed stdout. If the process ends within this time, [`Error::NoHandshake`] contains
/// the exit status.
const END_TIMEOUT: Duration = Duration::from_secs(2);

/// The handshake line of a plugin, with the values of its fields: `1|6|unix|/tmp/plugin123|grpc|MIIB…`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handshake {
    /// The line without its line break.
    pub line: String,
    /// Field 1, the version of the handshake itself.
    pub core_protocol: u32,
    /// Field 2, the version of Terraform's protocol.
    pub protocol: u32,
    /// Fields 3 and 4, the kind of socket and its address.
    pub address: Address,
    /// Field 6, the certificate of the plugin in DER. It is `None` if the plugin does not use TLS.
    pub certificate: Option<Vec<u8>>,
}

impl Handshake {
    /// Parses the line, as strictly as Terraform does.
    ///
    /// # Errors
    /// Returns [`Error::Handshake`] if Terraform would not use the plugin.
    pub fn parse(line: &str) -> Result<Self, Error> {
        let line = line.trim();
        let refused = |reason: &str| Error::Handshake { line: line.to_owned(), reason: reason.to_owned() };
        let fields: Vec<_> = line.split('|').collect();
        let [core_protocol, protocol, network, address, rest @ ..] = fields.as_slice() else {
            return Err(refused("fewer than four fields"));
        };
        if *core_protocol != "1" {
            return Err(refused("field 1 is not core protocol 1"));
        }
        let protocol = protocol.parse().map_err(|_| refused("field 2 is not a number"))?;
        if !matches!(protocol, 5 | 6) {
            return Err(refused("field 2 is neither protocol 5 nor 6"));
        }
        let address = match *network {
            "unix" => Address::Unix(PathBuf::from(address)),
            "tcp" => Address::Tcp(address.parse().map_err(|_| refused("field 4 is not an address"))?),
            _ => return Err(refused("field 3 is neither unix nor tcp")),
        };
        if rest.first() != Some(&"grpc") {
            return Err(refused("field 5 is not grpc"));
        }
        let field = rest.get(1).filter(|field| field.len() > MIN_CERTIFICATE);
        let certificate = field.map(|field| STANDARD_NO_PAD.decode(field)).transpose();
        let certificate = certificate.map_err(|_| refused("field 6 is not unpadded standard base64"))?;

        Ok(Self { line: line.to_owned(), core_protocol: 1, protocol, address, certificate })
    }

    /// Waits for the handshake line of a process that has just started, and parses the line.
    pub(crate) async fn read(process: &mut Process, within: Duration) -> Result<Self, Error> {
        match process.stdout().find(within, |_| true).await {
            Ok(line) => Self::parse(&line),
            Err(error) if !process.stdout().closed() => Err(error),
            Err(_) => {
                let status = process.wait(END_TIMEOUT).await.ok();
                Err(Error::NoHandshake { status, stderr: process.stderr().text() })
            }
        }
    }

    /// Splits the line into its fields.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_tls_has_an_empty_sixth_field() {
        let handshake = Handshake::parse("1|6|tcp|127.0.0.1:10000|grpc|\n").expect("go-plugin accepts it");
        assert_eq!(handshake.address, Address::Tcp(([127, 0, 0, 1], 10000).into()));
        assert_eq!(handshake.certificate, None);
    }

    #[test]
    fn rejects_lines_that_terraform_rejects() {
        for (line, reason) in [
            ("", "fewer than four fields"),
            ("error: no", "fewer than four fields"),
            ("2|6|unix|/s|grpc|", "field 1 is not core protocol 1"),
            ("1|7|unix|/s|grpc|", "field 2 is neither protocol 5 nor 6"),
            ("1|6|pipe|/s|grpc|", "field 3 is neither unix nor tcp"),
            ("1|6|tcp|nowhere|grpc|", "field 4 is not an address"),
            ("1|6|unix|/s", "field 5 is not grpc"),
        ] {
            let error = Handshake::parse(line).expect_err(line).to_string();
            assert!(error.contains(reason), "{line:?}: {error}");
        }
    }

    #[test]
    fn rejects_a_padded_certificate() {
        let line = format!("1|6|unix|/s|grpc|{}==", "A".repeat(62));
        let error = Handshake::parse(&line).expect_err("go-plugin's decoder rejects padding").to_string();
        assert!(error.contains("unpadded"), "{error}");
    }
}
