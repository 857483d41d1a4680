//! ECR and STS as far as these tests need them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// Of whoever asks.
pub(super) const ACCOUNT: &str = "123456789012";

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
    pub(super) user_agent: String,
    /// Scheme and host of an absolute URI, as proxies get them.
    pub(super) through_proxy: Option<String>,
    pub(super) proxy_authorization: String,
    /// `X-Amz-Date`
    pub(super) signed_at: String,
    authorization: String,
}

impl Seen {
    /// The id of the access key.
    pub(super) fn signed_by(&self) -> String {
        self.credential().first().cloned().unwrap_or_default()
    }

    /// `action of role by key in region`, or as much of that as there is.
    pub(super) fn summary(&self) -> String {
        let by = match self.signed_by() {
            key if key.is_empty() => "nobody".to_owned(),
            key => format!("{key} in {}", self.signed_for()),
        };
        match (self.field("Action"), self.field("RoleArn")) {
            (Some(action), Some(role)) => format!("{action} of {role} by {by}"),
            (Some(action), None) => format!("{action} by {by}"),
            (None, _) => format!("{} by {by}", self.target.rsplit('.').next().unwrap_or_default()),
        }
    }

    /// A field of a form.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields.into_owned().find_map(|(key, value)| (key == name).then_some(value))
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

    /// Of STS: the key of a role tells which role it is.
    fn of_sts(action: &str, role: &str) -> Self {
        let result = if action == "GetCallerIdentity" {
            format!("<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/me</Arn><UserId>x</UserId>")
        } else {
            let name = role.rsplit('/').next().unwrap_or_default().to_uppercase();
            format!(
                "<Credentials><AccessKeyId>AKID{name}</AccessKeyId><SecretAccessKey>sekrit</SecretAccessKey>\
                 <SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            )
        };
        let body = format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>");
        Self::text(200, "text/xml", &body)
    }

    /// Of EC2's instance metadata service.
    fn of_instance(path: &str) -> Option<Self> {
        let body = match path {
            "/latest/api/token" => "imds-token",
            "/latest/meta-data/iam/security-credentials/" => "instance",
            "/latest/meta-data/iam/security-credentials/instance" => {
                r#"{"Code":"Success","AccessKeyId":"AKIDINSTANCE","SecretAccessKey":"sekrit","Token":"session",
                    "Expiration":"2099-01-01T00:00:00Z"}"#
            }
            "/latest/meta-data/placement/region" => "eu-central-1",
            _ => return None,
        };
        Some(Self::text(200, "text/plain", body).header("x-aws-ec2-metadata-token-ttl-seconds", "600"))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(self.body.into()).expect("a response")
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
    if let Some(answer) = Answer::of_instance(head.uri.path()) {
        return answer.into_response();
    }
    let seen = Seen {
        target: header("x-amz-target"),
        user_agent: header("user-agent"),
        authorization: header("authorization"),
        proxy_authorization: header("proxy-authorization"),
        signed_at: header("x-amz-date"),
        through_proxy: head.uri.authority().map(|authority| format!("http://{authority}")),
        body,
    };
    let sts = seen.field("Action").map(|action| Answer::of_sts(&action, &seen.field("RoleArn").unwrap_or_default()));
    shared.requests.lock().expect("not poisoned").push(seen);

    let mut answers = shared.answers.lock().expect("not poisoned");
    let answer = match (answers.len(), sts) {
        (_, Some(sts)) if answers[0].status == 200 => sts,
        (1, _) => answers[0].clone(),
        _ => answers.pop_front().expect("more than one"),
    };
    answer.into_response()
}
