//! The way to AWS: endpoints, proxies, retries, and what is said on it.

use super::*;
use crate::RetryMode;

fn refused(code: &str) -> Effect {
    Effect::refuse(400, code, "no")
}

fn throttled() -> Effect {
    refused("ThrottlingException")
}

/// An answer with one more header.
fn with(name: &str, value: &str, effect: Effect) -> Effect {
    let Effect::Answer { status, content_type, mut headers, body } = effect else { panic!("{effect:?}") };
    headers.insert(name.to_owned(), value.to_owned());
    Effect::Answer { status, content_type, headers, body }
}

#[tokio::test]
async fn as_many_attempts_are_made_as_are_asked_for() {
    let calls = async |attempts: Option<u32>, variables: &[(&str, &str)]| {
        let aws = answering(throttled()).await;
        let settings = Settings { max_retries: attempts, ..settings(&aws.url()) };
        let error = client(settings, variables).authorization_token(None).await.expect_err("throttled");
        assert!(matches!(*error, Error::Refused { .. }), "{error:?}");
        aws.call_count()
    };
    assert_eq!(calls(Some(1), &[]).await, 1);
    assert_eq!(calls(Some(2), &[("AWS_MAX_ATTEMPTS", "1")]).await, 2);
    assert_eq!(calls(None, &[("AWS_MAX_ATTEMPTS", "1")]).await, 1);
}

#[tokio::test]
async fn what_may_go_better_the_next_time_is_tried_again() {
    for effect in [
        throttled(),
        Effect::refuse(500, "ServerException", "later"),
        Effect::answer(503, "text/html", "<html>later</html>"),
        Effect::answer(429, "text/plain", "later"),
    ] {
        let aws = sandbox().await;
        aws.fault(on_token(effect).times(1));
        client(settings(&aws.url()), &[]).authorization_token(None).await.expect("a token");
        assert_eq!(aws.call_count(), 2);
    }
}

