//! Property tests of the handshake. For any environment, the client gets one line: a valid handshake or an error message.

use proptest::{collection, prelude::*, sample::Index, test_runner::TestCaseError};

use super::*;
use crate::tls::Tls;
#[cfg(unix)]
use crate::{
    listener::unix::tests::with_usual_umask,
    listener::{ListenError, Listener, Port},
};

/// Generates values of environment variables. Most values consist of fragments such as numbers and paths, because random text would fail
/// the first check.
fn texts() -> impl Strategy<Value = String> {
    const PIECES: &[&str] =
        &["0", "1", "25000", "65535", "65536", "-1", "+1", " ", "\n", "\r\n", "\t", "|", "true", "/tmp", "ü", COOKIE];
    prop_oneof![
        prop::sample::select(PIECES).prop_map(ToOwned::to_owned),
        collection::vec(prop::sample::select(PIECES), 0..5).prop_map(|pieces| pieces.concat()),
        any::<u16>().prop_map(|port| port.to_string()),
        any::<String>(),
    ]
}

/// Generates environments. In most environments, the cookie is right, because the other variables are read only if the cookie is right.
fn environments() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    const OTHERS: [&str; 6] = [CLIENT_CERTIFICATE, MIN_PORT, MAX_PORT, SOCKET_DIRECTORY, SOCKET_GROUP, MULTIPLEX];
    let cookie = prop_oneof![9 => Just(COOKIE.to_owned()), 1 => texts()];
    let certificate = prop_oneof![texts(), pem().prop_map(|(text, _)| text)];
    let other = prop_oneof![
        5 => (prop::sample::select(&OTHERS[1..]), texts()),
        1 => (Just(CLIENT_CERTIFICATE), certificate),
    ];
    (cookie, collection::vec(other, 0..6)).prop_map(|(cookie, mut variables)| {
        variables.push((COOKIE_NAME, cookie));
        variables
    })
}

/// Generates a text that contains a PEM certificate among unrelated lines. Returns the text and the certificate in DER.
fn pem() -> impl Strategy<Value = (String, Vec<u8>)> {
    let line = "[^\r\n-]{0,20}";
    (collection::vec(any::<u8>(), 0..100), line, line, prop::sample::select(&["\n", "\r\n", "\r"][..]), 1..80_usize)
        .prop_map(|(der, before, after, newline, width)| {
            let encoded = base64::prelude::BASE64_STANDARD.encode(&der);
            let lines: Vec<_> = encoded.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
            let body = lines.join(newline);
            let begin = "-----BEGIN CERTIFICATE-----";
            let lines = [&before, begin, &body, "-----END CERTIFICATE-----", &after];
            (lines.join(newline), der)
        })
}

fn request(variables: &[(&str, String)]) -> Result<Request, HandshakeError> {
    Request::from_environment(&Environment::from_variables(
        variables.iter().map(|(name, value)| (*name, value.as_str())),
    ))
}

/// Checks that the handshake line follows the rules of go-plugin.
fn check_answer(line: &str, address: &Address, certificate: &[u8], multiplex: bool) -> Result<(), TestCaseError> {
    prop_assert!(!line.contains(['\n', '\r']), "{:?}", line);
    let fields: Vec<_> = line.split('|').collect();
    let [core, plugin, network, at, protocol, encoded, rest @ ..] = &fields[..] else {
        return Err(TestCaseError::fail(format!("too few fields: {line:?}")));
    };
    prop_assert_eq!((*core, *plugin, *protocol), ("1", "6", "grpc"));
    prop_assert_eq!((*network, (*at).to_owned()), (address.network(), address.to_string()));
    prop_assert_eq!(BASE64_STANDARD_NO_PAD.decode(encoded).expect("base64"), certificate);
    prop_assert_eq!(rest, if multiplex { &["false"][..] } else { &[] });
    Ok(())
}

