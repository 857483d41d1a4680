//! Tests of configurations with values that are not known at plan.

use rmpv::Value;
use terraform_plugin_testing::{is_unknown, refined_unknown, unknown};

use crate::{
    aws::sandbox,
    session::{Session, TOKEN, attribute, names, terraform},
};

#[tokio::test]
async fn a_required_unknown_value_defers_the_token_without_a_call() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    let in_endpoints = session.schemas().provider_config().set("region", "us-east-1");
    let in_endpoints = in_endpoints.block("endpoints", |endpoints| endpoints.set("ecr", unknown()));
    let provider = || session.provider_for(&sandbox);
    for (provider, is_region_known) in [
        (provider().set("region", unknown()), false),
        (provider().set("region", refined_unknown()), false),
        // From here on, the attribute `region` of the token can be known, because the Region of the provider block is known.
        (provider().set("secret_key", unknown()), true),
        (provider().set("endpoints", unknown()), true),
        (in_endpoints, true),
    ] {
        assert_eq!(session.validate_provider(&provider).await.expect("an answer"), []);
        session.configure(provider).await;
        let opened = session.open().await;
        assert_eq!(opened.diagnostics, []);
        assert_eq!(opened.deferred, None);
        let object = opened.object();
        for name in
            names(&object).iter().filter(|name| *name != "assume_role" && (*name != "region" || !is_region_known))
        {
            assert!(is_unknown(&attribute(&object, name)), "{name} in {object}");
        }
        let named = session.open_with(session.token_config().set("region", "eu-west-1")).await;
        assert_eq!(attribute(&named.object(), "region").as_str(), Some("eu-west-1"), "comes back");
    }
    // Only two of the blocks above cause a call: the blocks that set `region` while only the Region of the provider block is unknown.
    assert_eq!(sandbox.call_count(), 2);
}

#[tokio::test]
async fn an_irrelevant_unknown_value_does_not_defer_the_token() {
    let sandbox = sandbox().await;
    let session = Session::start(terraform()).await;
    let provider = session.provider_for(&sandbox).set("s3_use_path_style", unknown()).set("user_agent", unknown());
    session.configure(provider.block("default_tags", |tags| tags.set("tags", unknown()))).await;
    let opened = session.open().await;
    assert_eq!(opened.diagnostics, []);
    assert_eq!(attribute(&opened.object(), "user_name").as_str(), Some("AWS"));
}

#[tokio::test]
async fn validation_accepts_unknown_values() {
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
