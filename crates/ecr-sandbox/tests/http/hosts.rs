//! Tests of the hosts that requests may name. Requests of a web page that uses DNS rebinding are rejected on every path.

use ecr_sandbox::Sandbox;

use crate::client::{Request, Response, raw_response, token, with};

/// Paths of all kinds: paths of APIs, of registries, of the agents of machines, and of the sandbox itself.
const PATHS: [(&str, &str); 8] = [
    ("GET", "/v1/credentials"),
    ("PUT", "/latest/api/token"),
    ("GET", "/latest/meta-data/iam/security-credentials/instance"),
    ("GET", "/v2/"),
    ("GET", "/_sandbox/requests"),
    ("DELETE", "/_sandbox/faults"),
    ("POST", "/"),
    ("GET", "/"),
];

async fn admin() -> Sandbox {
    with(|options| options.admin = true).await
}

fn assert_refused(answer: &Response, advice: &str) {
    assert_eq!(answer.status, 421, "{answer:?}");
    assert!(answer.body.starts_with("ecr-sandbox: ") && answer.body.contains(advice), "{advice}: {answer:?}");
}

#[tokio::test]
async fn rejects_dns_rebinding_on_every_path() {
    let sandbox = admin().await;
    let (_, registry) = token(&sandbox, "eu-west-1").await;
    let before = sandbox.requests();
    for to in [sandbox.address(), registry] {
        for (method, path) in PATHS {
            for host in
                ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "api.ecr.eu-west-1.amazonaws.com"]
            {
                let request = Request::new(method, path).header("host", &format!("{host}:{}", to.port()));
                assert_refused(&request.response(to).await, &format!("--host {host}\n"));
            }
        }
    }
    assert_eq!(sandbox.requests(), before, "a rejected request is not recorded, and does not count for a fault");
}

#[tokio::test]
async fn answers_names_of_this_machine() {
    let sandbox = admin().await;
    let to = sandbox.address();
    for host in
        ["localhost", "LOCALHOST:4650", "localhost.", "a.b.localhost:1", "127.0.0.1", "127.9.9.9:80", "[::1]:4650"]
    {
        for path in ["/v1/credentials", "/_sandbox/requests"] {
            assert_eq!(Request::new("GET", path).header("host", host).response(to).await.status, 200, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn answers_configured_hosts() {
    let sandbox = with(|options| {
        options.hosts.push("Sandbox.Example".parse().expect("a host"));
        options.proxy_endpoint = Some("https://{account}.dkr.ecr.{region}.registry.example:{port}".to_owned());
    })
    .await;
    let status = async |host: &str| {
        Request::new("GET", "/v1/credentials").header("host", host).response(sandbox.address()).await.status
    };
    assert_eq!(status("sandbox.example.:4650").await, 200);
    assert_eq!(status("123456789012.dkr.ecr.eu-west-1.registry.example").await, 200);
    for host in ["a.sandbox.example", "registry.example", "1234.dkr.ecr.eu-west-1.registry.example"] {
        assert_eq!(status(host).await, 421, "{host}");
    }
}

#[tokio::test]
async fn rejects_a_request_without_exactly_one_host() {
    let sandbox = admin().await;
    for (line, headers) in [
        ("GET /v1/credentials HTTP/1.1", ""),
        ("GET /v1/credentials HTTP/1.0", ""),
        ("GET /v1/credentials HTTP/1.1", "host: localhost\r\nhost: evil.example\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: localhost\r\nhost: localhost\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host:\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: me:hunter2@localhost\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: localhost, evil.example\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: localhost:x\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: localhost:70000\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: http://localhost\r\n"),
        ("GET /v1/credentials HTTP/1.1", "host: l\u{f6}calhost\r\n"),
        ("GET http://me:hunter2@sts.amazonaws.com/v1/credentials HTTP/1.1", "host: sts.amazonaws.com\r\n"),
        ("GET http://sts.amazonaws.com/v1/credentials HTTP/1.1", "host: localhost\r\nhost: localhost\r\n"),
    ] {
        let answer = raw_response(&sandbox, &format!("{line}\r\n{headers}connection: close\r\n\r\n")).await;
        assert!(
            answer.starts_with("HTTP/1.1 421 ") || answer.starts_with("HTTP/1.0 421 "),
            "{line} {headers}: {answer}"
        );
        assert!(answer.contains("--host NAME") && !answer.contains("hunter2"), "{line} {headers}: {answer}");
    }
    assert_eq!(sandbox.requests(), []);
}

/// For a request to a proxy, the URL is used instead of the `Host` header: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2>
#[tokio::test]
async fn the_proxy_answers_only_for_hosts_of_aws() {
    let sandbox = admin().await;
    let get = |url: &str, host: &str| format!("GET {url} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let credentials = "http://sts.amazonaws.com/v1/credentials";
    assert!(raw_response(&sandbox, &get(credentials, "sts.amazonaws.com")).await.starts_with("HTTP/1.1 200 "));
    assert!(raw_response(&sandbox, &get(credentials, "evil.example")).await.starts_with("HTTP/1.1 200 "));
    let answer = raw_response(&sandbox, &get("http://evil.example/v1/credentials", "sts.amazonaws.com")).await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("--host evil.example"), "{answer}");
    let tunnel = "CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nhost: sts.amazonaws.com:443\r\n\r\n";
    for (url, host, status) in [
        ("/v1/credentials", "sts.amazonaws.com", 200),
        ("/v1/credentials", "STS.amazonaws.com.:443", 200),
        ("/v1/credentials", "evil.example", 421),
        ("/v1/credentials", "localhost", 421),
        ("http://evil.example/v1/credentials", "sts.amazonaws.com", 421),
    ] {
        let answer = raw_response(&sandbox, &format!("{tunnel}{}", get(url, host))).await;
        assert!(answer.contains(&format!("HTTP/1.1 {status} ")), "{url} {host}: {answer}");
    }
}