fn check_refusal(message: &str) -> Result<(), TestCaseError> {
    let line = refusal(message);
    prop_assert!(!line.is_empty() && !line.contains(|c: char| c == '|' || c.is_control()), "{:?}", line);
    Ok(())
}

proptest! {
    #[test]
    fn every_environment_gets_a_handshake_or_an_error(
        variables in environments(),
        port in any::<u16>(),
        certificate in collection::vec(any::<u8>(), 0..50),
    ) {
        let last = |name| variables.iter().rev().find(|(other, _)| *other == name).map(|(_, value)| value.as_str());
        match request(&variables) {
            Ok(request) => {
                prop_assert_eq!(last(COOKIE_NAME), Some(COOKIE));
                let bounds = [MIN_PORT, MAX_PORT].map(|name| last(name).filter(|text| !text.is_empty()));
                let bounds = bounds.map(|text| text.map_or(Ok(0), str::parse));
                prop_assert_eq!(bounds, [Ok(request.socket.ports.0), Ok(request.socket.ports.1)]);
                prop_assert!(request.socket.ports.0 <= request.socket.ports.1);
                // An unreadable certificate must not be treated as a missing certificate.
                let pinned = last(CLIENT_CERTIFICATE).is_some_and(|text| !text.is_empty());
                prop_assert_eq!(request.client_certificate.is_some(), pinned);
                let address = Address::Tcp(([127, 0, 0, 1], port).into());
                let line = request.answer(&address, Some(&CertificateDer::from(certificate.clone())));
                check_answer(&line, &address, &certificate, request.multiplex)?;
            }
            Err(error) => check_refusal(&error.to_string())?,
        }
    }

    #[test]
    fn a_certificate_is_found_among_other_lines((text, der) in pem()) {
        let request = request(&[(COOKIE_NAME, COOKIE.to_owned()), (CLIENT_CERTIFICATE, text)]).expect("a request");
        let certificate = request.client_certificate.expect("a certificate");
        prop_assert_eq!(certificate.as_ref(), der);
        // The content of the certificate does not matter, because the certificate is only compared and never parsed.
        prop_assert!(Tls::new(certificate).is_ok());
    }

    #[test]
    fn a_damaged_certificate_does_not_panic(
        (text, _) in pem(),
        at in any::<Index>(),
        with in prop_oneof![any::<char>().prop_map(String::from), "[-\r\n=]{1,6}"],
        length in 0..30_usize,
    ) {
        let characters: Vec<_> = text.chars().collect();
        let (before, after) = characters.split_at(at.index(characters.len()));
        let text = before.iter().copied().chain(with.chars()).chain(after.iter().skip(length).copied()).collect();
        match request(&[(COOKIE_NAME, COOKIE.to_owned()), (CLIENT_CERTIFICATE, text)]) {
            Ok(request) => prop_assert!(request.client_certificate.is_some()),
            Err(error) => check_refusal(&error.to_string())?,
        }
    }

    /// Creates real Unix sockets, because only the operating system decides which directory names a socket's path can have.
    #[test]
    #[cfg(unix)]
    fn every_directory_gets_a_socket_or_an_error(
        name in prop_oneof!["[a-z|\n\r\t \u{1b}]{1,12}", "[^/\0]{1,40}"].prop_filter("itself", |name| !name.starts_with('.')),
        group in prop::option::of("[^\0]{0,8}"),
    ) {
        let parent = with_usual_umask(tempfile::tempdir);
        let directory = parent.path().join(&name);
        with_usual_umask(|| std::fs::create_dir(&directory));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        let request = Request {
            socket: SocketRequest { directory: Some(directory), group, ports: (0, 0) },
            ..Request::default()
        };
        let bound: Result<_, ListenError> = runtime.block_on(Listener::bind(&request.socket, Port::Forbidden));
        match bound {
            Ok(listener) => {
                let address = listener.address().expect("an address");
                check_answer(&request.answer(&address, None), &address, &[], false)?;
            }
            Err(error) => check_refusal(&error.to_string())?,
        }
    }
}
