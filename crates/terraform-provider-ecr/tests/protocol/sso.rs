//! Tests of the renewal of a login with IAM Identity Center. Only one process renews the login, for all processes. This process completes
//! the renewal even if Terraform stops the call that needs the login.
//!
//! AWS and the portal in these tests accept a refresh token only once. If a process loses the response, the person has to log in again.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ecr_sandbox::{Effect, Fault, Sandbox};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::time;

use crate::{
    aws::{called, sandbox},
    session::{Session, terraform},
};

/// The cache file of the session `corp`. The AWS CLI uses the SHA-1 hash of the session's name as the name of the file.
const CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const CONFIG: &str = "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n\
                      [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n";

const EXPIRED: &str = "2020-01-01T00:00:00Z";
const FRESH: &str = "2099-01-01T00:00:00Z";

const LIMIT: Duration = Duration::from_secs(20);

/// The home directory of a person who has logged in, and the sandbox that serves the portal.
struct Stage {
    sandbox: Sandbox,
    home: TempDir,
}

impl Stage {
    async fn with_login(expires_at: &str) -> Self {
        let stage = Self { sandbox: sandbox().await, home: tempfile::tempdir().expect("a directory") };
        fs::create_dir_all(stage.cache().parent().expect("a directory")).expect("a directory");
        fs::write(stage.home.path().join(".aws/config"), CONFIG).expect("a file");
        stage.log_in("hunter2-sso", expires_at);
        stage.sandbox.fault(Fault::new("CreateToken", refused()).after(1));
        stage
    }

    fn cache(&self) -> PathBuf {
        self.home.path().join(CACHE)
    }

    /// Writes a login to the cache file. Like the AWS CLI, this function does not lock the file.
    fn log_in(&self, access_token: &str, expires_at: &str) {
        let login = json!({
            "accessToken": access_token,
            "expiresAt": expires_at,
            "clientId": "client",
            "clientSecret": "hunter2-client",
            "refreshToken": "hunter2-refresh",
        });
        fs::write(self.cache(), login.to_string()).expect("a file");
    }

    /// Starts a provider for this person.
    async fn session(&self) -> Session {
        let terraform = terraform().env("HOME", self.home.path()).env("AWS_ENDPOINT_URL", self.sandbox.url());
        let session = Session::start(terraform).await;
        session.configure(session.schemas().provider_config().set("region", "us-east-1")).await;
        session
    }

    fn renewals(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.action == "CreateToken").count()
    }

    fn login(&self) -> Json {
        serde_json::from_slice(&fs::read(self.cache()).expect("a file")).expect("JSON")
    }

    /// Returns whether the cache file has the tokens that the portal has sent.
    fn is_renewed(&self) -> bool {
        let (login, sent) = (self.login(), self.sandbox.secrets());
        let is_sent = |name: &str| login[name].as_str().is_some_and(|text| sent.iter().any(|sent| sent == text));
        is_sent("accessToken") && is_sent("refreshToken")
    }
}

fn refused() -> Effect {
    Effect::refuse(400, "InvalidGrantException", "the refresh token was used before")
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).expect("there").permissions().mode() & 0o777
}

#[tokio::test]
async fn concurrent_processes_renew_a_login_once() {
    let stage = Stage::with_login(EXPIRED).await;
    // The response is delayed, so that all processes have read the file before the renewal ends.
    stage.sandbox.fault(Fault::new("CreateToken", Effect::Delay(1000)));
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(stage.session().await);
    }
    let opens: Vec<_> = sessions.iter().map(Session::begin_to_open).collect();
    for open in opens {
        let opened = open.await.expect("no panic").expect("an answer to open");
        assert_eq!(opened.diagnostics, []);
    }
    assert_eq!(stage.renewals(), 1);
    assert!(stage.is_renewed());
    assert_eq!(mode(&stage.cache()), 0o600);
    let directory = fs::read_dir(stage.cache().parent().expect("a directory")).expect("readable");
    let mut others: Vec<_> = directory.map(|entry| entry.expect("readable").path()).collect();
    others.retain(|path| *path != stage.cache());
    assert_eq!(others, [stage.cache().with_extension("lock")], "only the lock file is left in the directory");
    assert_eq!((mode(&others[0]), fs::read(&others[0]).expect("readable")), (0o600, Vec::new()));
}

