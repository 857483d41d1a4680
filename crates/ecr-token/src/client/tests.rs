//! Real requests of the real SDK to a server on loopback.

use ecr_sandbox::{Effect, Fault, Key, Options, Sandbox};
use futures_util::future::join_all;

use super::*;
use crate::Secret;

mod registries;

/// What a token is made of does not matter to the sandbox.
const TOKEN_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// Where nobody listens.
const NOBODY: &str = "http://127.0.0.1:1";

fn settings(endpoint: &str) -> Settings {
    let mut settings = Settings {
        access_key: Some("AKIDEXAMPLE".into()),
        secret_key: Some(Secret::from("sekrit")),
        region: Some("eu-west-1".into()),
        shared_config_files: vec!["/nonexistent/config".into()],
        shared_credentials_files: vec!["/nonexistent/credentials".into()],
        ..Settings::default()
    };
    settings.endpoints.ecr = Some(endpoint.to_owned());
    settings.endpoints.sts = Some(endpoint.to_owned());
    settings
}

/// A client that does not see the environment of the tests.
fn client(settings: Settings, variables: &[(&str, &str)]) -> Client {
    Client::within(settings, Env::from_slice(variables))
}

/// A sandbox that knows the key of these tests.
async fn sandbox() -> Sandbox {
    let mut options = Options::default();
    options.keys = vec![Key::new("AKIDEXAMPLE", "sekrit")];
    Sandbox::start(options).await.expect("a sandbox")
}

async fn token_of(aws: &Sandbox) -> Result<Token, Arc<Error>> {
    client(settings(&aws.url()), &[]).authorization_token(None).await
}

async fn failure(effect: Effect) -> (Arc<Error>, usize) {
    let aws = sandbox().await;
    aws.fault(Fault::of("GetAuthorizationToken", effect));
    let error = token_of(&aws).await.expect_err("no token");
    (error, aws.call_count())
}

#[tokio::test]
async fn a_code_with_a_namespace_is_found() {
    let (error, _) = failure(Effect::refuse(400, "com.amazon#AccessDeniedException", "no")).await;
    let Error::Refused { refusal, .. } = &*error else { panic!("{error}") };
    assert_eq!((refusal.status, refusal.code.as_deref()), (400, Some("AccessDeniedException")));
}

#[tokio::test]
async fn a_code_in_xml_is_found() {
    let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error>\
                <RequestId>id-2</RequestId></ErrorResponse>";
    let (error, _) = failure(Effect::answer(403, "text/html", body)).await;
    let Error::Refused { refusal, .. } = &*error else { panic!("{error}") };
    assert_eq!((refusal.status, refusal.code.as_deref()), (403, Some("SignatureDoesNotMatch")));
    assert_eq!((refusal.message.as_deref(), refusal.request_id.as_deref()), (Some("No."), Some("id-2")));
}

fn without_keys(endpoint: &str) -> Settings {
    Settings { access_key: None, secret_key: None, ..settings(endpoint) }
}

#[tokio::test]
async fn a_role_is_assumed_once_for_all_regions() {
    let aws = sandbox().await;
    let variables = [("AWS_WEB_IDENTITY_TOKEN_FILE", TOKEN_FILE), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")];
    let client = client(without_keys(&aws.url()), &variables);
    let regions = ["eu-west-1", "eu-west-2", "eu-west-3"];
    let answers = join_all(regions.map(|region| client.authorization_token(Some(region)))).await;
    assert!(answers.iter().all(Result::is_ok));
    let roles = aws.requests().iter().filter(|request| request.action.contains("AssumeRole")).count();
    assert_eq!((roles, aws.call_count()), (1, 4));
}

#[tokio::test]
async fn requests_say_who_makes_them() {
    let aws = sandbox().await;
    let settings = Settings { user_agent: vec!["product/1.0 (comment)".into()], ..settings(&aws.url()) };
    client(settings, &[("TF_APPEND_USER_AGENT", "ci/2")]).authorization_token(None).await.expect("a token");
    let call = aws.calls().remove(0);
    let seen = call.header("user-agent").expect("text");
    assert!(seen.starts_with("aws-sdk-rust/") && seen.ends_with(" product/1.0 (comment) ci/2"), "{seen}");
}

#[tokio::test]
async fn debug_of_a_client_shows_no_secret() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("config");
    let keys = "aws_access_key_id = AKID\naws_secret_access_key = hunter2\naws_session_token = hunter3\n";
    std::fs::write(&config, format!("[default]\n{keys}")).expect("written");
    let settings = Settings {
        secret_key: Some("hunter4".into()),
        shared_config_files: vec![config],
        https_proxy: Some("http://me:hunter5@proxy".into()),
        ..settings(NOBODY)
    };
    let client = client(settings, &[("AWS_SECRET_ACCESS_KEY", "hunter6")]);
    client.prepare().await.expect("prepared");
    let shown = format!("{client:?}");
    assert!(!shown.contains("hunter") && shown.contains("AKIDEXAMPLE"), "{shown}");
}
