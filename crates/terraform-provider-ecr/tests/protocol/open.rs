//! One token: open, renew, close.

use terraform_plugin_testing::Diagnostic;

use crate::{
    fake_ecr::{self, FakeEcr},
    session::{ACCESS_KEY, SECRET_KEY, Session, TOKEN, attribute, names, spawn, terraform},
};

const NO_SUCH_TYPE: &str = "aws_no_such_thing";

fn assert_one_error(diagnostics: &[Diagnostic]) {
    assert!(matches!(diagnostics, [diagnostic] if diagnostic.is_error()), "{diagnostics:?}");
}

#[tokio::test]
async fn a_token_has_exactly_the_attributes_of_its_schema() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    let schema = session.schema().await.expect("a schema");
    let block = schema.ephemeral_resource_schemas[TOKEN].block.as_ref().expect("the token's block");
    let mut expected: Vec<_> = block.attributes.iter().map(|attribute| attribute.name.clone()).collect();
    expected.sort();
    assert_eq!(names(&opened.object()), expected);
}

#[tokio::test]
async fn a_token_is_what_ecr_answered() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    let object = session.open().await.object();
    for (name, expected) in [
        ("authorization_token", fake_ecr::token().as_str()),
        ("expires_at", "2100-01-01T00:00:00Z"),
        ("password", &fake_ecr::password()),
        ("proxy_endpoint", fake_ecr::PROXY_ENDPOINT),
        ("region", "us-east-1"),
        ("user_name", "AWS"),
    ] {
        assert_eq!(attribute(&object, name).as_str(), Some(expected), "{name}");
    }
}

#[tokio::test]
async fn the_answer_is_in_messagepack_and_asks_for_nothing_later() {
    let fake = FakeEcr::start().await;
    let opened = Session::with(&fake).await.open().await;
    let result = opened.result.as_ref().expect("a result");
    assert_eq!(result.json, b"", "Terraform reads MessagePack alone");
    assert!(!result.msgpack.is_empty());
    assert_eq!(opened.renew_at, None, "a renewed token could not be handed out");
    assert_eq!(opened.deferred, None, "Terraform takes a deferral for an expired token");
}

#[tokio::test]
async fn the_call_is_signed_for_the_region_of_the_block() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    let config = session.token_config().set("region", "eu-west-1");
    assert_eq!(session.validate(TOKEN, &config).await.expect("an answer"), []);
    let opened = session.open_with(config).await;
    assert_eq!(opened.diagnostics, []);
    assert_eq!(attribute(&opened.object(), "region").as_str(), Some("eu-west-1"), "comes back unchanged");
    let requests = fake.requests();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    assert!(request.target.ends_with(".GetAuthorizationToken"), "{request:?}");
    assert!(request.authorization.contains("/eu-west-1/ecr/aws4_request"), "{request:?}");
    assert!(request.authorization.contains(ACCESS_KEY), "{request:?}");
}

#[tokio::test]
async fn the_region_may_come_from_the_environment() {
    let fake = FakeEcr::start().await;
    let session = Session::start(terraform().env("AWS_REGION", "ap-southeast-2")).await;
    session.configure(session.provider_for(&fake).set("region", rmpv::Value::Nil)).await;
    assert_eq!(attribute(&session.open().await.object(), "region").as_str(), Some("ap-southeast-2"));
}

#[tokio::test]
async fn configure_and_validate_call_nobody() {
    let fake = FakeEcr::start().await;
    let session = Session::start(terraform()).await;
    let provider = session.provider_for(&fake);
    assert_eq!(session.validate_provider(&provider).await.expect("an answer"), []);
    session.configure(provider).await;
    assert_eq!(session.validate(TOKEN, session.token_config()).await.expect("an answer"), []);
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn a_refusal_is_a_diagnostic_that_says_what_aws_said() {
    let fake = FakeEcr::start().await;
    fake.refuse_next("AccessDeniedException");
    let opened = Session::with(&fake).await.open().await;
    assert_one_error(&opened.diagnostics);
    assert_eq!(opened.result, None);
    let text = opened.diagnostics[0].text();
    for expected in ["AccessDeniedException", "no token for you", fake_ecr::REQUEST_ID, "us-east-1"] {
        assert!(text.contains(expected), "{expected} is missing: {text}");
    }
}

#[tokio::test]
async fn a_type_that_does_not_exist_is_a_diagnostic() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    let config = session.token_config();
    assert_one_error(&session.open_type(NO_SUCH_TYPE, &config).await.diagnostics);
    assert_one_error(&session.validate(NO_SUCH_TYPE, &config).await.expect("an answer"));
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_an_error_of_the_function() {
    let response = spawn().await.call("no_such_function", vec![]).await.expect("no gRPC error");
    let error = response.error.expect("an error");
    assert!(!error.text.is_empty() && !error.text.ends_with('.'), "Terraform adds the period: {error:?}");
}

#[tokio::test]
async fn renew_echoes_what_it_was_given() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    for private in [Some(b"opaque \xff".as_slice()), None] {
        let renewed = session.renew(TOKEN, private).await.expect("an answer");
        assert_eq!(renewed.diagnostics, []);
        assert_eq!(renewed.private.unwrap_or_default(), private.unwrap_or_default(), "OpenTofu would forget it");
        assert_eq!(renewed.renew_at, None);
    }
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn close_accepts_whatever_private_data_it_gets() {
    let fake = FakeEcr::start().await;
    let session = Session::with(&fake).await;
    let opened = session.open().await;
    for private in [opened.private.as_deref(), Some(b"of another version"), Some(b""), None] {
        assert_eq!(session.close(TOKEN, private).await.expect("an answer"), [], "{private:?}");
    }
    assert_eq!(fake.calls(), 1);
}

/// CI systems set variables that they have no value for to nothing.
#[tokio::test]
async fn empty_variables_count_as_unset() {
    let fake = FakeEcr::start().await;
    let empty =
        ["AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_STS", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
    let terraform = empty.iter().fold(terraform(), |terraform, name| terraform.env(name, ""));
    let terraform =
        terraform.env("AWS_ENDPOINT_URL", fake.url()).env("AWS_REGION", "").env("AWS_DEFAULT_REGION", "us-east-1");
    let session =
        Session::start(terraform.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)).await;
    session.configure(session.schemas().provider_config()).await;
    assert_eq!(session.open().await.diagnostics, []);
    assert_eq!(fake.calls(), 1);
}
