//! The log that the provider writes to stderr.

use std::{collections::BTreeSet, fs};

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::Key;
use serde_json::{Map, Value as Json};
use terraform_plugin_testing::{Config, Terraform, Value as Rmpv};
use test_support::search::Search;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    aws::{refusal, sandbox_with},
    session::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, Session, TOKEN, terraform},
};

/// The maximum length of a line, in bytes. Terraform would split a longer line.
const MAX_LINE: usize = 64 * 1024;

/// The output of a process from its start to its end.
#[derive(Debug)]
struct Written {
    /// The URL of the sandbox.
    endpoint: String,
    /// The secrets that the sandbox has sent.
    sent: Vec<String>,
    stderr: Vec<String>,
    stdout: Vec<String>,
}

/// Runs a provider that opens a token, then fails to open a token, and then gets invalid bytes. `change` modifies a provider block with
/// static credentials. Returns the output of the provider.
async fn life(terraform: Terraform, change: impl FnOnce(Config) -> Config) -> Written {
    let sandbox = sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY).of_session(SESSION_TOKEN)]).await;
    let session = Session::start(terraform).await;
    session.configure(change(session.provider_for(&sandbox).set("token", SESSION_TOKEN))).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    session.close(TOKEN, opened.private.as_deref()).await.expect("an answer");
    sandbox.fault(refusal());
    session.open_with(session.token_config().set("region", "eu-west-1")).await;
    session.open_type(TOKEN, vec![0xc1]).await;

    let (stderr, stdout) = (session.process().stderr().clone(), session.process().stdout().clone());
    session.plugin().shutdown().await.expect("it ends");
    Written { endpoint: sandbox.url(), sent: sandbox.secrets(), stderr: stderr.all(), stdout: stdout.all() }
}

async fn stderr(terraform: Terraform) -> Vec<String> {
    life(terraform, |config| config).await.stderr
}

/// Returns the levels of all log lines.
async fn levels(environment: &[(&str, &str)]) -> BTreeSet<String> {
    let terraform = environment.iter().fold(terraform(), |terraform, (name, value)| terraform.env(name, value));
    let lines = stderr(terraform).await;
    lines.iter().map(|line| text(&parse(line), "@level").to_owned()).collect()
}

fn parse(line: &str) -> Map<String, Json> {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON object ({error}): {line}"))
}

/// Returns a field that must be a string. Terraform panics if the field has another type.
fn text<'line>(line: &'line Map<String, Json>, field: &str) -> &'line str {
    line.get(field).and_then(Json::as_str).unwrap_or_else(|| panic!("no string {field} in {line:?}"))
}

/// Returns whether the text has the format `2006-01-02T15:04:05.000000Z`. With a different number of digits, Terraform handles the line as
/// plain text.
fn is_timestamp(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000000Z"
}

#[tokio::test]
async fn every_line_has_the_log_format_of_terraform() {
    let lines = stderr(terraform().env("TF_LOG", "TRACE")).await;
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(line.len() <= MAX_LINE, "{} bytes", line.len());
        let line = parse(line);
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text(&line, "@level")), "{line:?}");
        assert!(is_timestamp(text(&line, "@timestamp")), "{line:?}");
        text(&line, "@message");
        text(&line, "@module");
    }
}

/// Returns a provider that logs at the most detailed level.
fn verbose() -> Terraform {
    terraform().env("TF_LOG", "TRACE").env("RUST_LOG", "trace")
}

fn without_credentials(config: Config) -> Config {
    ["access_key", "secret_key", "token"].into_iter().fold(config, |config, name| config.set(name, Rmpv::Nil))
}

/// Tests keys from the provider block, from the environment and from a file.
#[tokio::test]
async fn secrets_and_access_key_ids_are_never_logged() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let keys = format!("aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n");
    let profile = format!("[default]\n{keys}aws_session_token = {SESSION_TOKEN}\n");
    fs::write(file.path(), profile).expect("the file takes it");
    let path = Rmpv::from(file.path().to_str().expect("a path"));
    let from_file = |config| without_credentials(config).set("shared_credentials_files", Rmpv::Array(vec![path]));
    let of_file = life(verbose(), from_file).await;
    let from_environment = life(with_keys(verbose()), without_credentials).await;
    for written in [life(verbose(), |config| config).await, from_environment, of_file] {
        let text = [written.stderr.as_slice(), &written.stdout].concat().join("\n");
        assert!(written.stderr.len() > 10, "the log has lines to search: {text}");
        assert!(written.sent.len() > 2, "a token and more were sent: {}", written.sent.len());
        let of_keys = [ACCESS_KEY, SECRET_KEY, SESSION_TOKEN].into_iter();
        let search = Search::new(of_keys.chain(written.sent.iter().map(String::as_str)));
        assert_eq!(search.text("the log", text.as_bytes()), Vec::<String>::new(), "{text}");
        let planted = format!("{text}\n{}", BASE64_STANDARD.encode(format!("AWS:{}", &SECRET_KEY[20..])));
        assert_eq!(search.text("the log", planted.as_bytes()).len(), 1, "the search finds half of a key");
    }
}

