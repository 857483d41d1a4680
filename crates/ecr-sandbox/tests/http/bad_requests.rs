//! Tests of requests that SDKs do not send.

use ecr_sandbox::{Options, Sandbox, StartError};
use test_support::search::Search;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{ECR, Request, raw_response, sandbox, with};

#[tokio::test]
async fn rejects_unsigned_requests() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let answer = Request::json(ECR, "{}").response(to).await;
    assert_eq!((answer.status, &answer.json()["__type"]), (400, &"MissingAuthenticationTokenException".into()));
    let answer = Request::form("Action=GetCallerIdentity").response(to).await;
    assert_eq!((answer.status, answer.tag("Code")), (403, "MissingAuthenticationToken"));
    for header in [
        "Basic QVdTOng=",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=AKIA, SignedHeaders=host, Signature=0",
        "\u{e4}",
    ] {
        let answer = Request::json(ECR, "{}").header("authorization", header).response(to).await;
        let code = answer.json()["__type"].as_str().unwrap_or_default().to_owned();
        assert!(
            ["IncompleteSignatureException", "MissingAuthenticationTokenException"].contains(&&*code),
            "{header}: {code}"
        );
    }
}

#[tokio::test]
async fn rejects_a_signature_without_a_valid_date() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let header = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/ecr/aws4_request, \
                  SignedHeaders=host;x-amz-date, Signature=0";
    for date in [None, Some("20261124"), Some("20261324T250000Z"), Some("2026112\u{e4}T15000"), Some("yesterday")] {
        let request = Request::json(ECR, "{}").header("authorization", header);
        let request = date.into_iter().fold(request, |request, date| request.header("x-amz-date", date));
        let answer = request.response(to).await;
        assert_eq!(
            (answer.status, &answer.json()["__type"]),
            (400, &"IncompleteSignatureException".into()),
            "{date:?}"
        );
    }
}

#[tokio::test]
async fn rejects_requests_that_are_not_api_calls() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    for (request, status, part) in [
        (Request::new("GET", "/"), 404, "this path does not exist"),
        (Request::new("PUT", "/anything"), 404, "this path does not exist"),
        (Request::new("POST", "/"), 400, "not a request to ECR, ECR Public or STS"),
        (Request::json("DynamoDB_20120810.ListTables", "{}"), 400, "not a request to ECR, ECR Public or STS"),
        (Request::new("POST", "/").body(&"x".repeat(32 << 20)), 413, "more than 1 MiB"),
        (Request::new("GET", "/_sandbox/requests"), 404, "--admin"),
    ] {
        let answer = request.response(to).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(part), "{answer:?}");
    }
    assert_eq!(sandbox.requests(), [], "the sandbox must not record any of the requests");
}

#[tokio::test]
async fn rejects_unknown_operations() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let ecr = Request::json("AmazonEC2ContainerRegistry_V20150921.DescribeImages", "{}");
    let answer = ecr.signed(to, "ecr", "eu-west-1").response(to).await;
    assert_eq!(answer.json()["__type"], "UnknownOperationException");
    let answer = Request::form("Action=GetSessionToken").signed(to, "sts", "eu-west-1").response(to).await;
    assert_eq!((answer.status, answer.tag("Code")), (400, "InvalidAction"));
}

#[tokio::test]
async fn rejects_invalid_bodies() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    for body in ["[]", "not json", "{\"registryIds\":3}", "\"\u{0}"] {
        let answer = Request::json(ECR, body).signed(to, "ecr", "eu-west-1").response(to).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (400, &"SerializationException".into()), "{body}");
    }
}

