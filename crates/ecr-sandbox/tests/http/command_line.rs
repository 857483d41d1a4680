//! Tests of the program: its flags, and its error messages for invalid flags.

use std::{
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Output, Stdio},
};

use test_support::search::Search;

use crate::client::Request;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecr-sandbox"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs the program until it ends. The program ends by itself if a flag is not valid.
fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The running program. The process is killed when this value is dropped.
struct Running {
    process: Child,
    line: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let process = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut running = Self { process: process.expect("the program runs"), line: String::new() };
        let stdout = running.process.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut running.line).expect("a line");
        running
    }

    fn address(&self) -> SocketAddr {
        let url = self.line.split_once("AWS_ENDPOINT_URL=http://").and_then(|(_, rest)| rest.split_whitespace().next());
        url.and_then(|address| address.parse().ok()).unwrap_or_else(|| panic!("{}", self.line))
    }

    fn stderr(mut self) -> String {
        self.process.kill().expect("the sandbox runs");
        let mut text = String::new();
        self.process.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[tokio::test]
async fn listens_on_a_port_a_name_or_an_address() {
    for listen in ["0", "localhost:0", "127.0.0.1:0"] {
        let running = Running::start(&["--listen", listen]);
        assert_eq!(Request::new("GET", "/").response(running.address()).await.status, 404, "{listen}");
        assert!(running.address().ip().is_loopback(), "{listen}");
        assert_eq!(running.stderr(), "", "{listen}");
    }
}

#[tokio::test]
async fn answers_for_the_given_hosts() {
    let running = Running::start(&["--listen", "0", "--host", "sandbox.example", "--host", "10.0.0.1"]);
    for (host, status) in [("sandbox.example:4650", 404), ("10.0.0.1", 404), ("evil.example", 421)] {
        let request = Request::new("GET", "/").header("host", host);
        assert_eq!(request.response(running.address()).await.status, status, "{host}");
    }
}

#[test]
fn warns_if_other_machines_can_connect() {
    let stderr = Running::start(&["--listen", "0.0.0.0:0"]).stderr();
    assert!(stderr.contains("warning: everybody who can reach this machine"), "{stderr}");
}

#[test]
fn the_error_of_a_port_in_use_states_a_remedy() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("an address");
    let output = run(&["--listen", &address.to_string()]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), &*text(&output.stdout)), (Some(1), ""), "{stderr}");
    let why = format!("ecr-sandbox: cannot listen on {address}: ");
    let next = format!("--listen {}", address.port().checked_add(1).unwrap_or(4650));
    for part in [&*why, "probably another ecr-sandbox", &next, "--listen 0"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
}

#[test]
fn the_error_of_an_invalid_argument_states_a_remedy() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = directory.path().join("missing").join("ca.pem");
    let (missing, directory) = (missing.to_string_lossy(), directory.path().to_string_lossy());
    for (arguments, code, part) in [
        (&["--listen", "localhost"][..], 2, "write localhost:4650"),
        (&["--listen", ":4650"], 2, "write 4650 for this machine alone"),
        (&["--listen", "::1:0"], 2, "write [ADDRESS]:PORT"),
        (&["--listen", "192.0.2.1:0"], 1, "Choose an address of this machine"),
        (&["--lisen", "4650"], 2, "'--listen'"),
        (&["4650"], 2, "unexpected argument '4650'"),
        (&["--listen", "0", "--ca-file", &missing], 1, "Make the directory "),
        (&["--listen", "0", "--ca-file", &directory], 1, "--ca-file"),
        (&["--listen", "0", "--registry", "not a url"], 2, "write a URL such as http://127.0.0.1:5000"),
        (&["--listen", "0", "--registry", "127.0.0.1:5000"], 1, "Write --registry like http://127.0.0.1:5000"),
        (&["--listen", "0", "--registry", "https://registry.test"], 1, "Write --registry like http://127.0.0.1:5000"),
        (&["--listen", "0", "--registry", "http://me:hunter2@registry.test"], 1, "without a user name"),
        (&["--listen", "0", "--registry", "http://me:hunter2@a b"], 2, "write a URL such as http://127.0.0.1:5000"),
        (&["--access-key", "AKIA:hunter2:1"], 2, "write 12 digits"),
        (&["--open-account", "1"], 2, "write 12 digits"),
        (&["--token-lifetime", "12"], 2, "such as 90s, 15m or 12h"),
        (&["--host", "http://sandbox.example"], 2, "write the host alone"),
        (&["--host", "sandbox.example:4650"], 2, "write the host alone"),
        (&["--host", "*.example"], 2, "write a name such as sandbox.example"),
        (&["--host", ""], 2, "write a name such as sandbox.example"),
        (&["--host", "me:hunter2@sandbox.example"], 2, "write a name such as sandbox.example"),
        (&["--proxy-endpoint", "https://{acount}.test"], 2, "write only {account}, {region} and {port}"),
    ] {
        let output = run(arguments);
        let stderr = text(&output.stderr);
        assert_eq!((output.status.code(), &*text(&output.stdout)), (Some(code), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(part) && stderr.ends_with('\n'), "{arguments:?}: {stderr}");
        let leaks = Search::new(["hunter2"]).text("stderr", &output.stderr);
        assert_eq!(leaks, Vec::<String>::new(), "{arguments:?}");
    }
}

#[test]
fn the_help_has_examples() {
    let output = run(&["--help"]);
    let help = text(&output.stdout);
    assert!(output.status.success(), "{help}");
    for part in ["Examples:", "terraform apply", "--registry http://", "HTTPS_PROXY=", "/_sandbox/faults"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}
