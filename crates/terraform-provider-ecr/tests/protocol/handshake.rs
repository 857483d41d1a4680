//! Tests of the handshake line on standard output.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use terraform_plugin_testing::Tls;

use crate::session::{spawn, terraform};

/// The DER encoding of a subject alternative name: type DNS, length 9, and the name.
const DNS_LOCALHOST: &[u8] = b"\x82\x09localhost";

#[tokio::test]
async fn the_line_has_six_fields() {
    let plugin = spawn().await;
    let fields = plugin.handshake().fields();
    let [core, protocol, network, path, kind, certificate] = fields.as_slice() else {
        panic!("{fields:?}");
    };
    assert_eq!([*core, *protocol, *network, *kind], ["1", "6", "unix", "grpc"]);
    assert!(Path::new(path).starts_with(plugin.process().temp_dir()), "{path} is in TMPDIR");
    assert!(!certificate.contains('='), "go-plugin decodes without padding");
    assert!(certificate.len() > 50, "go-plugin ignores a shorter certificate");
}

#[tokio::test]
async fn the_certificate_is_der_for_localhost() {
    let plugin = spawn().await;
    let der = STANDARD_NO_PAD.decode(plugin.handshake().fields()[5]).expect("unpadded base64");
    assert_eq!(der.first(), Some(&0x30), "a DER sequence");
    assert!(der.windows(DNS_LOCALHOST.len()).any(|bytes| bytes == DNS_LOCALHOST), "SAN DNS:localhost");
}

#[tokio::test]
async fn every_process_has_its_own_certificate() {
    let (first, second) = tokio::join!(spawn(), spawn());
    assert_ne!(first.handshake().certificate, second.handshake().certificate);
}

#[tokio::test]
async fn multiplexing_is_declined_in_a_seventh_field() {
    let plugin = terraform().env("PLUGIN_MULTIPLEX_GRPC", "true").spawn().await.expect("the provider starts");
    let fields = plugin.handshake().fields();
    assert_eq!(fields.len(), 7, "{fields:?}");
    assert_eq!(fields[6], "false");
}

#[tokio::test]
async fn always_offers_protocol_6() {
    for terraform in
        [terraform().env("PLUGIN_PROTOCOL_VERSIONS", "5"), terraform().without_env("PLUGIN_PROTOCOL_VERSIONS")]
    {
        let (_process, handshake) = terraform.handshake().await.expect("the provider starts");
        assert_eq!(handshake.protocol, 6);
    }
}

#[tokio::test]
async fn without_tls_the_sixth_field_is_empty() {
    let plugin = terraform().tls(Tls::Off).spawn().await.expect("the provider starts");
    assert_eq!(plugin.handshake().fields().len(), 6);
    assert_eq!(plugin.handshake().fields()[5], "");
}

#[tokio::test]
async fn nothing_follows_the_line_on_stdout() {
    let plugin = spawn().await;
    let stdout = plugin.process().stdout().clone();
    let line = plugin.handshake().line.clone();
    plugin.schema().await.expect("a schema");
    plugin.shutdown().await.expect("it ends");
    assert_eq!(stdout.all(), [line]);
}
