//! ECR on a loopback port: HTTP/1.1, JSON 1.1, one operation.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time,
};

use crate::throttle::Throttle;

/// 2100-01-01T00:00:00.5Z: ECR answers with fractions of a second.
const EXPIRES_AT: &str = "4102444800.5";

pub(crate) const PROXY_ENDPOINT: &str = "https://123456789012.dkr.ecr.us-east-1.amazonaws.com";

/// Much longer than a provider needs to make a call, on however busy a machine.
const CALL_LIMIT: Duration = Duration::from_secs(20);

const OPERATION: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";

/// A running fake. Every call is counted, and answered with a token unless the test says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct FakeEcr {
    address: SocketAddr,
    requests: Arc<watch::Sender<Vec<Request>>>,
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
    held: Arc<watch::Sender<bool>>,
    throttle: Arc<Mutex<Option<Throttle>>>,
}

/// What the fake keeps of a request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: String,
    pub(crate) authorization: String,
}

impl FakeEcr {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let fake = Self {
            address: listener.local_addr().expect("a bound address"),
            requests: Arc::new(watch::Sender::new(Vec::new())),
            refusals: Arc::default(),
            held: Arc::default(),
            throttle: Arc::default(),
        };
        let server = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        fake
    }

    /// Refuses the next call with this error code.
    pub(crate) fn refuse_next(&self, code: &'static str) {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).push_back(code);
    }

    /// Answers so many calls and no more, as ECR does.
    pub(crate) fn throttle(&self, throttle: Throttle) {
        *self.throttle.lock().unwrap_or_else(PoisonError::into_inner) = Some(throttle);
    }

    /// Takes calls and leaves them without an answer.
    pub(crate) fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Answers again, those included that were held.
    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many calls came, of whatever operation.
    pub(crate) fn calls(&self) -> usize {
        self.requests.borrow().len()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// Waits for that many calls to have come.
    pub(crate) async fn called(&self, times: usize) {
        let mut requests = self.requests.subscribe();
        let called = requests.wait_for(|requests| requests.len() >= times);
        let in_time = time::timeout(CALL_LIMIT, called).await.is_ok();
        assert!(in_time, "{times} calls expected within {CALL_LIMIT:?}, not {}", self.calls());
    }

    fn throttled(&self) -> bool {
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.as_mut().is_some_and(|throttle| !throttle.lets_through())
    }

    async fn serve(self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read(&mut stream).await? {
            let operation = request.target.clone();
            self.requests.send_modify(|requests| requests.push(request));
            let mut held = self.held.subscribe();
            held.wait_for(|held| !held).await.map_err(io::Error::other)?;
            let refusal = self.refusals.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let refusal = refusal.or_else(|| self.throttled().then_some("ThrottlingException"));
            let (status, body) = match refusal {
                Some(code) => (400, format!(r#"{{"__type":"{code}","message":"no token for you"}}"#)),
                None if operation != OPERATION => (400, r#"{"__type":"UnknownOperationException"}"#.to_owned()),
                None => (200, authorization_data()),
            };
            let head = format!(
                "HTTP/1.1 {status} -\r\ncontent-type: application/x-amz-json-1.1\r\n\
                 x-amzn-requestid: {REQUEST_ID}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await?;
        }
        Ok(())
    }
}

pub(crate) const REQUEST_ID: &str = "0a1b2c3d-fake-ecr-request";

/// The password in every token. It has the beginning of a real one.
pub(crate) fn password() -> String {
    format!("eyJ{}", "secret0123456789".repeat(80))
}

/// The token with that password, as ECR writes it.
pub(crate) fn token() -> String {
    STANDARD.encode(format!("AWS:{}", password()))
}

fn authorization_data() -> String {
    let token = token();
    format!(
        r#"{{"authorizationData":[{{"authorizationToken":"{token}","expiresAt":{EXPIRES_AT},"proxyEndpoint":"{PROXY_ENDPOINT}"}}]}}"#
    )
}

/// The next request, or none at the end of the connection.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut request = Request { target: String::new(), authorization: String::new() };
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        let Some((name, value)) = line.trim().split_once(": ") else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.authorization = value.to_owned(),
            "content-length" => length = value.parse().map_err(io::Error::other)?,
            "x-amz-target" => request.target = value.to_owned(),
            _ => {}
        }
    }
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(Some(request))
}
