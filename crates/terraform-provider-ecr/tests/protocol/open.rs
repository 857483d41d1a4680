//! Opens, renews and closes one token.

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::{Effect, Fault};
use serde_json::json;
use terraform_plugin_testing::Diagnostic;

use crate::{
    aws::sandbox,
    session::{Session, TOKEN, attribute, names, spawn, terraform},
};

const NO_SUCH_TYPE: &str = "aws_no_such_thing";

fn assert_one_error(diagnostics: &[Diagnostic]) {
    assert!(matches!(diagnostics, [diagnostic] if diagnostic.is_error()), "{diagnostics:?}");
}

#[tokio::test]
async fn a_token_has_exactly_the_attributes_and_blocks_of_its_schema() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    let schema = session.schema().await.expect("a schema");
    let block = schema.ephemeral_block(TOKEN);
    let blocks = block.block_types.iter().map(|nested| nested.type_name.clone());
    let mut expected: Vec<_> = block.attributes.iter().map(|attribute| attribute.name.clone()).chain(blocks).collect();
    expected.sort();
    assert_eq!(names(&opened.object()), expected);
}

#[tokio::test]
async fn a_token_has_the_values_of_the_response() {
    let sandbox = sandbox().await;
    let password = format!("eyJ{}", "secret0123456789".repeat(80));
    let token = BASE64_STANDARD.encode(format!("AWS:{password}"));
    let registry = "https://123456789012.dkr.ecr.us-east-1.amazonaws.com";
    let answer = json!({"authorizationData": [{
        "authorizationToken": token,
        "expiresAt": 4_102_444_800.5, // ECR's responses have fractions of a second
        "proxyEndpoint": registry,
    }]});
    let answer = Effect::answer(200, "application/x-amz-json-1.1", &answer.to_string());
    sandbox.fault(Fault::new("GetAuthorizationToken", answer));
    let session = Session::with(&sandbox).await;
    let object = session.open().await.object();
    for (name, expected) in [
        ("authorization_token", token.as_str()),
        ("expires_at", "2100-01-01T00:00:00Z"),
        ("password", &password),
        ("proxy_endpoint", registry),
        ("region", "us-east-1"),
        ("user_name", "AWS"),
    ] {
        assert_eq!(attribute(&object, name).as_str(), Some(expected), "{name}");
    }
}

#[tokio::test]
async fn the_result_is_messagepack_without_private_data_or_renewal() {
    let sandbox = sandbox().await;
    let opened = Session::with(&sandbox).await.open().await;
    let result = opened.result.as_ref().expect("a result");
    assert_eq!(result.json, b"", "Terraform reads only MessagePack");
    assert!(!result.msgpack.is_empty());
    assert_eq!(opened.renew_at, None, "Terraform could not pass a renewed token on");
    assert_eq!(opened.deferred, None, "Terraform treats a deferral as an expired token");
}

#[tokio::test]
async fn the_result_has_the_region_of_the_block_or_the_environment() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform().env("AWS_REGION", "ap-southeast-2")).await;
    session.configure(session.provider_for(&sandbox).set("region", rmpv::Value::Nil)).await;
    assert_eq!(attribute(&session.open().await.object(), "region").as_str(), Some("ap-southeast-2"));
    let config = session.token_config().set("region", "eu-west-1");
    assert_eq!(attribute(&session.open_with(config).await.object(), "region").as_str(), Some("eu-west-1"));
}

#[tokio::test]
async fn configure_and_validate_do_not_call_aws() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    let provider = session.provider_for(&sandbox);
    assert_eq!(session.validate_provider(&provider).await.expect("an answer"), []);
    session.configure(provider).await;
    assert_eq!(session.validate(TOKEN, session.token_config()).await.expect("an answer"), []);
    assert_eq!(sandbox.call_count(), 0);
}

#[tokio::test]
async fn an_unknown_resource_type_is_a_diagnostic() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let config = session.token_config();
    assert_one_error(&session.open_type(NO_SUCH_TYPE, &config).await.diagnostics);
    assert_one_error(&session.validate(NO_SUCH_TYPE, &config).await.expect("an answer"));
}

#[tokio::test]
async fn an_unknown_function_is_a_function_error() {
    let response = spawn().await.call("no_such_function", vec![]).await.expect("no gRPC error");
    let error = response.error.expect("an error");
    assert!(!error.text.is_empty() && !error.text.ends_with('.'), "Terraform adds the period: {error:?}");
}

#[tokio::test]
async fn renew_returns_its_private_data() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    for private in [Some(b"opaque \xff".as_slice()), None] {
        let renewed = session.renew(TOKEN, private).await.expect("an answer");
        assert_eq!(renewed.diagnostics, []);
        assert_eq!(
            renewed.private.unwrap_or_default(),
            private.unwrap_or_default(),
            "OpenTofu would lose the private data"
        );
        assert_eq!(renewed.renew_at, None);
    }
    assert_eq!(sandbox.call_count(), 0);
}

#[tokio::test]
async fn close_accepts_any_private_data() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let opened = session.open().await;
    for private in [opened.private.as_deref(), Some(b"of another version"), Some(b""), None] {
        assert_eq!(session.close(TOKEN, private).await.expect("an answer"), [], "{private:?}");
    }
    assert_eq!(sandbox.call_count(), 1);
}
