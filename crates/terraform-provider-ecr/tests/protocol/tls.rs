//! Tests that only the Terraform process that started the provider may connect to the provider.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, time::Duration};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use terraform_plugin_testing::{Client, Credentials, Error, Identity, Plugin, ProtocolVersion, Terraform, Tls};
use tokio::{io::AsyncWriteExt as _, time};

use crate::{
    aws::sandbox,
    debug::assert_not_configured,
    session::{Session, TOKEN, spawn, terraform, terraform_with},
};

const VERSIONS: [ProtocolVersion; 2] = [ProtocolVersion::TLSv1_2, ProtocolVersion::TLSv1_3];

/// Returns the credentials that Terraform created for this process.
fn own(plugin: &Plugin) -> Credentials {
    Credentials::with(plugin.identity().expect("TLS is on"))
}

fn assert_refused(refused: &Result<Client, Error>) {
    assert!(matches!(refused, Err(Error::Connect { .. })), "{refused:?}");
}

#[tokio::test]
async fn serves_terraform_over_tls_1_2_and_1_3() {
    let plugin = spawn().await;
    for version in VERSIONS {
        let client = plugin.connect_as(&own(&plugin).only(version)).await.expect("a connection");
        let negotiated = client.negotiated().expect("TLS");
        assert_eq!(negotiated.version, Some(version));
        assert_eq!(negotiated.alpn.as_deref(), Some("h2"), "grpc-go closes a connection without h2: {version:?}");
        client.schema().await.expect("a schema");
    }
}

#[tokio::test]
async fn tls_1_3_is_preferred() {
    let plugin = spawn().await;
    assert_eq!(plugin.negotiated().expect("TLS").version, Some(ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn a_second_connection_must_configure_before_it_gets_a_token() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let second = session.connect_as(&own(&session)).await.expect("a connection");
    assert_not_configured(&second).await;
    assert_eq!(second.configure(session.provider_for(&sandbox)).await.expect("an answer"), []);
    let opened = second.open(TOKEN, session.token_config()).await.expect("an answer");
    assert_eq!((opened.diagnostics, sandbox.call_count()), (Vec::new(), 1));
}

#[tokio::test]
async fn rejects_another_certificate_with_the_same_name() {
    let plugin = spawn().await;
    let foreign = Credentials::with(&Identity::generate().expect("a certificate"));
    for version in VERSIONS {
        assert_refused(&plugin.connect_as(&foreign.clone().only(version)).await);
    }
    plugin.schema().await.expect("Terraform is still served");
}

#[tokio::test]
async fn rejects_a_client_without_a_certificate() {
    let plugin = spawn().await;
    for version in VERSIONS {
        assert_refused(&plugin.connect_as(&Credentials::none().only(version)).await);
    }
    plugin.schema().await.expect("Terraform is still served");
}

#[tokio::test]
async fn rejects_a_client_without_tls() {
    let plugin = spawn().await;
    assert_refused(&Terraform::reattach(&plugin.handshake().address).await);
    plugin.schema().await.expect("Terraform is still served");
}

#[tokio::test]
async fn silent_and_invalid_clients_do_not_delay_others() {
    let plugin = spawn().await;
    let address = &plugin.handshake().address;
    let _silent = address.connect().await.expect("a connection");
    let mut babbling = address.connect().await.expect("a connection");
    babbling.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("the socket takes it");

    let credentials = own(&plugin);
    let client = time::timeout(Duration::from_secs(5), plugin.connect_as(&credentials)).await;
    client.expect("silent clients do not delay Terraform").expect("a connection").schema().await.expect("a schema");
}

/// Limits the provider to 128 open files. The provider needs some of these files for its own calls.
#[tokio::test]
async fn many_silent_clients_do_not_block_terraform() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(4_096), hard).expect("the soft limit may be as high as the hard one");
    let sandbox = sandbox().await;
    let few_files = terraform_with("/bin/sh").arg("-c").arg("ulimit -n 128 && exec \"$0\"");
    let session = Session::start(few_files.arg(env!("CARGO_BIN_EXE_terraform-provider-ecr"))).await;
    session.configure(session.provider_for(&sandbox)).await;

    let address = &session.handshake().address;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(address.connect().await.expect("a connection"));
    }
    let again = async {
        let client = session.connect_as(&own(&session)).await.expect("a connection");
        assert_eq!(client.configure(session.provider_for(&sandbox)).await.expect("an answer"), []);
        client.open(TOKEN, session.token_config()).await.expect("an answer").diagnostics
    };
    assert_eq!(time::timeout(Duration::from_secs(8), again).await.expect("silent clients do not delay Terraform"), []);
    assert_eq!(session.open().await.diagnostics, [], "the first connection still works");
    assert_eq!(sandbox.call_count(), 2);
}

#[tokio::test]
async fn tls_is_off_without_a_client_certificate_in_the_environment() {
    let plugin = terraform().tls(Tls::Off).spawn().await.expect("the provider starts");
    assert_eq!(plugin.negotiated(), None);
    plugin.schema().await.expect("a schema over plain HTTP/2");
}

#[tokio::test]
async fn an_invalid_client_certificate_is_reported_on_both_streams() {
    let garbled = "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n";
    assert_reported_on_both_streams("no certificate".as_ref()).await;
    assert_reported_on_both_streams(garbled.as_ref()).await;
}

#[tokio::test]
async fn rejects_a_client_certificate_that_is_not_utf8() {
    assert_reported_on_both_streams(OsStr::from_bytes(b"\xff\xfe")).await;
}

/// go-plugin shows the first line on standard output to the user if the line is not a handshake. The error must therefore be on standard
/// output as well as on stderr.
async fn assert_reported_on_both_streams(certificate: &OsStr) {
    let refusing = terraform().tls(Tls::Off).env("PLUGIN_CLIENT_CERT", certificate);
    let output = refusing.run().await.expect("it ends");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stderr.join("\n").contains("PLUGIN_CLIENT_CERT"), "{output:?}");
    let [line] = output.stdout.as_slice() else {
        panic!("one line expected: {output:?}");
    };
    assert!(line.contains("PLUGIN_CLIENT_CERT"), "{line}");
    assert!(line.split('|').count() < 4, "go-plugin must not parse the line as a handshake: {line}");
}
