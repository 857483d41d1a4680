//! The log that the provider writes to stderr.

use std::collections::BTreeSet;

use ecr_sandbox::Key;
use serde_json::{Map, Value as Json};
use terraform_plugin_testing::{Config, Terraform, Value as Rmpv};

use crate::{
    aws::{refusal, sandbox_with},
    session::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, Session, TOKEN, attribute, terraform},
};

/// Longer lines reach Terraform in pieces.
const LONGEST_LINE: usize = 64 * 1024;

/// The output streams of a process from its start to its end.
#[derive(Debug)]
struct Written {
    /// The attributes of the token that must not be written.
    secrets: Vec<String>,
    /// The URL of the sandbox.
    endpoint: String,
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
    Written { secrets, endpoint: sandbox.url(), stderr: stderr.all(), stdout: stdout.all() }
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

#[tokio::test]
async fn no_secret_of_the_configuration_is_ever_written() {
    let written = life(terraform().env("TF_LOG", "TRACE").env("RUST_LOG", "trace"), |config| config).await;
    let text = [written.stderr.as_slice(), &written.stdout].concat().join("\n");
    assert!(written.stderr.len() > 10, "there is something to look at: {text}");
    for secret in written.secrets.iter().map(String::as_str).chain([SECRET_KEY, SESSION_TOKEN]) {
        assert!(!text.contains(&secret[..20]), "{} is logged", &secret[..20]);
    }
    assert!(!text.contains(ACCESS_KEY), "the id of the access key is logged");
}

/// The lines with this message.
fn saying<'lines>(lines: &'lines [Map<String, Json>], message: &str) -> Vec<&'lines Map<String, Json>> {
    lines.iter().filter(|line| text(line, "@message") == message).collect()
}

#[tokio::test]
async fn the_source_of_the_credentials_and_each_call_are_logged_at_info() {
    let keys = terraform().env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    let of_environment = keys.env("AWS_SESSION_TOKEN", SESSION_TOKEN).env("TF_LOG", "INFO");
    let of_block = terraform().env("TF_LOG", "INFO");
    let block = life(of_block, |config| config).await;
    let environment = life(of_environment, |config| {
        ["access_key", "secret_key", "token"].into_iter().fold(config, |config, name| config.set(name, Rmpv::Nil))
    })
    .await;
    for (written, source) in
        [(block, "the arguments `access_key` and `secret_key`"), (environment, "environment variables")]
    {
        let lines: Vec<_> = written.stderr.iter().map(|line| parse(line)).collect();
        let found = saying(&lines, "found AWS credentials");
        assert_eq!(found.iter().map(|line| text(line, "from")).collect::<Vec<_>>(), [source], "once for all blocks");
        // One for each token: the second is refused.
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
async fn libraries_are_not_heard_as_long_as_all_goes_well() {
    let ours = ["ecr_token", "terraform_plugin", "terraform_provider_ecr"];
    let lines = stderr(terraform().env("TF_LOG", "TRACE").env("RUST_LOG", "trace")).await;
    let modules: BTreeSet<_> = lines.iter().map(|line| text(&parse(line), "@module").to_owned()).collect();
    let heard = |name: &str| modules.iter().any(|module| module.split("::").next() == Some(name));
    assert!(heard("ecr_token") && heard("terraform_plugin"), "{modules:?}");
    assert!(modules.iter().all(|module| ours.contains(&module.split("::").next().unwrap_or_default())), "{modules:?}");
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
