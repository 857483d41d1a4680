//! Tests server certificates that are themselves trusted, and RSA keys that are too short.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion,
    crypto::aws_lc_rs::{self, sign::any_supported_type},
    pki_types::PrivateKeyDer,
    server::ResolvesServerCertUsingSni,
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::*;
use crate::trust::roots::certificates;

const HOST: &str = "aws.test";

/// The time of each check, in seconds since 1970. Certificates are valid at this time, unless a test sets other dates.
const NOW: u64 = 1_800_000_000;

fn authority() -> CertificateParams {
    let mut params = CertificateParams::new([HOST.to_owned()]).expect("names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "a CA that is a server");
    params
}

fn by_itself(params: &CertificateParams) -> CertificateDer<'static> {
    params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().clone()
}

fn checked(
    certificate: &CertificateDer<'_>,
    trusted: Vec<CertificateDer<'static>>,
    host: &'static str,
    problems: Vec<String>,
) -> Result<(), Error> {
    let roots = Arc::new(Roots::parse(trusted, problems).expect("certificates"));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (host, now) =
        (ServerName::try_from(host).expect("a name"), UnixTime::since_unix_epoch(Duration::from_secs(NOW)));
    let verifier = Verifier::new(roots, provider).expect("roots");
    verifier.verify_server_cert(certificate, &[], &host, &[], now).map(drop)
}

/// Checks a self-signed server certificate that is the only trusted certificate.
fn itself(params: &CertificateParams, host: &'static str) -> Result<(), Error> {
    let certificate = by_itself(params);
    checked(&certificate, vec![certificate.clone()], host, Vec::new())
}

fn flaw(result: Result<(), Error>) -> CertificateError {
    match result {
        Err(Error::InvalidCertificate(flaw)) => flaw,
        other => panic!("{other:?}"),
    }
}

fn own_flaw(result: Result<(), Error>) -> Option<CertificateFlaw> {
    let CertificateError::Other(OtherError(error)) = flaw(result) else { return None };
    error.downcast_ref().cloned()
}

#[test]
fn a_trusted_ca_certificate_serves_only_its_hosts_and_dates() {
    assert_eq!(itself(&authority(), HOST), Ok(()));
    assert!(matches!(flaw(itself(&authority(), "other.test")), CertificateError::NotValidForNameContext { .. }));

    let mut ended = authority();
    ended.not_after = date_time_ymd(2020, 1, 1);
    assert!(matches!(flaw(itself(&ended, HOST)), CertificateError::ExpiredContext { .. }));
    let mut later = authority();
    later.not_before = date_time_ymd(2090, 1, 1);
    assert!(matches!(flaw(itself(&later, HOST)), CertificateError::NotValidYetContext { .. }));
}

#[test]
fn rejects_an_intermediate_ca_as_a_server() {
    let (key, root) = (KeyPair::generate().expect("a key"), authority());
    let trusted = root.self_signed(&key).expect("a certificate").der().clone();
    let other = KeyPair::generate().expect("a key");
    let certificate = authority().signed_by(&other, &Issuer::new(root, key)).expect("a certificate");
    let flaw = flaw(checked(certificate.der(), vec![trusted], HOST, Vec::new()));
    let CertificateError::Other(OtherError(error)) = flaw else { panic!("{flaw:?}") };
    assert!(matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity)), "{error:?}");
}

