//! Credentials from where the provider runs: a container, an EC2 instance.

use std::{io, net::SocketAddr};

use ecr_sandbox::Key;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    aws::sandbox_with,
    session::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, Session, terraform},
};

const IMDS_TOKEN: &str = "metadata-session-token";

/// Both services on one loopback port: ECS's at any path that begins with `/container`, EC2's where AWS has it.
async fn metadata_service() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
    let address = listener.local_addr().expect("a bound address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn serve(stream: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut head = String::new();
    while let Some(line) = lines.next_line().await?.filter(|line| !line.is_empty()) {
        head += &(line + "\n");
    }
    let keys = format!(
        r#""AccessKeyId":"{ACCESS_KEY}","SecretAccessKey":"{SECRET_KEY}","Token":"{SESSION_TOKEN}","Expiration":"2099-01-01T00:00:00Z""#
    );
    let path = head.split(' ').nth(1).unwrap_or_default();
    let trusted = head.to_lowercase().contains(&format!("x-aws-ec2-metadata-token: {IMDS_TOKEN}"));
    let (status, body) = match path {
        "/container" if head.contains("container-token") => (200, format!("{{{keys}}}")),
        "/latest/api/token" if head.starts_with("PUT ") => (200, IMDS_TOKEN.to_owned()),
        "/latest/meta-data/iam/security-credentials/" if trusted => (200, "deploy".to_owned()),
        "/latest/meta-data/iam/security-credentials/deploy" if trusted => {
            (200, format!(r#"{{"Code":"Success","Type":"AWS-HMAC",{keys}}}"#))
        }
        _ => (404, String::new()),
    };
    let head = format!(
        "HTTP/1.1 {status} -\r\nx-aws-ec2-metadata-token-ttl-seconds: 600\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    lines.into_inner().write_all(&[head.as_bytes(), body.as_bytes()].concat()).await
}

/// The access key that signs, with these variables and nothing configured but where to ask.
async fn signed_by(variables: &[(&str, &str)]) -> Option<String> {
    let sandbox = sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY).of_session(SESSION_TOKEN)]).await;
    // What asks the machine itself, and what is on it, goes past every proxy: this one refuses.
    let proxy = ("HTTP_PROXY", "http://127.0.0.1:1");
    let terraform =
        [proxy].iter().chain(variables).fold(terraform(), |terraform, (name, value)| terraform.env(name, value));
    let session = Session::start(terraform).await;
    let provider = session.schemas().provider_config().set("region", "us-east-1");
    session.configure(provider.block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()))).await;
    assert_eq!(session.open().await.diagnostics, []);
    sandbox.requests().remove(0).access_key
}

#[tokio::test]
async fn a_container_has_credentials() {
    let uri = format!("http://{}/container", metadata_service().await);
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token"),
    ];
    assert_eq!(signed_by(&variables).await.as_deref(), Some(ACCESS_KEY));
}

#[tokio::test]
async fn an_instance_has_credentials() {
    let endpoint = format!("http://{}", metadata_service().await);
    let variables = [("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint)];
    assert_eq!(signed_by(&variables).await.as_deref(), Some(ACCESS_KEY));
}
