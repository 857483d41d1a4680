//! Tests that inspect requests or send several requests with one client. The table of configurations (`tests/table` in
//! terraform-provider-ecr) covers all other cases.

use std::{collections::BTreeMap, num::NonZeroU32};

use ecr_sandbox::{Effect, Fault, Key, Options, Sandbox};
use futures_util::future::join_all;

use aws_base::{
    Arn, AssumeRole, EndpointUrl, Environment, Error as AwsError, Policy, ProxySetting, ProxyUrl, Settings, StaticKeys,
};

use super::*;

/// The URL of a port on which no server listens.
const UNREACHABLE: &str = "http://127.0.0.1:1";

async fn sandbox() -> Sandbox {
    let mut options = Options::default();
    options.keys = vec![Key::new("AKIDEXAMPLE", "sekrit")];
    Sandbox::start(options).await.expect("a sandbox")
}

fn url(url: &str) -> EndpointUrl {
    EndpointUrl::parse(url).expect("a URL")
}

fn settings(endpoint: &str) -> Settings {
    Settings {
        static_keys: StaticKeys::parse(Some("AKIDEXAMPLE"), Some("sekrit"), None).expect("keys"),
        region: Some(region("eu-west-1")),
        shared_config_files: vec!["/nonexistent/config".into()],
        shared_credentials_files: vec!["/nonexistent/credentials".into()],
        endpoints: [Service::Ecr, Service::Sts].map(|service| (service, url(endpoint))).into(),
        ..Settings::default()
    }
}

fn proxy(url: &str) -> Option<ProxySetting> {
    Some(ProxySetting::Proxy(ProxyUrl::parse(url).expect("a proxy")))
}

fn region(name: &str) -> Region {
    Region::parse(name).expect("a Region")
}

fn of_region(name: &str) -> Request {
    Request { region: Some(region(name)), ..Request::default() }
}

/// Returns a client that reads only these environment variables.
fn client(settings: Settings, variables: &[(&str, &str)]) -> Client {
    Client::new(Session::new(settings, Environment::from_variables(variables)))
}

#[tokio::test]
async fn a_role_is_assumed_once_for_all_regions() {
    let aws = sandbox().await;
    let client = client(Settings { assume_role: vec![role("x")], ..settings(&aws.url()) }, &[]);
    let regions = ["eu-west-1", "eu-west-2", "eu-west-3"];
    let answers = join_all(regions.map(|region| client.token(of_region(region)))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(aws.call_count(), 1 + regions.len());
    assert_eq!(aws.calls()[0].field("RoleSessionName").as_deref(), Some("terraform-provider-ecr"));
}

fn role(name: &str) -> AssumeRole {
    AssumeRole::new(Arn::parse(&format!("arn:aws:iam::123456789012:role/{name}")).expect("an ARN"))
}

/// Returns the names of the assumed roles, in alphabetical order.
fn assumed(aws: &Sandbox) -> Vec<String> {
    let arns = aws.calls().into_iter().filter_map(|call| call.field("RoleArn"));
    let mut names: Vec<_> = arns.filter_map(|arn| Some(arn.rsplit('/').next()?.to_owned())).collect();
    names.sort();
    names
}

/// Checks that chains of roles with the same first role share the session of this role.
#[tokio::test]
async fn each_role_is_assumed_once_and_concurrently_with_others() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let chains = [vec![role("hub"), role("a")], vec![role("hub"), role("b")], vec![role("c")], Vec::new()];
    let requests = ["eu-west-1", "eu-west-2"]
        .into_iter()
        .flat_map(|region| chains.iter().map(move |roles| Request { roles: roles.clone(), ..of_region(region) }));
    let answers = join_all(requests.map(|request| client.token(request))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(assumed(&aws), ["a", "b", "c", "hub"]);
    assert_eq!(aws.call_count(), 4 + 8);

    aws.hold();
    let requests = ["d", "e"].map(|name| Request { roles: vec![role(name)], ..Request::default() });
    let both = tokio::spawn({
        let client = client.clone();
        async move { join_all(requests.map(|request| client.token(request))).await }
    });
    // The second request arrives while the first request still has no response.
    aws.called(4 + 8 + 2).await;
    aws.release();
    assert!(both.await.expect("no panic").iter().all(Result::is_ok));
}

/// Two roles with the same ARN and different policies have different permissions, so they must not share a token.
#[tokio::test]
async fn roles_with_different_policies_get_different_tokens() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let statement = r#"{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}"#;
    let policy = Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#)).ok();
    let narrowed = Request { roles: vec![AssumeRole { policy, ..role("a") }], ..Request::default() };
    let wide = Request { roles: vec![role("a")], ..Request::default() };
    let narrowed = client.token(narrowed).await.expect("a token");
    assert_ne!(client.token(wide).await.expect("a token").password(), narrowed.password());
}