/// Adds credentials to the environment.
fn with_keys(terraform: Terraform) -> Terraform {
    let keys = [("ACCESS_KEY_ID", ACCESS_KEY), ("SECRET_ACCESS_KEY", SECRET_KEY), ("SESSION_TOKEN", SESSION_TOKEN)];
    keys.into_iter().fold(terraform, |terraform, (name, value)| terraform.env(format!("AWS_{name}"), value))
}

/// Returns the lines with this message.
fn saying<'lines>(lines: &'lines [Map<String, Json>], message: &str) -> Vec<&'lines Map<String, Json>> {
    lines.iter().filter(|line| text(line, "@message") == message).collect()
}

#[tokio::test]
async fn the_source_of_the_credentials_and_each_call_are_logged_at_info() {
    let terraform = || terraform().env("TF_LOG", "INFO");
    let block = life(terraform(), |config| config).await;
    let environment = life(with_keys(terraform()), without_credentials).await;
    for (written, source) in
        [(block, "the arguments `access_key` and `secret_key`"), (environment, "environment variables")]
    {
        let lines: Vec<_> = written.stderr.iter().map(|line| parse(line)).collect();
        let found = saying(&lines, "found AWS credentials");
        assert_eq!(
            found.iter().map(|line| text(line, "from")).collect::<Vec<_>>(),
            [source],
            "one log line for all blocks"
        );
        // Two calls are logged, one for each token. The second call is refused.
        let asked = saying(&lines, "asking AWS");
        assert_eq!(asked.iter().map(|line| text(line, "region")).collect::<Vec<_>>(), ["us-east-1", "eu-west-1"]);
        for line in asked {
            assert_eq!(text(line, "action"), "ecr:GetAuthorizationToken");
            assert_eq!(text(line, "endpoint"), written.endpoint);
            assert_eq!(text(line, "set_by"), "the argument `endpoints`");
        }
    }
}

#[tokio::test]
async fn libraries_do_not_log_on_success() {
    let ours = ["aws_base", "ecr_token", "terraform_plugin", "terraform_provider_ecr"];
    let lines = stderr(verbose()).await;
    let modules: BTreeSet<_> = lines.iter().map(|line| text(&parse(line), "@module").to_owned()).collect();
    let heard = |name: &str| modules.iter().any(|module| module.split("::").next() == Some(name));
    assert!(heard("aws_base") && heard("terraform_plugin"), "{modules:?}");
    assert!(modules.iter().all(|module| ours.contains(&module.split("::").next().unwrap_or_default())), "{modules:?}");
}

/// Tests the variables of Terraform that set the level. `TF_LOG_PROVIDER_ECR` takes precedence over `TF_LOG_PROVIDER`, and both
/// take precedence over `TF_LOG`. RUST_LOG alone has no effect.
#[tokio::test]
async fn a_level_is_the_minimum_level_of_logged_lines() {
    let every = &["trace", "debug", "info", "warn", "error"][..];
    let (all, of_providers, of_this) = ("TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_ECR");
    for (variables, written, silent) in [
        (&[][..], &[][..], every),
        (&[("RUST_LOG", "trace")], &[], every),
        (&[(all, "off")], &[], every),
        (&[(all, "DEBUG")], &["debug"], &["trace"]),
        (&[(all, "WARN")], &[], &["trace", "debug", "info"]),
        // `JSON` is an output format of Terraform. It implies the level TRACE.
        (&[(all, "JSON")], &["debug"], &[]),
        (&[(all, "TRACE"), (of_providers, "OFF")], &[], every),
        (&[(all, "OFF"), (of_providers, "TRACE")], &["debug"], &[]),
        (&[(all, "TRACE"), (of_providers, "TRACE"), (of_this, "OFF")], &[], every),
        (&[(all, "TRACE"), (of_providers, "OFF"), (of_this, "DEBUG")], &["debug"], &["trace"]),
    ] {
        let levels = levels(variables).await;
        assert!(written.iter().all(|level| levels.contains(*level)), "{variables:?}: {levels:?}");
        assert!(silent.iter().all(|level| !levels.contains(*level)), "{variables:?}: {levels:?}");
    }
}

/// The response comes from a gateway that repeats the request. The signature must stay secret, because anyone with the signature can send
/// the request again.
#[tokio::test]
async fn a_signature_repeated_in_a_response_is_hidden() {
    let gateway = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", gateway.local_addr().expect("an address"));
    let reflected = tokio::spawn(async move {
        let (mut connection, _) = gateway.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.expect("a request"));
        }
        let head = String::from_utf8(head).expect("text");
        let (_, rest) = head.split_once("Signature=").expect("it is signed");
        let signature: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        let body = format!(r#"{{"__type": "AccessDeniedException", "message": "not for {signature}"}}"#);
        let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\nconnection: close";
        let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        connection.write_all(answer.as_bytes()).await.expect("sent");
        signature
    });
    let session = Session::start(terraform().env("TF_LOG_PROVIDER", "TRACE")).await;
    let keys = session.schemas().provider_config().set("access_key", ACCESS_KEY).set("secret_key", SECRET_KEY);
    session.configure(keys.set("region", "us-east-1").block("endpoints", |block| block.set("ecr", url))).await;
    let opened = session.open().await;
    let signature = reflected.await.expect("no panic");
    let [error] = opened.diagnostics.as_slice() else { panic!("one error expected: {opened:?}") };
    assert!(error.detail.contains("not for (hidden)"), "{error}");
    session.process().assert_hides(&[&signature]);
}