#[tokio::test]
async fn what_would_be_the_same_again_is_not_tried_again() {
    for effect in [
        refused("AccessDeniedException"),
        refused("ExpiredTokenException"),
        refused("InvalidSignatureException"),
        Effect::answer(403, "text/html", "<html>no</html>"),
        with("location", NOBODY, Effect::answer(302, "text/plain", "")),
        Effect::answer(200, "text/html", "<html>hello</html>"),
        json(200, &json!({"authorizationData": "none"})),
        json(200, &json!({})),
    ] {
        let aws = answering(effect).await;
        let settings = Settings { max_retries: Some(9), ..settings(&aws.url()) };
        let error = client(settings, &[]).authorization_token(None).await.expect_err("no token");
        assert_eq!(aws.call_count(), 1, "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_clock_is_put_right_once() {
    let refusal = json(400, &json!({"__type": "InvalidSignatureException"}));
    let refusal = with("date", "Fri, 01 Jan 2100 00:00:00 GMT", refusal);
    let aws = sandbox().await;
    aws.fault(on_token(refusal.clone()).times(1));
    // The clock of the sandbox itself is right.
    aws.fault(on_token(token("AWS:eyJ0")));
    client(settings(&aws.url()), &[]).authorization_token(None).await.expect("a token");
    let dates: Vec<_> = aws.calls().iter().filter_map(|call| call.header("x-amz-date").map(str::to_owned)).collect();
    assert!(!dates[0].starts_with("2100") && dates[1].starts_with("21000101T0000"), "{dates:?}");

    let aws = answering(refusal).await;
    client(settings(&aws.url()), &[]).authorization_token(None).await.expect_err("a wrong key as well");
    assert_eq!(aws.call_count(), 2);
}

#[tokio::test]
async fn an_error_says_how_often_was_tried() {
    let aws = answering(throttled()).await;
    let settings = Settings { max_retries: Some(2), ..settings(&aws.url()) };
    let error = client(settings, &[]).authorization_token(None).await.expect_err("throttled");
    match &*error {
        Error::Refused { asked, .. } => assert_eq!(asked.attempts, 2),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_bucket_bounds_retries_and_either_mode_works() {
    let aws = answering(throttled()).await;
    let settings = Settings {
        max_retries: Some(9),
        retry_mode: Some(RetryMode::Adaptive),
        token_bucket_rate_limiter_capacity: Some(1),
        ..settings(&aws.url())
    };
    client(settings, &[]).authorization_token(None).await.expect_err("throttled");
    assert_eq!(aws.call_count(), 1, "a retry costs more than the bucket holds");
}

#[tokio::test]
async fn a_configured_endpoint_is_asked_without_fips() {
    let aws = sandbox().await;
    let settings = Settings { use_fips_endpoint: true, ..settings(&aws.url()) };
    client(settings, &[]).authorization_token(None).await.expect("a token");
    assert_eq!(aws.call_count(), 1);
}

#[tokio::test]
async fn a_configured_endpoint_has_no_dual_stack_form() {
    let aws = sandbox().await;
    let by_argument = Settings { use_dualstack_endpoint: true, ..settings(&aws.url()) };
    let by_variable = [("AWS_USE_DUALSTACK_ENDPOINT", "true")];
    for (settings, variables, expected) in [
        (by_argument, &[][..], Origin::Argument("use_dualstack_endpoint")),
        (settings(&aws.url()), &by_variable, Origin::Variable("AWS_USE_DUALSTACK_ENDPOINT")),
    ] {
        match client(settings, variables).prepare().await.as_ref().map_err(|error| &**error) {
            Err(Error::InvalidSetting { origin, .. }) => assert_eq!(*origin, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_proxy_gets_the_request_and_its_own_password() {
    let proxy = sandbox().await;
    let url = proxy.url().replace("http://", "http://me:hunter%402@");
    let through = Settings { http_proxy: Some(url.into()), ..settings("http://ecr.test:1234") };
    client(through, &[]).authorization_token(None).await.expect("a token");
    let seen = proxy.calls().remove(0);
    assert_eq!(seen.uri.to_string(), "http://ecr.test:1234/");
    // me:hunter@2
    assert_eq!(seen.header("proxy-authorization"), Some("Basic bWU6aHVudGVyQDI="));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_an_endpoint_that_is_not() {
    let url = NOBODY.replace("http://", "http://me:hunter2@");
    for endpoint in ["http://ecr.test", "https://ecr.test"] {
        let settings = Settings { http_proxy: Some(url.as_str().into()), max_retries: Some(1), ..settings(endpoint) };
        let error = client(settings, &[]).authorization_token(None).await.expect_err("no proxy");
        let Error::Unreachable { failure, reason, .. } = &*error else { panic!("{error:?}") };
        assert_eq!(*failure, Failure::Proxy, "{reason}");
        assert!(reason.contains("through the proxy http://127.0.0.1:") && !reason.contains("hunter2"), "{reason}");
    }
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
async fn nonsense_in_the_environment_is_found_before_anybody_is_asked() {
    for name in ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_USE_FIPS_ENDPOINT", "AWS_CA_BUNDLE", "HTTPS_PROXY"] {
        let error = client(settings(NOBODY), &[(name, "ftp://nonsense")]).prepare().await;
        match error.as_ref().map_err(|error| &**error) {
            Err(Error::InvalidSetting { origin, .. }) => assert_eq!(*origin, Origin::Variable(name)),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_given_up_however_many_attempts_are_asked_for() {
    for endpoint in [NOBODY, "http://nowhere.invalid"] {
        let start = Instant::now();
        let settings = Settings { max_retries: Some(25), ..settings(endpoint) };
        let error = client(settings, &[]).authorization_token(None).await.expect_err("not there");
        assert!(matches!(*error, Error::Unreachable { .. }), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    }
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