#[tokio::test]
async fn a_role_is_assumed_again_after_its_session_is_rejected() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let expired = Effect::answer(400, "application/x-amz-json-1.1", r#"{"__type": "ExpiredTokenException"}"#);
    aws.fault(Fault::new("GetAuthorizationToken", expired).times(1));
    let request = || Request { roles: vec![role("hub"), role("a")], ..Request::default() };
    client.token(request()).await.expect_err("refused");
    client.token(request()).await.expect("a token");
    assert_eq!(assumed(&aws), ["a", "a", "hub"]);
}

/// Checks that the client loads credentials again after STS has rejected these credentials.
#[tokio::test]
async fn credentials_are_loaded_again_after_sts_rejects_them() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let request = || Request { roles: vec![role("hub"), role("a")], ..Request::default() };
    let expired = "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>";
    aws.fault(Fault::new("AssumeRole", Effect::answer(403, "text/xml", expired)).after(1).times(1));
    client.token(request()).await.expect_err("refused");
    client.token(request()).await.expect("a token");
    assert_eq!(assumed(&aws), ["a", "a", "hub", "hub"]);
}

#[tokio::test]
async fn an_instance_provides_the_region_in_one_imdsv2_session() {
    let aws = sandbox().await;
    let settings = Settings {
        static_keys: None,
        region: None,
        ec2_metadata_service_endpoint: Some(url(&aws.url())),
        ..settings(&aws.url())
    };
    let client = client(settings, &[]);
    for (request, expected) in [(Request::default(), "us-east-1"), (of_region("eu-west-1"), "eu-west-1")] {
        assert_eq!(client.token(request).await.expect("a token").region().as_str(), expected);
    }
    let (mut metadata, roles) = (aws.calls(), "/latest/meta-data/iam/security-credentials/instance");
    metadata.retain(|call| call.uri.path().starts_with("/latest/meta-data/"));
    assert_eq!(metadata.iter().filter(|call| call.uri.path() == roles).count(), 1);
    // The sandbox does not require the session token of IMDSv2, so the test checks that every request has a session token.
    assert!(metadata.iter().all(|call| call.header("x-aws-ec2-metadata-token").is_some()), "{metadata:?}");
}

