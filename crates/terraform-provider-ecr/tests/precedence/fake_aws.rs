//! ECR, STS and every service that hands out credentials, behind one port, with a record of what was asked.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::Response,
};

use crate::{answers, recorded::Recorded, row::Row};

/// What all servers of a row have in common.
#[derive(Debug)]
pub(crate) struct Record {
    lines: Mutex<Vec<String>>,
    throttles: AtomicUsize,
    agent: Option<&'static str>,
}

impl Record {
    pub(crate) fn new(row: &Row) -> Self {
        Self { lines: Mutex::default(), throttles: row.throttles.into(), agent: row.agent }
    }

    pub(crate) fn add(&self, line: String) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One instance of the fake.
#[derive(Debug)]
struct FakeAws {
    /// What its lines end with.
    suffix: String,
    record: Arc<Record>,
}

/// A fake AWS whose lines end with `suffix`.
pub(crate) fn router(suffix: String, record: Arc<Record>) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(FakeAws { suffix, record }))
}

async fn handle(State(fake): State<Arc<FakeAws>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let request = Recorded::new(head, &String::from_utf8_lossy(&body));
    if let Some(action) = request.action() {
        let mut line = request.call(action);
        line += &fake
            .record
            .agent
            .filter(|part| request.header("user-agent").contains(part))
            .map(as_agent)
            .unwrap_or_default();
        fake.add(&request, line);
        return fake.call(action, &request);
    }
    fake.credentials(&request)
}

fn as_agent(part: &str) -> String {
    format!(" as {part}")
}

impl FakeAws {
    fn add(&self, request: &Recorded, line: String) {
        self.record.add(line + &self.suffix + &request.through_proxy());
    }

    fn call(&self, action: &str, request: &Recorded) -> Response {
        match action {
            "GetAuthorizationToken" if self.throttles() => answers::throttled(),
            "GetAuthorizationToken" => answers::token(),
            "GetCallerIdentity" => answers::identity(),
            "AssumeRole" | "AssumeRoleWithWebIdentity" => answers::role(action, request.role().unwrap_or_default()),
            _ => answers::refused(403),
        }
    }

    /// Whether it is still time to throttle.
    fn throttles(&self) -> bool {
        let count = |left: usize| left.checked_sub(1);
        self.record.throttles.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).is_ok()
    }

    /// What is not an API call: the sources of credentials of a machine, and the portal of IAM Identity Center.
    fn credentials(&self, request: &Recorded) -> Response {
        let path = request.head.uri.path();
        match path {
            "/latest/api/token" => answers::text("metadata-token"),
            "/latest/meta-data/iam/security-credentials/" | "/latest/meta-data/iam/security-credentials" => {
                answers::text("instance")
            }
            "/latest/meta-data/iam/security-credentials/instance" => {
                self.add(request, "metadata credentials".to_owned());
                answers::machine("AKIDINSTANCE")
            }
            // Two ways to the Region, of which each SDK knows one. The signature shows whether it was taken.
            "/latest/meta-data/placement/region" => answers::text("eu-north-1"),
            "/latest/dynamic/instance-identity/document" => answers::text(r#"{"region": "eu-north-1"}"#),
            "/container" => {
                self.add(request, format!("container credentials with {:?}", request.header("authorization")));
                answers::machine("AKIDCONTAINER")
            }
            "/federation/credentials" => {
                let [role, account] = ["role_name", "account_id"].map(|name| request.query(name));
                let token = request.header("x-amz-sso_bearer_token");
                self.add(request, format!("sso credentials {role} of {account} with {token}"));
                answers::sso()
            }
            path => {
                self.add(request, format!("{} {path}", request.head.method));
                answers::refused(404)
            }
        }
    }
}
