//! The servers that send hostile responses.

use std::{
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, ServerConnection, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::attack::{Attack, Target};

/// Serves the response of one attack until the runtime ends. Returns the host and port of the server.
pub(super) async fn serve(attack: &Attack, repeated: Arc<Mutex<String>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let attack = attack.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let (mut request, mut buffer) = (String::new(), [0; 8192]);
            while !request.contains("\r\n\r\n") {
                match connection.read(&mut buffer).await {
                    Ok(length @ 1..) => request += &String::from_utf8_lossy(&buffer[..length]),
                    _ => break,
                }
            }
            let mut secret = attack.secret.clone();
            if let (Target::Signature, Some((_, signature))) = (attack.asked, request.split_once("Signature=")) {
                secret = signature.chars().take_while(char::is_ascii_hexdigit).collect();
                repeated.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&secret);
            }
            let answer = if request.starts_with("PUT /latest/api/token") {
                format!("HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: 300\r\ncontent-length: {}\r\n\r\n{secret}", secret.len()).into_bytes()
            } else if request.contains("security-credentials/ ") {
                b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nrole".to_vec()
            } else {
                attack.answer(&secret)
            };
            connection.write_all(&answer).await.ok();
        }
    });
    host
}

/// Serves TLS with a certificate whose host name contains the secret. Returns the host, and the certificate in PEM form.
pub(super) fn serve_certificate(attack: &Attack) -> Option<(String, String)> {
    let words = attack.words(&attack.secret).replace(|letter: char| !letter.is_ascii(), "");
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![rcgen::SanType::DnsName(words.try_into().ok()?)];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).ok()?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a certificate");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().ok()?;
        let mut connection = ServerConnection::new(Arc::new(config)).ok()?;
        while connection.is_handshaking() && connection.complete_io(&mut socket).is_ok() {}
        connection.writer().write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()
    });
    Some((host, certificate.pem()))
}