/// Uses a `credential_process` program that prints the keys from a file, and counts the runs of the program.
#[cfg(unix)]
#[tokio::test]
async fn only_expired_or_invalid_credentials_are_loaded_again() {
    let mut options = Options::default();
    options.keys = vec![Key::new("AKIDFIRST", "sekrit"), Key::new("AKIDSECOND", "sekrit")];
    let aws = Sandbox::start(options).await.expect("a sandbox");
    for (code, runs, signer) in [
        ("ExpiredTokenException", 2, "AKIDSECOND"),
        ("ExpiredToken", 2, "AKIDSECOND"),
        ("RequestExpired", 2, "AKIDSECOND"),
        ("UnrecognizedClientException", 2, "AKIDSECOND"),
        ("AccessDeniedException", 1, "AKIDFIRST"),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        let [config, keys, count] = ["config", "keys", "count"].map(|name| directory.path().join(name));
        let write_keys = |id: &str| {
            let json = format!(r#"{{"Version":1,"AccessKeyId":"{id}","SecretAccessKey":"sekrit"}}"#);
            std::fs::write(&keys, json).expect("written");
        };
        let command = format!("echo >>'{}'; cat '{}'", count.display(), keys.display());
        std::fs::write(&config, format!("[default]\ncredential_process = {command}\n")).expect("written");
        let settings = Settings { static_keys: None, shared_config_files: vec![config], ..settings(&aws.url()) };
        let client = client(settings, &[]);
        let refusal = Effect::answer(400, "application/x-amz-json-1.1", &format!(r#"{{"__type": "{code}"}}"#));
        aws.fault(Fault::new("GetAuthorizationToken", refusal).times(1));

        write_keys("AKIDFIRST");
        let error = client.token(Request::default()).await.expect_err("refused");
        assert!(matches!(&*error, Error::Aws(error) if matches!(**error, AwsError::Refused { .. })), "{error:?}");
        write_keys("AKIDSECOND");
        client.token(Request::default()).await.expect("a token");
        client.token(of_region("eu-west-2")).await.expect("a token by the same credentials");
        assert_eq!(std::fs::read_to_string(&count).expect("runs").lines().count(), runs, "{code}");
        let last = aws.calls().pop().expect("a call");
        let authorization = last.header("authorization").unwrap_or_default();
        assert!(authorization.contains(&format!("Credential={signer}/")), "{code}: {authorization}");
    }
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_from_the_date_of_aws() {
    let aws = sandbox().await;
    let refusal = Effect::Answer {
        status: 400,
        content_type: "application/x-amz-json-1.1".to_owned(),
        headers: BTreeMap::from([("date".to_owned(), "Fri, 01 Jan 2100 00:00:00 GMT".to_owned())]),
        body: r#"{"__type": "InvalidSignatureException"}"#.to_owned(),
    };
    aws.fault(Fault::new("GetAuthorizationToken", refusal).times(1));
    client(settings(&aws.url()), &[]).token(Request::default()).await.expect_err("the sandbox has another clock");
    let calls = aws.calls();
    let dates: Vec<_> = calls.iter().filter_map(|call| call.header("x-amz-date")).collect();
    assert!(!dates[0].starts_with("2100") && dates[1].starts_with("21000101T0000"), "{dates:?}");
}

#[tokio::test]
async fn a_custom_endpoint_receives_the_account() {
    let aws = sandbox().await;
    let account = AccountId::parse("111122223333").expect("an account");
    let request = Request { account: Some(account), ..Request::default() };
    let client = client(settings(&aws.url()), &[]);
    let own = client.token(Request::default()).await.expect("a token");
    let other = client.token(request.clone()).await.expect("a token");
    assert_ne!(other.registry(), own.registry());
    let again = client.token(request).await.expect("the same");
    assert_eq!(again.password(), other.password());
    let bodies: Vec<_> = aws.calls().iter().map(|call| String::from_utf8_lossy(&call.body).into_owned()).collect();
    assert_eq!(bodies, ["{}", r#"{"registryIds":["111122223333"]}"#]);
}

#[tokio::test]
async fn ecr_public_tokens_are_shared_but_not_with_ecr() {
    let aws = sandbox().await;
    let mut settings = Settings { max_retries: NonZeroU32::new(1), ..settings(UNREACHABLE) };
    settings.endpoints.insert(Service::EcrPublic, url(&aws.url()));
    let client = client(settings, &[]);
    let tokens = join_all((0..3).map(|_| client.public_token(None, Vec::new()))).await;
    assert!(tokens.iter().all(Result::is_ok));
    assert_eq!(aws.call_count(), 1);
    let error = client.token(of_region("us-east-1")).await.expect_err("nobody there");
    assert!(matches!(&*error, Error::Aws(error) if matches!(**error, AwsError::Unreachable { .. })), "{error:?}");
}

#[tokio::test]
async fn debug_of_a_client_hides_secrets() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("config");
    let keys = "aws_access_key_id = AKID\naws_secret_access_key = hunter2\naws_session_token = hunter3\n";
    std::fs::write(&config, format!("[default]\n{keys}")).expect("written");
    let settings = Settings {
        static_keys: StaticKeys::parse(Some("AKIDEXAMPLE"), Some("hunter4"), None).expect("keys"),
        shared_config_files: vec![config],
        https_proxy: proxy("http://me:hunter5@proxy"),
        ..settings(UNREACHABLE)
    };
    let client = client(settings, &[("AWS_SECRET_ACCESS_KEY", "hunter6")]);
    client.session.config().await.expect("a configuration");
    let shown = format!("{client:?}");
    assert!(!shown.contains("hunter") && shown.contains("AKIDEXAMPLE"), "{shown}");
}

#[test]
fn ecr_public_accepts_only_regions_of_its_partition() {
    let asked = |caller: Option<&str>, configured: Option<&str>| {
        public_region(caller.map(region).as_ref(), configured.map(region).as_ref()).map(|region| region.to_string())
    };
    for configured in [None, Some("eu-west-1"), Some("us-east-1"), Some("narnia-1")] {
        assert_eq!(asked(None, configured).expect("a Region"), "us-east-1");
        assert_eq!(asked(Some("us-west-2"), configured).expect("a Region"), "us-west-2");
    }
    for (caller, configured, is_callers) in [
        (None, Some("cn-north-1"), false),
        (None, Some("us-gov-west-1"), false),
        (Some("cn-north-1"), Some("us-east-1"), true),
    ] {
        let error = asked(caller, configured).expect_err("another partition");
        assert!(matches!(error, Error::PublicPartition { of_caller, .. } if of_caller == is_callers), "{error:?}");
    }
}
