//! Root certificates, and the files that contain them.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The trusted certificates. At least one certificate is usable.
#[derive(Debug)]
pub(crate) struct Roots {
    pub(super) store: Arc<RootCertStore>,
    /// The complete certificates in DER format, including certificates that `store` cannot use. `store` contains only a part of
    /// each certificate.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// An error message for each configured path from which no certificate could be read.
    pub(super) problems: Vec<String>,
}

/// The reason why root certificates are missing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MissingRoots {
    #[error(
        "this system has no root certificates: install them (ca-certificates), or set `custom_ca_bundle` or AWS_CA_BUNDLE"
    )]
    System,
    #[error("root certificates are missing: {}", .0.join(", and "))]
    Named(Vec<String>),
    #[error("the TLS library cannot be set up: {0}")]
    Library(String),
}

impl Roots {
    /// Parses certificates as root certificates. Ignores certificates that cannot be parsed.
    ///
    /// # Errors
    /// Returns an error if no certificate can be parsed.
    pub(super) fn parse(
        certificates: Vec<CertificateDer<'static>>,
        problems: Vec<String>,
    ) -> Result<Self, MissingRoots> {
        let mut store = RootCertStore::empty();
        let (added, ignored) = store
            .add_parsable_certificates(certificates.iter().map(|certificate| CertificateDer::from(&**certificate)));
        tracing::debug!(added, ignored, ?problems, "read root certificates");
        match added {
            0 if problems.is_empty() => Err(MissingRoots::System),
            0 => Err(MissingRoots::Named(problems)),
            _ => Ok(Self { store: Arc::new(store), certificates, problems }),
        }
    }
}

/// Returns the certificates in a PEM file. Ignores damaged certificates.
pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    blocks(pem).into_iter().filter_map(certificate).collect()
}

/// Splits a file into its PEM blocks. As in Go's `encoding/pem`, each block ends where the next block begins, so that a damaged
/// block does not affect the next block.
pub(super) fn blocks(pem: &[u8]) -> Vec<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let begins_line = |at: &usize| at.checked_sub(1).is_none_or(|before| matches!(pem[before], b'\n' | b'\r'));
    let starts: Vec<_> = memchr::memmem::find_iter(pem, BEGIN).filter(begins_line).collect();
    let ends = starts.iter().skip(1).copied().chain([pem.len()]);
    starts.iter().zip(ends).map(|(start, end)| pem[*start..end].trim_ascii_end()).collect()
}

/// Returns the certificate in a PEM block, if the block is a valid certificate.
pub(super) fn certificate(block: &[u8]) -> Option<CertificateDer<'static>> {
    usual_certificate(block).or_else(|| CertificateDer::from_pem_slice(block).ok())
}

/// Returns the certificate in a PEM block, or `None` if the block does not have the usual format. This function is faster than the
/// library, because the library decodes base64 in constant time. Only private keys need constant time. Decoding a system's root
/// certificates with the library took half of the run time of a process.
fn usual_certificate(block: &[u8]) -> Option<CertificateDer<'static>> {
    let body = block.strip_prefix(b"-----BEGIN CERTIFICATE-----\n")?;
    let (body, end) = body.split_at(memchr::memchr(b'-', body)?);
    let end = body.ends_with(b"\n").then(|| end.strip_prefix(b"-----END CERTIFICATE-----"))??;
    let mut text = Vec::with_capacity(body.len());
    let mut start = 0;
    for newline in memchr::memchr_iter(b'\n', body) {
        text.extend_from_slice(&body[start..newline]);
        start = newline + 1;
    }
    matches!(end, [] | [b'\n', ..]).then(|| STANDARD.decode(text).ok().map(CertificateDer::from))?
}

#[cfg(test)]
pub(super) mod fuzz;
