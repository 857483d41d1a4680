//! Configuration that is not known yet, at plan.

use rmpv::Value;
use terraform_plugin_testing::{Opened, is_unknown, refined_unknown, unknown};

use crate::{
    aws::sandbox,
    session::{ACCESS_KEY, SECRET_KEY, Session, TOKEN, attribute, names, terraform},
};

fn assert_all_unknown(opened: &Opened) {
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.deferred, None);
    let object = opened.object();
    for name in names(&object) {
        assert!(is_unknown(&attribute(&object, &name)), "{name} in {object}");
    }
}

#[tokio::test]
async fn an_unknown_region_of_the_provider_makes_the_token_unknown_without_a_call() {
    for region in [unknown(), refined_unknown()] {
        let sandbox = sandbox().await;
        let session = Session::start(terraform()).await;
        let provider = session.provider_for(&sandbox).set("region", region);
        assert_eq!(session.validate_provider(&provider).await.expect("an answer"), []);
        session.configure(provider).await;
        assert_all_unknown(&session.open().await);
        assert_eq!(sandbox.call_count(), 0);
    }
}

#[tokio::test]
async fn unknown_credentials_make_the_token_unknown_without_a_call() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    session.configure(session.provider_for(&sandbox).set("secret_key", unknown())).await;
    let opened = session.open_with(session.token_config().set("region", "eu-west-1")).await;
    assert_eq!(opened.diagnostics, []);
    let object = opened.object();
    assert_eq!(attribute(&object, "region").as_str(), Some("eu-west-1"), "what the user wrote comes back");
    for name in ["authorization_token", "expires_at", "password", "proxy_endpoint", "user_name"] {
        assert!(is_unknown(&attribute(&object, name)), "{name} in {object}");
    }
    assert_eq!(sandbox.call_count(), 0);
}

#[tokio::test]
async fn an_unknown_collection_stands_for_the_whole() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    session.configure(session.provider_for(&sandbox).set("endpoints", unknown())).await;
    assert_all_unknown_but_region(&session.open().await);
    assert_eq!(sandbox.call_count(), 0);
}

/// The provider's own region may be filled in already.
fn assert_all_unknown_but_region(opened: &Opened) {
    assert_eq!(opened.diagnostics, []);
    let object = opened.object();
    for name in names(&object).iter().filter(|name| *name != "region") {
        assert!(is_unknown(&attribute(&object, name)), "{name} in {object}");
    }
}

#[tokio::test]
async fn an_unknown_that_is_not_needed_is_no_obstacle() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    session.configure(session.provider_for(&sandbox).set("region", unknown())).await;
    let opened = session.open_with(session.token_config().set("region", "eu-west-1")).await;
    assert_eq!(opened.diagnostics, []);
    assert_eq!(attribute(&opened.object(), "user_name").as_str(), Some("AWS"));
    assert_eq!(sandbox.call_count(), 1);
}

#[tokio::test]
async fn an_unknown_that_no_token_depends_on_is_no_obstacle() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    let provider = session
        .schemas()
        .provider_config()
        .set("region", "us-east-1")
        .set("access_key", ACCESS_KEY)
        .set("secret_key", SECRET_KEY)
        .set("s3_use_path_style", unknown())
        .set("tag_policy_compliance", unknown())
        .set("user_agent", unknown())
        .block("default_tags", |tags| tags.set("tags", unknown()))
        .block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()).set("s3", unknown()));
    session.configure(provider).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    assert_eq!(attribute(&opened.object(), "user_name").as_str(), Some("AWS"));
    assert_eq!(sandbox.call_count(), 1);
}

#[tokio::test]
async fn an_unknown_endpoint_that_is_needed_makes_the_token_unknown_without_a_call() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    let provider = session.schemas().provider_config().set("region", "us-east-1");
    session.configure(provider.block("endpoints", |endpoints| endpoints.set("ecr", unknown()))).await;
    assert_all_unknown_but_region(&session.open().await);
    assert_eq!(sandbox.call_count(), 0);
}

#[tokio::test]
async fn validation_says_nothing_of_what_it_does_not_know() {
    let session = Session::start(terraform()).await;
    for value in [unknown(), refined_unknown()] {
        let region = session.token_config().set("region", value.clone());
        assert_eq!(session.validate(TOKEN, region).await.expect("an answer"), [], "{value}");
        let provider = session.schemas().provider_config();
        let files = Value::Array(vec![value.clone()]);
        let provider = provider.set("shared_config_files", files).set("endpoints", value.clone());
        assert_eq!(session.validate_provider(provider).await.expect("an answer"), [], "{value}");
    }
}
