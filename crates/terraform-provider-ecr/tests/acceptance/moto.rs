//! Runs moto, which replaces AWS in these tests. moto listens on a free port of loopback.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;
use test_support::repository;

/// The time limit for the first response of moto.
const START: Duration = Duration::from_secs(60);

/// A running moto process. Dropping this value kills moto. If the test process ends before the value is dropped, moto ends by itself.
#[derive(Debug)]
pub(crate) struct Moto {
    process: Child,
    url: String,
    /// The home directory of moto, which holds the recording of all requests.
    _home: TempDir,
}

impl Moto {
    /// Starts moto.
    ///
    /// # Panics
    /// Panics if moto does not start. In this case, `.tools/` is missing or damaged, and `make test` provisions the directory again.
    pub(crate) fn start() -> Self {
        let root = repository();
        let home = tempfile::tempdir().expect("a directory for moto");
        let mut process = Command::new(root.join(".tools/venv/bin/python"))
            .arg(root.join("scripts/moto"))
            .env_clear()
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("MOTO_ENABLE_RECORDING", "1")
            .env("MOTO_RECORDER_FILEPATH", home.path().join("requests"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts: `make test` provisions it (scripts/provision)");

        let stdout = process.stdout.take().expect("stdout is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // Sending fails if the receiver was dropped after the time limit. This failure is ignored.
            drop(BufReader::new(stdout).read_line(&mut line).map(|_| sender.send(line)));
        });
        let url = receiver.recv_timeout(START).unwrap_or_default().trim().to_owned();

        let moto = Self { process, url, _home: home };
        assert!(!moto.url.is_empty(), "scripts/moto did not print its URL: run it with .tools/venv/bin/python");
        let start = Instant::now();
        while moto.request("GET", "/moto-api/data.json", &[], "").is_none() {
            assert!(start.elapsed() < START, "moto does not answer at {}", moto.url);
            thread::sleep(Duration::from_millis(50));
        }
        moto
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the Regions of all `GetAuthorizationToken` calls so far that were signed with `access_key`, in order.
    pub(crate) fn token_calls(&self, access_key: &str) -> Vec<String> {
        let recording = self.request("GET", "/moto-api/recorder/download-recording", &[], "");
        recording
            .expect("moto has a recording")
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("moto records JSON lines"))
            .filter(|request| {
                let target = request["headers"]["X-Amz-Target"].as_str();
                target.is_some_and(|target| target.ends_with(".GetAuthorizationToken"))
            })
            .filter_map(|request| {
                // The format is: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/ecr/aws4_request, …
                let authorization = request["headers"]["Authorization"].as_str()?;
                let scope = authorization.split_once("Credential=")?.1.strip_prefix(access_key)?.strip_prefix('/')?;
                scope.split('/').nth(1).map(str::to_owned)
            })
            .collect()
    }

    /// Calls an IAM action, written as `Action=…&…`. Returns the XML of the response. This function must be called before
    /// [`Moto::enforce_iam`].
    pub(crate) fn iam(&self, form: &str) -> String {
        // moto finds the service by the scope in the signature. It does not check the signature before IAM enforcement is on.
        let headers = [
            "Authorization: AWS4-HMAC-SHA256 Credential=root/20260101/us-east-1/iam/aws4_request, Signature=0",
            "Content-Type: application/x-www-form-urlencoded",
        ];
        let answer = self.request("POST", "/", &headers, &format!("{form}&Version=2010-05-08"));
        answer.unwrap_or_else(|| panic!("moto refused {form}"))
    }

    /// Turns IAM enforcement on. From then on, every request needs a known key, a valid signature and a permission.
    pub(crate) fn enforce_iam(&self) {
        let answer = self.request("POST", "/moto-api/reset-auth", &["Content-Type: text/plain"], "0");
        assert!(answer.is_some_and(|answer| answer.contains("ok")), "moto did not turn on IAM enforcement");
    }

    /// Sends a request, and returns the body of the response. Returns `None` if the status is not 200, or if moto does not respond.
    fn request(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Option<String> {
        let address = self.url.strip_prefix("http://")?;
        let mut stream = TcpStream::connect(address).ok()?;
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        // With HTTP/1.0, the end of the connection is the end of the response.
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?;
        (status == "200").then(|| body.to_owned())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Both calls fail only if the process has already ended.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
