//! Tests of faults and of the resulting responses.

use std::time::Duration;

use ecr_sandbox::{Action, Effect, Fault, Sandbox};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::client::{ECR, Request, Response, sandbox, token};

async fn ask(sandbox: &Sandbox) -> std::io::Result<Response> {
    Request::json(ECR, "{}").signed(sandbox.address(), "ecr", "eu-west-1").send(sandbox.address()).await
}

fn fault(effect: Effect) -> Fault {
    Fault::new("GetAuthorizationToken", effect)
}

#[tokio::test]
async fn errors_have_the_format_of_the_service() {
    let sandbox = sandbox().await;
    sandbox.fault(fault(Effect::refuse(400, "AccessDeniedException", "no")).times(1));
    let answer = ask(&sandbox).await.expect("an answer");
    assert_eq!((answer.status, &answer.json()["__type"]), (400, &"AccessDeniedException".into()));
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200, "the fault was for one request");

    sandbox.fault(Fault::new("AssumeRole", Effect::refuse(403, "AccessDenied", "<no>")));
    let answer = Request::form("Action=AssumeRole").response(sandbox.address()).await;
    assert_eq!((answer.status, answer.tag("Code"), answer.tag("Message")), (403, "AccessDenied", "&lt;no&gt;"));
}

#[tokio::test]
async fn throttling_uses_a_bucket_that_refills() {
    let sandbox = sandbox().await;
    sandbox.fault(fault(Effect::Throttle { rate: 0.0, burst: 2.0 }));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(ask(&sandbox).await.expect("an answer").status);
    }
    assert_eq!(statuses, [200, 200, 400, 400]);
    assert_eq!(ask(&sandbox).await.expect("an answer").json()["__type"], "ThrottlingException");
    let recorded: Vec<_> = sandbox.requests().into_iter().map(|request| request.status).collect();
    assert_eq!(recorded, [Some(200), Some(200), Some(400), Some(400), Some(400)]);
}

#[tokio::test]
async fn connections_are_reset_truncated_or_left_hanging() {
    let sandbox = sandbox().await;
    sandbox.fault(fault(Effect::Reset).times(1));
    let error = ask(&sandbox).await.expect_err("a response should be missing");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");

    sandbox.fault(fault(Effect::Truncate).times(1));
    let answer = ask(&sandbox).await.expect("a part of the response");
    let length = answer.head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    assert!(answer.status == 200 && length.is_some_and(|length| answer.body.len() < length), "{answer:?}");

    sandbox.fault(fault(Effect::Hang).times(1));
    assert!(timeout(Duration::from_millis(200), ask(&sandbox)).await.is_err(), "the sandbox must not respond");
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn responses_are_delayed_or_replaced() {
    let sandbox = sandbox().await;
    sandbox.fault(fault(Effect::Delay(100)).times(1));
    let start = Instant::now();
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200);
    assert!(start.elapsed() >= Duration::from_millis(100));

    let (content_type, body) = ("text/html".to_owned(), "<title>Blocked</title>".to_owned());
    let headers = [("date", "Fri, 01 Jan 2100 00:00:00 GMT"), ("no header", "")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    sandbox.fault(fault(Effect::Answer { status: 403, content_type, headers, body }));
    let answer = ask(&sandbox).await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (403, "<title>Blocked</title>"));
    assert!(answer.head.contains("content-type: text/html"), "{answer:?}");
    assert!(answer.head.contains("date: fri, 01 jan 2100 00:00:00 gmt"), "{answer:?}");
    sandbox.clear_faults();
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn responses_may_be_raw_bytes_or_endless() {
    let sandbox = sandbox().await;
    sandbox.fault(fault(Effect::Raw("SSH-2.0-OpenSSH\r\n".to_owned())).times(1));
    assert_eq!(ask(&sandbox).await.expect("something").head, "ssh-2.0-openssh\r\n");

    sandbox.fault(fault(Effect::Flood).times(1));
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("a connection");
    let request = format!("POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: {ECR}\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the sandbox reads the bytes");
    let mut much = vec![0; 16 << 20];
    stream.read_exact(&mut much).await.expect("a long response");
    assert!(much.starts_with(b"HTTP/1.1 200") && much.ends_with(&[b'0'; 1000]));
    drop(stream);
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200, "the sandbox answers other requests");
}

#[tokio::test]
async fn delays_and_truncation_combine_with_other_faults() {
    let sandbox = sandbox().await;
    let page = || Effect::answer(502, "text/html", "<title>Bad Gateway</title>");
    for effect in [Effect::Delay(100), Effect::Truncate, page(), page()] {
        sandbox.fault(fault(effect).times(1));
    }
    let start = Instant::now();
    let answer = ask(&sandbox).await.expect("half of a response");
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert_eq!((answer.status, &*answer.body), (502, "<title>Bad Ga"));
    assert_eq!(ask(&sandbox).await.expect("an answer").body, "<title>Bad Gateway</title>");
    assert_eq!(ask(&sandbox).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn faults_apply_to_registries() {
    let sandbox = sandbox().await;
    let (token, registry) = token(&sandbox, "eu-west-1").await;
    let login = Request::new("GET", "/v2/").header("authorization", &format!("Basic {token}"));
    sandbox.fault(Fault::new("Registry", Effect::refuse(500, "UNKNOWN", "no")).times(1));
    let answer = login.response(registry).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (500, &"UNKNOWN".into()));
    assert_eq!(login.response(registry).await.status, 200);
}

/// Returns a request with this action, in the form that clients send.
fn request(action: Action) -> Request {
    match action.as_str() {
        "GetAuthorizationToken" => Request::json(ECR, "{}"),
        "GetRoleCredentials" => Request::new("GET", "/federation/credentials"),
        "CreateToken" => Request::new("POST", "/token"),
        "Registry" => Request::new("GET", "/v2/"),
        // The sandbox rejects a tunnel to this host if no fault applies. An accepted tunnel would keep the connection open.
        "CONNECT" => Request::new("CONNECT", "example.com:443"),
        "/latest/api/token" => Request::new("PUT", action.as_str()),
        "/v1/token" => Request::new("POST", action.as_str()),
        path if path.starts_with('/') => Request::new("GET", action.as_str()),
        operation => Request::form(&format!("Action={operation}")),
    }
}

#[tokio::test]
async fn a_fault_affects_only_its_action() {
    let sandbox = sandbox().await;
    for action in Action::all() {
        sandbox.fault(Fault::new(action.as_str(), Effect::answer(599, "text/plain", "")));
        for other in Action::all() {
            let status = request(other).send(sandbox.address()).await.map_or(0, |answer| answer.status);
            assert_eq!(status == 599, other == action, "{other} with a fault of {action}: {status}");
        }
        sandbox.clear_faults();
    }
}