#[test]
fn a_directly_trusted_server_needs_only_itself() {
    let issuer = Issuer::new(authority(), KeyPair::generate().expect("a key"));
    let leaf = |purposes| {
        let mut params = CertificateParams::new([HOST.to_owned()]).expect("names");
        params.extended_key_usages = purposes;
        let certificate = params.signed_by(&KeyPair::generate().expect("a key"), &issuer).expect("a certificate");
        certificate.der().clone()
    };
    let server = leaf(Vec::new());
    assert_eq!(checked(&server, vec![server.clone()], HOST, Vec::new()), Ok(()));
    // One of the two trusted certificates has the name of the issuer, but a different key.
    assert_eq!(checked(&server, vec![by_itself(&authority()), server.clone()], HOST, Vec::new()), Ok(()));
    let other = flaw(checked(&server, vec![by_itself(&authority())], HOST, Vec::new()));
    assert_eq!(other, CertificateError::BadSignature);

    let client = leaf(vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let flaw = flaw(checked(&client, vec![client.clone()], HOST, Vec::new()));
    assert!(matches!(flaw, CertificateError::InvalidPurposeContext { .. }), "{flaw:?}");
}

#[test]
fn an_unknown_issuer_error_names_unusable_certificate_paths() {
    let flaw = flaw(checked(&by_itself(&authority()), pem(SMALL_CA), HOST, vec!["SSL_CERT_FILE is wrong".to_owned()]));
    // The server certificate is a CA certificate. rustls reports this flaw instead of an unknown issuer, so the error does not
    // contain the path.
    assert!(matches!(flaw, CertificateError::Other(_)), "{flaw:?}");
    let leaf = by_itself(&CertificateParams::new([HOST.to_owned()]).expect("names"));
    let result = checked(&leaf, pem(SMALL_CA), HOST, vec!["SSL_CERT_FILE is wrong".to_owned()]);
    assert_eq!(own_flaw(result), Some(CertificateFlaw::UnknownIssuer("SSL_CERT_FILE is wrong".to_owned())));
}

/// The certificate of a CA with an RSA key of 1,024 bits. The certificate was created for tests.
pub(in crate::trust) const SMALL_CA: &str = "-----BEGIN CERTIFICATE-----
MIICBDCCAW2gAwIBAgIUBgCVuJdKgRedjpXhOlVYC3eaUdowDQYJKoZIhvcNAQEL
BQAwEzERMA8GA1UEAwwIc21hbGwgQ0EwIBcNMjYxMTI4MTgzMDQ3WhgPMjEyNjEx
MDQxODMwNDdaMBMxETAPBgNVBAMMCHNtYWxsIENBMIGfMA0GCSqGSIb3DQEBAQUA
A4GNADCBiQKBgQDPb9pJ9BRA/0v+toYQkMWRybnzUjBen+Otl5PXKmXZogJ2+GPz
DOS6MNCPXfP7TjMW4yW3SFtPWMNh4DCZJ4cRmI0/C3vBZJY5FEi2kc7hHm4WtHzx
TZkegaJgZrKnYkWjuvqmv9lKfaV/3rqxqEM5u6s1tU2FPwfPVtSBWxcxOQIDAQAB
o1MwUTAdBgNVHQ4EFgQURxfBCYyOzPUrovMDJkhS8LhFrZYwHwYDVR0jBBgwFoAU
RxfBCYyOzPUrovMDJkhS8LhFrZYwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0B
AQsFAAOBgQAzsxxFqnoQSFIw4AY63O4bi/vTGKHsQ+e1hVQseEcpi46BBxK3B/V0
eBflZIUW/kU7yz+zcMQishCcMoRciPGcWxsQ5IuPSxf6xXJ85EQiSYENfcRvdzsw
QKnduor0PPMU9HFNH7IFFu8eaIXcuGNE12XvEx9Wf5WB0YXk9/cjNA==
-----END CERTIFICATE-----
";

/// A server certificate that the CA of [`SMALL_CA`] has signed.
const OF_SMALL_CA: &str = "-----BEGIN CERTIFICATE-----
MIIBwTCCASqgAwIBAgIUAj7ebiX/CGq7oX2P8p4wuOF2/NAwDQYJKoZIhvcNAQEL
BQAwEzERMA8GA1UEAwwIc21hbGwgQ0EwIBcNMjYxMTI4MTgzMDQ3WhgPMjEyNjEx
MDQxODMwNDdaMBMxETAPBgNVBAMMCGF3cy50ZXN0MFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAECYDPjxvUkD28sKCGCJTJk3x5p66qIBK//cwSNTfrUzxE+oL9744U
KNvDGW+2X1V2oOh5SaS1xnEuZ/ryABC1eqNXMFUwEwYDVR0RBAwwCoIIYXdzLnRl
c3QwHQYDVR0OBBYEFFerAUWN0ZA3fSAiy7ClFTy2FTohMB8GA1UdIwQYMBaAFEcX
wQmMjsz1K6LzAyZIUvC4Ra2WMA0GCSqGSIb3DQEBCwUAA4GBACaNuNgmR2xDa0c6
K+nEiv7Ykhor9Lff/7kWWnhhVRyOwTOtnQw2Uveec5SoErXd66gA+qAoH4omnEun
guIlrjy30uDPx4BYgS4hiL3s57bDmaCsFg4VuZnUmVEFpj71yhWYn5EbSjBwuYJE
A5nTNEJUvNIM4nH3I55QOUYlA+W5
-----END CERTIFICATE-----
";

fn pem(text: &str) -> Vec<CertificateDer<'static>> {
    certificates(text.as_bytes())
}

