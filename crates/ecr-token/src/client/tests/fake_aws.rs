//! ECR and STS as far as these tests need them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// A server on loopback that answers ECR's call as told, and lets every role be assumed unless told otherwise.
pub(super) struct FakeAws {
    pub(super) url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// The last one is given for ever.
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Seen>>,
}

/// What was asked.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) target: String,
    pub(super) body: String,
    authorization: String,
}

impl Seen {
    /// The id of the access key.
    pub(super) fn signed_by(&self) -> String {
        self.credential().first().cloned().unwrap_or_default()
    }

    /// `region/service`
    pub(super) fn signed_for(&self) -> String {
        self.credential().get(2..4).map(|scope| scope.join("/")).unwrap_or_default()
    }

    fn credential(&self) -> Vec<String> {
        let credential = self.authorization.split("Credential=").nth(1).and_then(|rest| rest.split(',').next());
        credential.unwrap_or_default().split('/').map(ToOwned::to_owned).collect()
    }
}

#[derive(Clone)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

impl Answer {
    pub(super) fn token(decoded: &str) -> Self {
        let token = BASE64_STANDARD.encode(decoded);
        let proxy = "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        let data = json!({"authorizationToken": token, "expiresAt": 4_102_444_800.5, "proxyEndpoint": proxy});
        Self::json(200, &json!({"authorizationData": [data]}))
    }

    pub(super) fn json(status: u16, body: &Json) -> Self {
        Self::text(status, "application/x-amz-json-1.1", &body.to_string())
    }

    pub(super) fn text(status: u16, content_type: &'static str, body: &str) -> Self {
        Self { status, headers: vec![("content-type", content_type)], body: body.to_owned() }
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    fn role() -> Self {
        let body = "<ACTIONResponse><ACTIONResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>\
                    <SecretAccessKey>sekrit</SecretAccessKey><SessionToken>session</SessionToken>\
                    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></ACTIONResult></ACTIONResponse>";
        Self::text(200, "text/xml", body)
    }
}

impl FakeAws {
    pub(super) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        let aws = Self { url, shared, server };
        aws.then(answer);
        aws
    }

    /// From now on.
    pub(super) fn answer(&self, answer: Answer) {
        *self.shared.answers.lock().expect("not poisoned") = [answer].into();
    }

    /// After the answers before it were given once.
    pub(super) fn then(&self, answer: Answer) {
        self.shared.answers.lock().expect("not poisoned").push_back(answer);
    }

    pub(super) fn requests(&self) -> Vec<Seen> {
        self.shared.requests.lock().expect("not poisoned").clone()
    }

    /// Nothing listens any more once this returns.
    pub(super) async fn stop(self) {
        self.server.abort();
        drop(self.server.await);
    }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let body = String::from_utf8(body.to_vec()).expect("UTF-8");
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let seen = Seen { target: header("x-amz-target"), authorization: header("authorization"), body };
    let role = seen.body.split_once("Action=AssumeRole");
    let role = role.map(|(_, rest)| rest.split('&').next().unwrap_or_default().to_owned());
    shared.requests.lock().expect("not poisoned").push(seen);

    let mut answers = shared.answers.lock().expect("not poisoned");
    let answer = match (answers.len(), &answers[0], role) {
        (_, answer, Some(rest)) if answer.status == 200 => {
            let mut role = Answer::role();
            role.body = role.body.replace("ACTION", &format!("AssumeRole{rest}"));
            role
        }
        (1, answer, _) => answer.clone(),
        _ => answers.pop_front().expect("more than one"),
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(answer.body.into()).expect("a response")
}