#[tokio::test]
async fn the_error_names_a_port_in_use() {
    let first = sandbox().await;
    let mut options = Options::default();
    options.listen = first.address();
    match Sandbox::start(options).await {
        Err(error @ StartError::Listen { .. }) => assert!(error.to_string().contains(&first.address().to_string())),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn rejects_an_invalid_registry_url() {
    for registry in
        ["https://registry.example", "127.0.0.1:5000", "http://127.0.0.1:5000/path", "http://127.0.0.1:5000?x"]
    {
        let mut options = Options::default();
        options.registry = Some(registry.parse().expect("a URI"));
        assert!(matches!(Sandbox::start(options).await, Err(StartError::Registry(_))), "{registry}");
    }
}

#[tokio::test]
async fn errors_hide_the_password_of_a_registry() {
    let mut options = Options::default();
    options.registry = Some("http://me:hunter2@127.0.0.1:5000".parse().expect("a URI"));
    let error = Sandbox::start(options).await.map(drop).expect_err("a password");
    assert_eq!(leaks(&format!("{error} {error:?}")), Vec::<String>::new());
}

#[tokio::test]
async fn invalid_bytes_close_only_their_connection() {
    let sandbox = sandbox().await;
    let tunnel = "CONNECT api.ecr.eu-west-1.amazonaws.com:443 HTTP/1.1\r\nhost: x\r\n\r\n";
    for bytes in ["\u{16}\u{3}\u{1}\0\u{5}hello", "\u{16}", "\0\0\0", &format!("{tunnel}GET / HTTP/1.1\r\n\r\n")] {
        let mut stream = TcpStream::connect(sandbox.address()).await.expect("a connection");
        stream.write_all(bytes.as_bytes()).await.expect("the sandbox reads the bytes");
        stream.shutdown().await.expect("the sandbox reads the bytes");
        let mut answer = Vec::new();
        // Reading fails if the sandbox resets the connection. The sandbox does this if it has not read all bytes.
        stream.read_to_end(&mut answer).await.ok();
    }
    assert_eq!(Request::new("GET", "/").response(sandbox.address()).await.status, 404);
}

#[tokio::test]
async fn the_proxy_connects_only_to_aws() {
    let sandbox = sandbox().await;
    for (host, status) in
        [("api.ecr.eu-west-1.amazonaws.com:443", 200), ("127.0.0.1:22", 403), ("example.com:443", 403)]
    {
        let mut stream = TcpStream::connect(sandbox.address()).await.expect("a connection");
        let request = format!("CONNECT {host} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("the sandbox reads the bytes");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(std::str::from_utf8(&answer), Ok(&*format!("HTTP/1.1 {status}")), "{host}");
    }
    let services: Vec<_> = sandbox.requests().into_iter().map(|request| (request.service, request.status)).collect();
    assert_eq!(services, [200, 403, 403].map(|status| ("proxy".to_owned(), Some(status))));
}

/// Searches the text for the secret of these tests, in all encodings. Returns a line for each finding.
fn leaks(text: &str) -> Vec<String> {
    Search::new(["hunter2"]).text("the answer", text.as_bytes())
}

#[tokio::test]
async fn a_tunnel_accepts_early_data_and_rejects_nested_tunnels() {
    let sandbox = sandbox().await;
    let tunnel = "CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nhost: x\r\n\r\n";
    let get = "GET / HTTP/1.1\r\nhost: STS.amazonaws.com\r\nconnection: close\r\n\r\n";
    let answer = raw_response(&sandbox, &format!("{tunnel}{get}")).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("HTTP/1.1 404"), "{answer}");
    let closing = tunnel.replace("host: x", "host: x\r\nconnection: close");
    let answer = raw_response(&sandbox, &format!("{tunnel}{closing}")).await;
    assert!(answer.contains("HTTP/1.1 400") && answer.contains("cannot be used within a tunnel"), "{answer}");
}

#[tokio::test]
async fn a_password_in_a_target_is_hidden() {
    let sandbox = sandbox().await;
    let request = "CONNECT me:hunter2@sts.amazonaws.com:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = raw_response(&sandbox, request).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(leaks(&format!("{answer} {:?}", sandbox.requests())), Vec::<String>::new());
}

#[tokio::test]
async fn the_proxy_rejects_other_hosts_without_tls() {
    let sandbox = sandbox().await;
    for (path, status) in [("http://example.com/v1/credentials", 403), ("http://sts.amazonaws.com/v1/credentials", 200)]
    {
        assert_eq!(Request::new("GET", path).response(sandbox.address()).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn hosts_match_in_any_case_and_with_any_port() {
    let hosts = [
        "public.ecr.aws",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    ];
    let sandbox = with(|options| options.hosts.extend(hosts.map(|host| host.parse().expect("a host")))).await;
    let (token, _) = crate::client::token(&sandbox, "eu-west-1").await;
    let login = Request::new("GET", "/v2/").header("authorization", &format!("Basic {token}"));
    for (host, status) in [
        ("public.ecr.aws:443", 400),
        ("PUBLIC.ECR.AWS", 400),
        ("123456789012.DKR.ECR.us-west-2.amazonaws.com", 403),
        ("123456789012.dkr.ecr.us-west-2.amazonaws.com.:443", 403),
    ] {
        assert_eq!(login.clone().header("host", host).response(sandbox.address()).await.status, status, "{host}");
    }
    let own = "123456789012.DKR.ecr.eu-west-1.amazonaws.com:443";
    assert_eq!(login.header("host", own).response(sandbox.address()).await.status, 200);
}

#[tokio::test]
async fn long_requests_are_truncated_in_the_record() {
    let sandbox = sandbox().await;
    let body = format!("Action={}", "A".repeat(1_000_000));
    Request::form(&body).response(sandbox.address()).await;
    assert!(sandbox.requests()[0].action.capacity() < 10_000);
    let role = format!("RoleArn=arn:aws:iam::123456789012:role/{}&RoleSessionName=ci", "x".repeat(100_000));
    let assume = Request::form(&format!("Action=AssumeRoleWithWebIdentity&{role}&WebIdentityToken=x"));
    assert_eq!(assume.response(sandbox.address()).await.status, 400);
}

#[tokio::test]
async fn a_dropped_sandbox_stops_listening() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    drop(sandbox);
    // The runtime does not drop the sandbox's tasks immediately, but when it next polls these tasks.
    let ended = async {
        while TcpStream::connect(to).await.is_ok() {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), ended).await.expect("the connection ends");
}
