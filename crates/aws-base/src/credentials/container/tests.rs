use std::{future::ready, net::Ipv4Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{http_client::http_client, proxies::Proxies, settings::Settings, sources::Sources, trust::Trust};

async fn credentials(variables: &[(&str, &str)]) -> Result<Credentials, Error> {
    credentials_at(variables, addresses).await
}

async fn credentials_at(
    variables: &[(&str, &str)],
    addresses: impl AsyncFnOnce(&str) -> io::Result<Vec<IpAddr>>,
) -> Result<Credentials, Error> {
    let env = Environment::from_variables(variables);
    let settings = Settings { shared_config_files: vec!["/nonexistent".into()], ..Settings::default() };
    let trust = Trust::find(&Sources::load(&settings, &env).expect("loaded")).expect("found");
    let container = Container::find(&env).expect("variables").expect("a container");
    container.credentials_at(None, &http_client(Proxies::default(), trust), &Secrets::default(), addresses).await
}

#[test]
fn a_relative_uri_is_resolved_at_the_ecs_agent() {
    let url = |variables: &[_]| {
        Container::find(&Environment::from_variables(variables)).expect("variables").map(|container| container.url)
    };
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "http://agent")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, ""), (FULL, "")]), None);
}

#[tokio::test]
async fn rejects_invalid_urls_and_remote_urls_without_tls() {
    for (name, value, words) in [
        (FULL, "http://nowhere.invalid/x", "no address"),
        (FULL, "127.0.0.1/x", "no scheme"),
        (RELATIVE, "1/x", "without TLS"),
    ] {
        match credentials(&[(name, value)]).await {
            Err(Error::Endpoint { origin, problem, .. }) => {
                assert_eq!(origin, Origin::Variable(name));
                assert!(problem.to_string().contains(words), "{value}: {problem}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_error_names_the_source_of_an_invalid_token_and_hides_it() {
    for (name, value, words) in
        [(TOKEN, "hunter2\nhunter2", "line break"), (TOKEN_FILE, "/nonexistent", "/nonexistent cannot be read")]
    {
        match credentials(&[(FULL, "http://127.0.0.1:1"), (name, value)]).await {
            Err(Error::InvalidSetting { origin, problem }) => {
                assert_eq!(origin, Origin::Variable(name));
                let problem = problem.to_string();
                assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Uses a host name that name servers do not know, so a lookup by the HTTP client would fail.
#[tokio::test]
async fn connects_to_the_checked_address_and_resolves_the_host_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(async move {
        let (mut heads, body) = (Vec::new(), r#"{"AccessKeyId":"AKID","SecretAccessKey":"hunter2"}"#);
        // The first response is an error, so the client sends a second request.
        for status in ["500 Oops", "200 OK"] {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            let mut head = vec![0; 4096];
            let length = connection.read(&mut head).await.expect("a request");
            heads.push(String::from_utf8_lossy(&head[..length]).to_ascii_lowercase());
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            connection.write_all((head + body).as_bytes()).await.expect("sent");
        }
        heads
    });
    let variables = [(FULL, format!("http://Agent.invalid:{port}/x")), (TOKEN, "hunter2".to_owned())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let near = |_: &str| ready(Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]));
    let found = credentials_at(&variables, near).await.expect("credentials");
    assert_eq!(found.access_key_id(), "AKID");
    for head in server.await.expect("no panic") {
        assert!(head.contains(&format!("host: agent.invalid:{port}\r\n")), "{head}");
        assert!(head.contains("authorization: hunter2\r\n"), "{head}");
    }
}

#[tokio::test]
async fn rejects_a_host_with_a_remote_address() {
    let far = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let near = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (found, words) in [(vec![], "no address"), (vec![far], "without TLS"), (vec![near, far], "without TLS")] {
        match credentials_at(&[(FULL, "http://agent.invalid/x")], |_: &str| ready(Ok(found))).await {
            Err(Error::Endpoint { problem, .. }) => assert!(problem.to_string().contains(words), "{problem}"),
            other => panic!("{other:?}"),
        }
    }
}
