//! Checks that every valid certificate in a bundle is read, regardless of the other content of the bundle.

use proptest::{collection, prelude::*, sample::Index};

use super::*;

/// A self-signed certificate that was created for tests.
pub(in crate::trust) const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUJnUB9A5fPViUvvNubEK287KbCkowCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjQwNTUwMTNaGA8yMTI2MTAzMTA1NTAx
M1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAXM
bX/SDwIyzbWrklAL5VRBCaHjbMtLtTQ8iELb8tTKnkWWbA7r2JEKM66NW1SgOR5p
aS6U+jvPUULbu4g4716jUzBRMB0GA1UdDgQWBBRfXYdRmSBUTp7wureAP92vtOMU
XjAfBgNVHSMEGDAWgBRfXYdRmSBUTp7wureAP92vtOMUXjAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIHx4fnVGTXyG/8Km16LeU77+hnwl2wWRa6NZ
tKUdqhJlAiEA4xweK2lb2pux7AqmDH3k4hvC+4KJrgQomzvhn9TK8JQ=
-----END CERTIFICATE-----
";

/// Returns the number of usable certificates in a bundle.
fn count_in(pem: &[u8]) -> usize {
    Roots::parse(certificates(pem), Vec::new()).map_or(0, |roots| roots.store.len())
}

/// Generates text that must be ignored if it is between certificates. The text ends with a line break.
fn nothing() -> impl Strategy<Value = Vec<u8>> {
    let line = collection::vec(any::<u8>().prop_filter("PEM", |byte| !matches!(byte, b'-' | b'\n' | b'\r')), 0..30);
    let kinds = ["CERTIFICATE", "PRIVATE KEY", "X509 CRL", "TRUSTED CERTIFICATE", "ü", ""];
    let block = (prop::sample::select(kinds.to_vec()), "[A-Za-z0-9+/]{0,40}={0,2}|[^-]{0,20}")
        .prop_map(|(kind, body)| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----").into_bytes());
    let words = ["-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE", "----------", "Subject: CN=test"];
    let word = prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    prop_oneof![line, block, word].prop_map(|mut text| {
        text.push(b'\n');
        text
    })
}

proptest! {
    #[test]
    fn every_certificate_among_other_text_is_read(
        parts in collection::vec(prop_oneof![1 => Just(None), 3 => nothing().prop_map(Some)], 0..8),
    ) {
        let count = parts.iter().filter(|part| part.is_none()).count();
        let pem: Vec<_> = parts.into_iter().flat_map(|part| part.unwrap_or_else(|| CERTIFICATE.into())).collect();
        prop_assert_eq!(count_in(&pem), count);
    }

    #[test]
    fn a_damaged_certificate_does_not_affect_others(
        at in any::<Index>(),
        length in 0..80_usize,
        with in prop_oneof![Just(String::new()), "[A-Za-z0-9+/=\n-]{0,10}", any::<String>()],
    ) {
        let (before, after) = CERTIFICATE.split_at(at.index(CERTIFICATE.len()));
        let damaged = format!("{before}{with}{}", after.get(length..).unwrap_or_default());
        prop_assert!(count_in(damaged.as_bytes()) <= 1);
        prop_assert!((1..=2).contains(&count_in([CERTIFICATE, &damaged].concat().as_bytes())));
        prop_assert!((1..=2).contains(&count_in([&damaged, "\n", CERTIFICATE].concat().as_bytes())));
    }

    #[test]
    fn usual_pem_blocks_are_read_as_by_the_library(
        at in any::<Index>(),
        length in 0..10_usize,
        with in prop_oneof![Just(String::new()), "[A-Za-z0-9+/= \r\n\t-]{0,10}", any::<String>()],
    ) {
        let (before, after) = CERTIFICATE.split_at(at.index(CERTIFICATE.len()));
        let damaged = format!("{before}{with}{}", after.get(length..).unwrap_or_default());
        for block in blocks(damaged.as_bytes()) {
            if let Some(certificate) = usual_certificate(block) {
                prop_assert_eq!(Some(certificate), CertificateDer::from_pem_slice(block).ok());
            }
        }
        prop_assert!(usual_certificate(CERTIFICATE.as_bytes()).is_some());
    }

    #[test]
    fn random_bytes_are_not_a_bundle(noise in collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(count_in(&noise), 0);
    }
}
