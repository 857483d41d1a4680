//! Real requests of the real SDK to a server on loopback.

use std::time::{Duration, Instant};

use ecr_sandbox::{Effect, Fault, Sandbox};
use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::{Failure, Malformed, Origin, Secret};
use aws::{answering, json, on_token, sandbox, signers, summaries, token};

mod aws;
mod network;
mod registries;
mod roles;

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

async fn token_of(aws: &Sandbox) -> Result<Token, Arc<Error>> {
    client(settings(&aws.url()), &[]).authorization_token(None).await
}

async fn failure(effect: Effect) -> (Arc<Error>, usize) {
    let aws = answering(effect).await;
    let error = token_of(&aws).await.expect_err("no token");
    (error, aws.call_count())
}

#[tokio::test]
async fn a_token_is_asked_for_and_decoded() {
    let aws = answering(token("AWS:eyJ0")).await;
    let token = token_of(&aws).await.expect("a token");
    assert_eq!((token.user_name(), token.password().expose(), token.region()), ("AWS", "eyJ0", "eu-west-1"));
    let target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
    assert_eq!(aws.calls()[0].header("x-amz-target"), Some(target));
    assert_eq!(summaries(&aws), ["GetAuthorizationToken by AKIDEXAMPLE in eu-west-1/ecr"]);
}

#[tokio::test]
async fn equal_questions_are_one_call_and_others_are_not() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let answers = join_all((0..50).map(|_| client.authorization_token(None))).await;
    assert!(answers.iter().all(Result::is_ok));
    client.authorization_token(Some("eu-west-1")).await.expect("a token");
    assert_eq!(aws.call_count(), 1);
    client.authorization_token(Some("eu-west-2")).await.expect("a token");
    let call = |region| format!("GetAuthorizationToken by AKIDEXAMPLE in {region}/ecr");
    assert_eq!(summaries(&aws), ["eu-west-1", "eu-west-2"].map(call));
}

#[tokio::test]
async fn a_failed_call_is_not_kept() {
    let aws = answering(Effect::refuse(400, "AccessDeniedException", "no")).await;
    let client = client(settings(&aws.url()), &[]);
    client.authorization_token(None).await.expect_err("denied");
    aws.clear_faults();
    client.authorization_token(None).await.expect("a token");
}

