//! Runs the built binary of the sandbox.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value as Json;

/// A running sandbox. The process is killed when this value is dropped.
#[derive(Debug)]
pub(crate) struct Sandbox {
    process: Child,
    /// The JSON line that the sandbox printed when it was ready.
    ready: Json,
}

impl Sandbox {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ecr-sandbox"))
            .args(["--listen", "127.0.0.1:0", "--json", "--admin"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { process, ready }
    }

    pub(crate) fn url(&self) -> &str {
        self.ready("url")
    }

    /// Returns the access key id and the secret access key.
    pub(crate) fn key(&self) -> (&str, &str) {
        (self.ready("access_key_id"), self.ready("secret_access_key"))
    }

    /// Returns a line for each request so far, with its service, action, Region and status.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests: Json = serde_json::from_str(&self.admin("GET", "requests", "")).expect("JSON");
        let line = |request: &Json| {
            let fields = ["service", "action", "region", "status"].map(|name| match &request[name] {
                Json::Null => "-".to_owned(),
                Json::String(text) => text.clone(),
                other => other.to_string(),
            });
            fields.join(" ")
        };
        requests.as_array().expect("a list").iter().map(line).collect()
    }

    /// Adds a fault.
    pub(crate) fn fault(&self, fault: &Json) {
        self.admin("POST", "faults", &fault.to_string());
    }

    /// Returns the sandbox's peak memory, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the sandbox runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).expect("a number") * 1024
    }

    fn admin(&self, method: &str, what: &str, body: &str) -> String {
        let address = self.url().strip_prefix("http://").expect("plain HTTP");
        let head = format!(
            "{method} /_sandbox/{what} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nconnection: close\r\n"
        );
        let mut stream = TcpStream::connect(address).expect("the sandbox listens");
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("the sandbox reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
        body.to_owned()
    }

    fn ready(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {}", self.ready))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Each call fails only if the process has already ended.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