#[test]
fn a_certificate_by_a_short_key_is_reported() {
    let leaf = pem(OF_SMALL_CA).remove(0);
    assert_eq!(own_flaw(checked(&leaf, pem(SMALL_CA), HOST, Vec::new())), Some(CertificateFlaw::SmallKey(1024)));
    assert_eq!(checked(&leaf, vec![leaf.clone()], HOST, Vec::new()), Ok(()), "trusted without an issuer");
}

#[test]
fn a_handshake_signed_by_a_short_key_is_reported() {
    let error = || Error::InvalidCertificate(CertificateError::BadSignature);
    assert_eq!(own_flaw(Err(of_own_key(error(), &pem(SMALL_CA)[0]))), Some(CertificateFlaw::SmallKey(1024)));
    assert_eq!(of_own_key(error(), &by_itself(&authority())), error());
}

#[test]
fn only_rsa_keys_have_a_bit_length() {
    let store =
        |pem| RootCertStore { roots: Roots::parse(certificates(pem), Vec::new()).expect("one").store.roots.clone() };
    let small = store(SMALL_CA.as_bytes());
    assert_eq!(rsa_bits(&small.roots[0].subject_public_key_info), Some(1024));
    let elliptic = Roots::parse(vec![by_itself(&authority())], Vec::new()).expect("one");
    assert_eq!(rsa_bits(&elliptic.store.roots[0].subject_public_key_info), None);
    for der in [&[][..], &[0x30], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]] {
        assert_eq!(rsa_bits(der), None);
    }
}

/// Returns the result of a TLS handshake with a server that has this certificate and this private key.
fn handshake(
    verifier: Verifier,
    certificate: &CertificateDer<'static>,
    key: &KeyPair,
    version: &'static SupportedProtocolVersion,
) -> Result<(), Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = any_supported_type(&PrivateKeyDer::try_from(key.serialize_der()).expect("a key")).expect("a key");
    let mut names = ResolvesServerCertUsingSni::new();
    names.add(HOST, CertifiedKey::new(vec![certificate.clone()], key)).expect("a certificate for the host");
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&[version]);
    let server = server.expect("a version").with_no_client_auth().with_cert_resolver(Arc::new(names));
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let client = client.expect("versions").dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let host = ServerName::try_from(HOST).expect("a name");
    let mut client = ClientConnection::new(Arc::new(client.with_no_client_auth()), host)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while client.is_handshaking() || server.is_handshaking() {
        let (mut of_client, mut of_server) = (Vec::new(), Vec::new());
        while client.wants_write() {
            client.write_tls(&mut of_client).expect("written");
        }
        server.read_tls(&mut of_client.as_slice()).expect("read");
        server.process_new_packets()?;
        while server.wants_write() {
            server.write_tls(&mut of_server).expect("written");
        }
        client.read_tls(&mut of_server.as_slice()).expect("read");
        client.process_new_packets()?;
    }
    Ok(())
}

/// The server must prove that it has the private key, because anybody can copy the certificate.
#[test]
fn rejects_a_server_without_the_key_of_its_certificate() {
    let (own, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let certificate = authority().self_signed(&own).expect("a certificate").der().clone();
    let provider = || Arc::new(aws_lc_rs::default_provider());
    let roots = || Arc::new(Roots::parse(vec![certificate.clone()], Vec::new()).expect("one"));
    let wrong = Err(Error::InvalidCertificate(CertificateError::BadSignature));
    for version in [&TLS12, &TLS13] {
        for (key, expected) in [(&own, Ok(())), (&other, wrong.clone())] {
            let trusting = Verifier::new(roots(), provider()).expect("roots");
            assert_eq!(handshake(trusting, &certificate, key, version), expected, "{version:?}");
            let trusting_everyone = Verifier::trusting_everyone(provider());
            assert_eq!(handshake(trusting_everyone, &certificate, key, version), expected, "{version:?}");
        }
    }
}