#[tokio::test]
async fn what_aws_says_is_told() {
    let refusal = Effect::refuse(400, "com.amazon#AccessDeniedException", "User x is not authorized");
    let aws = answering(refusal).await;
    let error = token_of(&aws).await.expect_err("refused");
    let Error::Refused { asked, refusal } = &*error else { panic!("{error}") };
    assert_eq!((asked.action, asked.region.as_str()), ("ecr:GetAuthorizationToken", "eu-west-1"));
    assert!(asked.endpoint.as_deref().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{asked}");
    assert_eq!((refusal.status, refusal.code.as_deref()), (400, Some("AccessDeniedException")));
    assert_eq!(refusal.message.as_deref(), Some("User x is not authorized"));
    let requests = aws.requests();
    assert!(refusal.request_id.is_some(), "{refusal:?}");
    assert_eq!((&refusal.request_id, requests.len()), (&requests[0].request_id, 1));
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

#[tokio::test]
async fn an_answer_that_is_not_awss_has_no_code() {
    let (error, _) = failure(Effect::answer(403, "text/html", "<html><body>Blocked by policy</body></html>")).await;
    let Error::Refused { refusal, .. } = &*error else { panic!("{error}") };
    assert_eq!((refusal.status, refusal.code.as_deref()), (403, None));
}

#[tokio::test]
async fn an_answer_without_a_token_is_told_apart() {
    for (body, expected) in [
        (json!({}), Malformed::NoAuthorizationData),
        (json!({"authorizationData": []}), Malformed::NoAuthorizationData),
        (json!({"authorizationData": [{"expiresAt": 1, "proxyEndpoint": "x"}]}), Malformed::NoAuthorizationToken),
        (
            json!({"authorizationData": [{"authorizationToken": "%", "expiresAt": 1, "proxyEndpoint": "x"}]}),
            Malformed::NotBase64,
        ),
    ] {
        let (error, calls) = failure(json(200, &body)).await;
        let Error::Malformed { problem, .. } = &*error else { panic!("{body}: {error}") };
        assert_eq!((*problem, calls), (expected, 1), "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_an_error() {
    for body in ["", "not json", "{\"authorizationData\": [", "[]"] {
        let (error, _) = failure(Effect::answer(200, "application/x-amz-json-1.1", body)).await;
        assert!(matches!(*error, Error::Malformed { .. } | Error::Refused { .. }), "{body:?}: {error:?}");
    }
}

#[tokio::test]
async fn throttling_and_failures_of_aws_are_tried_again() {
    for effect in [Effect::refuse(400, "ThrottlingException", "Rate exceeded"), json(503, &json!({}))] {
        let aws = sandbox().await;
        aws.fault(on_token(effect).times(1));
        token_of(&aws).await.expect("a token in the end");
        assert_eq!(aws.call_count(), 2);
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_within_seconds() {
    let start = Instant::now();
    let error = client(settings(NOBODY), &[]).authorization_token(None).await.expect_err("nobody there");
    let Error::Unreachable { asked, failure, .. } = &*error else { panic!("{error:?}") };
    assert_eq!((*failure, asked.endpoint.as_deref()), (Failure::Refused, Some(NOBODY)));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_host_without_address_is_told_apart() {
    let error = client(settings("http://nowhere.invalid"), &[]).authorization_token(None).await.expect_err("no host");
    assert!(matches!(*error, Error::Unreachable { failure: Failure::Dns, .. }), "{error:?}");
}

#[tokio::test]
async fn bad_settings_are_found_without_a_call() {
    let aws = sandbox().await;
    let prepared = async |change: fn(&mut Settings)| {
        let mut settings = settings(&aws.url());
        change(&mut settings);
        client(settings, &[]).prepare().await.expect_err("bad settings")
    };
    assert!(matches!(*prepared(|s| s.profile = Some("none".into())).await, Error::NoProfile { .. }));
    assert!(matches!(*prepared(|s| s.region = Some("narnia-1".into())).await, Error::UnknownRegion { .. }));
    assert!(matches!(*prepared(|s| s.secret_key = None).await, Error::IncompleteKeys { .. }));
    let error = prepared(|s| s.endpoints.ecr = Some("127.0.0.1:1".into())).await;
    assert!(matches!(*error, Error::Endpoint { origin: Origin::Argument("endpoints"), .. }));
    assert_eq!(aws.call_count(), 0);
}

#[tokio::test]
async fn the_region_may_be_named_by_the_caller_alone() {
    let aws = sandbox().await;
    let client = client(Settings { region: None, ..settings(&aws.url()) }, &[]);
    assert!(matches!(*client.authorization_token(None).await.expect_err("no Region"), Error::NoRegion));
    client.authorization_token(Some("eu-west-1")).await.expect("a token");
    assert_eq!(summaries(&aws), ["GetAuthorizationToken by AKIDEXAMPLE in eu-west-1/ecr"]);
}

fn without_keys(endpoint: &str) -> Settings {
    Settings { access_key: None, secret_key: None, ..settings(endpoint) }
}

#[tokio::test]
async fn a_web_identity_assumes_its_role_at_the_configured_sts() {
    let aws = sandbox().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("token");
    std::fs::write(&file, "identity-token\n").expect("written");
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().expect("UTF-8")),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy"),
    ];
    client(without_keys(&aws.url()), &variables).authorization_token(None).await.expect("a token");
    assert_eq!(
        summaries(&aws),
        [
            "AssumeRoleWithWebIdentity of arn:aws:iam::123456789012:role/deploy by nobody",
            "GetAuthorizationToken by role deploy in eu-west-1/ecr",
        ]
    );
    let token = aws.calls()[0].field("WebIdentityToken");
    assert_eq!(token.as_deref(), Some("identity-token"), "the newline is not part of it");

    let half = client(without_keys(&aws.url()), &variables[..1]).authorization_token(None).await.expect_err("no role");
    let Error::InvalidSetting { origin, problem } = &*half else { panic!("{half:?}") };
    assert!(
        *origin == Origin::Variable("AWS_WEB_IDENTITY_TOKEN_FILE") && problem.contains("AWS_ROLE_ARN"),
        "{problem}"
    );
}

#[tokio::test]
async fn what_sts_says_is_told() {
    let aws = sandbox().await;
    let refusal = Effect::refuse(403, "AccessDenied", "Not authorized to perform");
    aws.fault(Fault::of("AssumeRoleWithWebIdentity", refusal));
    let variables = [("AWS_WEB_IDENTITY_TOKEN_FILE", TOKEN_FILE), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")];
    let error = client(without_keys(&aws.url()), &variables).authorization_token(None).await.expect_err("denied");
    let Error::Role { role, source, .. } = &*error else { panic!("{error:?}") };
    let Error::Refused { asked, refusal } = &**source else { panic!("{source:?}") };
    assert_eq!((role.as_str(), asked.action), ("arn:aws:iam::123456789012:role/x", "sts:AssumeRoleWithWebIdentity"));
    assert_eq!((refusal.status, refusal.code.as_deref()), (403, Some("AccessDenied")));
}

#[tokio::test]
async fn a_profile_gives_keys_or_a_role() {
    let aws = sandbox().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("config");
    let files = "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = sekrit\n\
                 [profile role]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n";
    std::fs::write(&file, files).expect("written");
    let settings = |profile: &str| Settings {
        profile: Some(profile.into()),
        shared_config_files: vec![file.clone()],
        ..without_keys(&aws.url())
    };
    client(settings("base"), &[]).authorization_token(None).await.expect("a token");
    client(settings("role"), &[]).authorization_token(None).await.expect("a token");
    assert_eq!(signers(&aws), ["AKIDBASE", "AKIDBASE", "role deploy"]);
    assert_eq!(aws.requests()[1].action, "AssumeRole");
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
async fn the_order_of_sources_is_the_references() {
    let aws = sandbox().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("config");
    let keys = |name: &str| format!("aws_access_key_id = AKID{name}\naws_secret_access_key = sekrit\n");
    std::fs::write(&file, format!("[default]\n{}[profile p]\n{}", keys("DEFAULT"), keys("P"))).expect("written");
    let environment = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "sekrit")];
    let identity = [("AWS_WEB_IDENTITY_TOKEN_FILE", TOKEN_FILE), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/x")];
    let (profile, none) = ([("AWS_PROFILE", "p")], []);

    for (argument, variables, expected) in [
        (Some("p"), [&environment[..], &identity].concat(), "AKIDP"),
        (None, [&environment[..], &identity, &profile].concat(), "AKIDENV"),
        (None, [&identity[..], &none].concat(), "role x"),
        (None, [&identity[..], &profile].concat(), "role x"),
        (None, profile.to_vec(), "AKIDP"),
        (None, none.to_vec(), "AKIDDEFAULT"),
    ] {
        let settings = Settings {
            profile: argument.map(ToOwned::to_owned),
            shared_config_files: vec![file.clone()],
            ..without_keys(&aws.url())
        };
        client(settings, &variables).authorization_token(None).await.expect("a token");
        assert_eq!(signers(&aws).pop().as_deref(), Some(expected), "{argument:?} {variables:?}");
    }
}
