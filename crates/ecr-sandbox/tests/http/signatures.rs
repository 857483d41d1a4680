//! Tests of valid signatures, and of AWS's error messages for invalid signatures.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use ecr_sandbox::Key;

use crate::client::{ECR, ECR_PUBLIC, Request, sandbox, with};

const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test]
async fn the_caller_is_the_account_of_the_key() {
    let sandbox = with(|options| options.keys.push(Key::new("AKIAOTHER", "secret").of_account("111122223333"))).await;
    let to = sandbox.address();
    let answer = Request::form(IDENTITY).signed(to, "sts", "eu-west-1").response(to).await;
    assert_eq!((answer.status, answer.tag("Account")), (200, "123456789012"), "{answer:?}");
    let other = Credentials::new("AKIAOTHER", "secret", None, None, "test");
    let answer =
        Request::form(IDENTITY).signed_by(to, "sts", "eu-west-1", &other, SystemTime::now()).response(to).await;
    assert_eq!((answer.tag("Account"), answer.tag("Arn")), ("111122223333", "arn:aws:iam::111122223333:user/sandbox"));
}

#[tokio::test]
async fn a_temporary_key_requires_its_session_token() {
    let sandbox = with(|options| options.keys = vec![Key::new("ASIA", "secret").of_session("token")]).await;
    let to = sandbox.address();
    let status = async |token: Option<&str>| {
        let credentials = Credentials::new("ASIA", "secret", token.map(Into::into), None, "test");
        let request = Request::form(IDENTITY).signed_by(to, "sts", "eu-west-1", &credentials, SystemTime::now());
        request.response(to).await.status
    };
    assert_eq!((status(Some("token")).await, status(Some("other")).await, status(None).await), (200, 403, 403));
}

#[tokio::test]
async fn each_service_has_its_own_error_format() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let now = SystemTime::now();
    let (wrong, nobody) = (
        Credentials::new(Key::default().id, "wrong", None, None, "test"),
        Credentials::new("AKIANOBODY", "wrong", None, None, "test"),
    );
    let with_token =
        Credentials::new(Key::default().id, Key::default().secret, Some("no session".into()), None, "test");
    let own = Credentials::new(Key::default().id, Key::default().secret, None, None, "test");
    let (ecr, sts) = (Request::json(ECR, "{}"), Request::form(IDENTITY));
    let (early, late) = (now - Duration::from_secs(3600), now + Duration::from_secs(3600));
    let cases = [
        (
            &wrong,
            "ecr",
            now,
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "The request signature we calculated",
        ),
        (&nobody, "ecr", now, "UnrecognizedClientException", "InvalidClientTokenId", "The security token included"),
        (&with_token, "ecr", now, "UnrecognizedClientException", "InvalidClientTokenId", "The security token included"),
        (&own, "ecr", early, "InvalidSignatureException", "SignatureDoesNotMatch", "Signature expired: "),
        (&own, "ecr", late, "InvalidSignatureException", "SignatureDoesNotMatch", "Signature not yet current: "),
        (
            &own,
            "s3",
            now,
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "Credential should be scoped to correct",
        ),
    ];
    for (credentials, service, time, json, query, message) in cases {
        let answer = ecr.clone().signed_by(to, service, "eu-west-1", credentials, time).response(to).await;
        let body = answer.json();
        assert_eq!((answer.status, body["__type"].as_str()), (400, Some(json)), "{answer:?}");
        let text = body["message"].as_str().unwrap_or_default();
        assert!(text.starts_with(message) && (time == now || text.ends_with(" 5 min.)")), "{body}");
        assert!(answer.head.contains("x-amzn-requestid: "), "{answer:?}");

        let service = if service == "ecr" { "sts" } else { service };
        let answer = sts.clone().signed_by(to, service, "eu-west-1", credentials, time).response(to).await;
        assert_eq!((answer.status, answer.tag("Code")), (403, query), "{answer:?}");
        assert!(answer.tag("Message").starts_with(message) && !answer.tag("RequestId").is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn rejects_a_request_changed_after_signing() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let signed = Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1");
    assert_eq!(signed.response(to).await.status, 200);
    let other_body = signed.clone().body(r#"{"registryIds":["111122223333"]}"#);
    assert_eq!(other_body.response(to).await.json()["__type"], "InvalidSignatureException");
    let mut other_target = signed;
    for (name, value) in &mut other_target.headers {
        if name == "x-amz-target" {
            ECR_PUBLIC.clone_into(value);
        }
    }
    assert_eq!(other_target.response(to).await.json()["__type"], "InvalidSignatureException");
}

/// Each request is signed correctly, and its headers are then changed.
#[tokio::test]
async fn rejects_incomplete_and_malformed_signatures() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let change = async |change: &dyn Fn(&str, &mut String)| {
        let mut request = Request::json(ECR, "{}").signed(to, "ecr", "eu-west-1");
        for (name, value) in &mut request.headers {
            change(name, value);
        }
        let answer = request.response(to).await;
        let body = answer.json();
        (answer.status, body["message"].as_str().unwrap_or_default().to_owned())
    };
    let of_authorization = |from: &'static str, into: &'static str| {
        move |name: &str, value: &mut String| {
            if name == "authorization" {
                assert!(value.contains(from), "{value}");
                *value = value.replace(from, into);
            }
        }
    };
    for (from, into, part) in [
        (";x-amz-target", "", "'x-amz-target' must be a 'SignedHeader'"),
        ("host;", "", "'host' must be a 'SignedHeader'"),
        ("content-type;host;", "host;content-type;", "The request signature we calculated"),
        ("/eu-west-1/", "//", "valid region"),
        ("/eu-west-1/", "/<region>/", "valid region"),
    ] {
        let (status, message) = change(&of_authorization(from, into)).await;
        assert!(status == 400 && message.contains(part), "{from} for {into}: {status} {message}");
    }
    let without_date = |name: &str, value: &mut String| {
        if let ("authorization", Some((before, scope))) = (name, value.split_once("/20")) {
            *value = format!("{before}/{}", &scope[6..]);
        }
    };
    let (status, message) = change(&without_date).await;
    assert!(status == 400 && message.starts_with("Date in Credential scope"), "{status} {message}");
    let request = Request::json(ECR, "{}").header("x-amz-content-sha256", "0").signed(to, "ecr", "eu-west-1");
    let message = request.response(to).await.json()["message"].to_string();
    assert!(message.contains("x-amz-content-sha256"), "{message}");
}

#[tokio::test]
async fn ecr_public_is_in_one_region() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let ask = async |region| Request::json(ECR_PUBLIC, "{}").signed(to, "ecr-public", region).response(to).await;
    let answer = ask("us-east-1").await.json();
    assert!(answer["authorizationData"]["authorizationToken"].is_string(), "{answer}");
    assert_eq!(ask("eu-west-1").await.json()["message"], "Credential should be scoped to a valid region.");
}
