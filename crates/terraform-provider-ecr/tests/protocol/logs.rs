//! What the provider writes to stderr.

use std::{collections::BTreeSet, fs};

use ecr_sandbox::Key;
use serde_json::{Map, Value as Json};
use terraform_plugin_testing::{Config, Terraform, Value as Rmpv};

use crate::{
    aws::{refusal, sandbox_with},
    session::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, Session, TOKEN, attribute, terraform},
};

/// Longer lines reach Terraform in pieces.
const LONGEST_LINE: usize = 64 * 1024;

/// What stands on one of the output streams in the end.
#[derive(Debug)]
struct Written {
    /// The token's attributes that are not to stand there.
    secrets: Vec<String>,
    stderr: Vec<String>,
    stdout: Vec<String>,
}

/// A life with a token, a failure and some nonsense, `change` made to a configuration with static credentials.
async fn life(terraform: Terraform, change: impl FnOnce(Config) -> Config) -> Written {
    let sandbox = sandbox_with(vec![Key::new(ACCESS_KEY, SECRET_KEY).of_session(SESSION_TOKEN)]).await;
    let session = Session::start(terraform).await;
    session.configure(change(session.provider_for(&sandbox).set("token", SESSION_TOKEN))).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    let secret = |name| attribute(&opened.object(), name).as_str().expect("a string").to_owned();
    let secrets = ["authorization_token", "password"].map(secret).to_vec();
    session.close(TOKEN, opened.private.as_deref()).await.expect("an answer");
    sandbox.fault(refusal());
    session.open_with(session.token_config().set("region", "eu-west-1")).await;
    session.open_type(TOKEN, vec![0xc1]).await;

    let (stderr, stdout) = (session.process().stderr().clone(), session.process().stdout().clone());
    session.plugin().shutdown().await.expect("it ends");
    Written { secrets, stderr: stderr.all(), stdout: stdout.all() }
}

async fn stderr(terraform: Terraform) -> Vec<String> {
    life(terraform, |config| config).await.stderr
}

/// The levels at which something was logged.
async fn levels(environment: &[(&str, &str)]) -> BTreeSet<String> {
    let terraform = environment.iter().fold(terraform(), |terraform, (name, value)| terraform.env(name, value));
    let lines = stderr(terraform).await;
    lines.iter().map(|line| text(&parse(line), "@level").to_owned()).collect()
}

fn parse(line: &str) -> Map<String, Json> {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON object ({error}): {line}"))
}

/// A field that must be a string: another type makes Terraform panic.
fn text<'line>(line: &'line Map<String, Json>, field: &str) -> &'line str {
    line.get(field).and_then(Json::as_str).unwrap_or_else(|| panic!("no string {field} in {line:?}"))
}

/// `2006-01-02T15:04:05.000000Z`: with any other number of digits Terraform takes the line for plain text.
fn is_timestamp(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000000Z"
}

#[tokio::test]
async fn every_line_is_one_that_terraform_understands() {
    let lines = stderr(terraform().env("TF_LOG", "TRACE")).await;
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(line.len() <= LONGEST_LINE, "{} bytes", line.len());
        let line = parse(line);
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text(&line, "@level")), "{line:?}");
        assert!(is_timestamp(text(&line, "@timestamp")), "{line:?}");
        text(&line, "@message");
        text(&line, "@module");
    }
}

/// As talkative as it gets.
fn verbose() -> Terraform {
    terraform().env("TF_LOG", "TRACE").env("RUST_LOG", "trace")
}

fn without_credentials(config: Config) -> Config {
    ["access_key", "secret_key", "token"].into_iter().fold(config, |config, name| config.set(name, Rmpv::Nil))
}

fn assert_no_secret(written: &Written) {
    let text = [written.stderr.as_slice(), &written.stdout].concat().join("\n");
    assert!(written.stderr.len() > 10, "there is something to look at: {text}");
    for secret in written.secrets.iter().map(String::as_str).chain([SECRET_KEY, SESSION_TOKEN]) {
        assert!(!text.contains(&secret[..20]), "{} is logged", &secret[..20]);
    }
}

#[tokio::test]
async fn no_secret_of_the_configuration_is_ever_written() {
    assert_no_secret(&life(verbose(), |config| config).await);
}

#[tokio::test]
async fn no_secret_of_the_environment_is_ever_written() {
    let terraform = verbose().env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    assert_no_secret(&life(terraform.env("AWS_SESSION_TOKEN", SESSION_TOKEN), without_credentials).await);
}

#[tokio::test]
async fn no_secret_of_a_file_is_ever_written() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let keys = format!("aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n");
    let profile = format!("[default]\n{keys}aws_session_token = {SESSION_TOKEN}\n");
    fs::write(file.path(), profile).expect("the file takes it");
    let path = Rmpv::from(file.path().to_str().expect("a path"));
    let from_file = |config| without_credentials(config).set("shared_credentials_files", Rmpv::Array(vec![path]));
    assert_no_secret(&life(verbose(), from_file).await);
}

#[tokio::test]
async fn nothing_is_written_unless_asked_for() {
    assert_eq!(stderr(terraform()).await, [""; 0]);
}

#[tokio::test]
async fn rust_log_is_not_for_terraform_users() {
    assert_eq!(stderr(terraform().env("RUST_LOG", "trace")).await, [""; 0]);
}

#[tokio::test]
async fn tf_log_provider_beats_tf_log() {
    assert_eq!(levels(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF")]).await, BTreeSet::new());
    assert_ne!(levels(&[("TF_LOG", "OFF"), ("TF_LOG_PROVIDER", "TRACE")]).await, BTreeSet::new());
}

#[tokio::test]
async fn tf_log_provider_ecr_beats_both() {
    let off = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "TRACE"), ("TF_LOG_PROVIDER_ECR", "OFF")];
    assert_eq!(levels(&off).await, BTreeSet::new());
    let debug = [("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF"), ("TF_LOG_PROVIDER_ECR", "DEBUG")];
    let levels = levels(&debug).await;
    assert!(levels.contains("debug") && !levels.contains("trace"), "{levels:?}");
}

#[tokio::test]
async fn a_level_is_the_least_that_is_written() {
    for (level, silent) in [("DEBUG", ["trace"].as_slice()), ("WARN", &["trace", "debug", "info"]), ("off", &[])] {
        let levels = levels(&[("TF_LOG", level)]).await;
        assert!(silent.iter().all(|silent| !levels.contains(*silent)), "{level}: {levels:?}");
        assert!(level != "off" || levels.is_empty(), "{levels:?}");
    }
}

#[tokio::test]
async fn json_is_a_format_of_terraform_and_means_trace() {
    assert!(levels(&[("TF_LOG", "JSON")]).await.contains("debug"));
}