#[tokio::test]
async fn waiting_for_a_held_lock_times_out() {
    let stage = Stage::with_login(EXPIRED).await;
    let lock = fs::File::create(stage.cache().with_extension("lock")).expect("a file");
    lock.try_lock().expect("no other process holds the lock");
    let (session, start) = (stage.session().await, Instant::now());
    assert_eq!(session.open().await.diagnostics, []);
    // The provider waits for the lock for 5 seconds. The last attempt to lock the file may come somewhat earlier.
    assert!((4..LIMIT.as_secs()).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert!(stage.is_renewed());
}

#[tokio::test]
async fn a_login_renewed_by_another_process_is_used_after_a_rejection() {
    let stage = Stage::with_login(EXPIRED).await;
    stage.sandbox.clear_faults();
    stage.sandbox.fault(Fault::new("CreateToken", refused()));
    stage.sandbox.hold();
    let session = stage.session().await;
    let open = session.begin_to_open();
    called(&stage.sandbox, 1).await;
    stage.log_in("hunter2-faster", FRESH);
    stage.sandbox.release();

    let opened = open.await.expect("no panic").expect("an answer to open");
    assert_eq!(opened.diagnostics, []);
    assert_eq!(stage.renewals(), 1);
    assert_eq!(stage.login()["accessToken"], "hunter2-faster");
}

/// After the login is replaced, AWS rejects the token that the provider has read before.
#[tokio::test]
async fn a_login_replaced_during_a_call_is_used() {
    let stage = Stage::with_login(FRESH).await;
    let rejected = Effect::refuse(401, "UnauthorizedException", "Session token not found or invalid");
    stage.sandbox.fault(Fault::new("GetRoleCredentials", rejected).times(1));
    stage.sandbox.hold();
    let session = stage.session().await;
    let open = session.begin_to_open();
    called(&stage.sandbox, 1).await;
    stage.log_in("hunter2-new", FRESH);
    stage.sandbox.release();

    let opened = open.await.expect("no panic").expect("an answer to open");
    assert_eq!(opened.diagnostics, []);
    let calls = stage.sandbox.calls();
    let tokens: Vec<_> = calls.iter().filter_map(|call| call.header("x-amz-sso_bearer_token")).collect();
    assert_eq!(tokens, ["hunter2-sso", "hunter2-new"]);
}

#[tokio::test]
async fn an_interrupt_does_not_lose_a_renewed_login() {
    let stage = Stage::with_login(EXPIRED).await;
    stage.sandbox.hold();
    let session = stage.session().await;
    let open = session.begin_to_open();
    called(&stage.sandbox, 1).await;
    session.stop().await.expect("an answer to stop");
    let stopped = open.await.expect("no panic").expect("a diagnostic and no gRPC error");
    assert_eq!(stopped.errors().len(), 1, "{stopped:?}");
    stage.sandbox.release();

    let deadline = Instant::now() + LIMIT;
    while !stage.is_renewed() {
        assert!(Instant::now() < deadline, "the response of the portal is saved");
        time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(session.open().await.diagnostics, []);
    assert_eq!(stage.renewals(), 1);
}

/// Ends the process in the same way as Terraform does after Ctrl-C.
#[tokio::test]
async fn the_process_ends_only_after_a_renewed_login_is_saved() {
    let stage = Stage::with_login(EXPIRED).await;
    stage.sandbox.fault(Fault::new("CreateToken", Effect::Delay(300)));
    let session = stage.session().await;
    let open = session.begin_to_open();
    called(&stage.sandbox, 1).await;
    session.stop().await.expect("an answer to stop");
    open.await.expect("no panic").ok();

    let exit = session.plugin().shutdown().await.expect("it ends");
    assert!(!exit.killed, "{exit:?}");
    assert!(stage.is_renewed());
}
