//! What is said of a provider block, and where it points to.

use rmpv::Value;
use terraform_plugin_testing::{Diagnostic, Terraform};

use crate::{
    aws::sandbox,
    session::{ACCESS_KEY, SECRET_KEY, Session, terraform},
};

/// Severity, path and summary of each.
fn said(diagnostics: &[Diagnostic]) -> Vec<(bool, String, &str)> {
    diagnostics.iter().map(|said| (said.is_error(), said.path(), said.summary.as_str())).collect()
}

#[tokio::test]
async fn a_mistake_in_a_nested_block_is_blamed_on_its_argument() {
    let session = Session::start(terraform()).await;
    let role = "arn:aws:iam::123456789012:role/deploy";
    let provider = session
        .schemas()
        .provider_config()
        .block("assume_role", |block| block.set("role_arn", role))
        .block("assume_role", |block| block.set("role_arn", role).set("duration", "5m"))
        .block("assume_role_with_web_identity", |block| block.set("web_identity_token", "abc"));
    let diagnostics = session.validate_provider(provider).await.expect("an answer");
    // Terraform would show the line of the token.
    let nowhere = String::new();
    assert_eq!(
        said(&diagnostics),
        [(true, "assume_role[1].duration".to_owned(), "Invalid Session Duration"), (true, nowhere, "Invalid Length")]
    );
}

#[tokio::test]
async fn a_number_that_is_no_count_is_blamed_on_its_argument() {
    let session = Session::start(terraform()).await;
    for number in [Value::from(-1), Value::from(1.5), Value::from(u64::MAX), Value::from("1e30")] {
        let provider = session.schemas().provider_config().set("max_retries", number.clone());
        let diagnostics = session.validate_provider(provider).await.expect("an answer");
        assert_eq!(said(&diagnostics), [(true, "max_retries".to_owned(), "Invalid value")], "{number}");
    }
}

async fn warnings(terraform: Terraform, arguments: &[(&str, Value)]) -> Vec<Diagnostic> {
    let sandbox = sandbox().await;
    let session = Session::start(terraform).await;
    let provider =
        arguments.iter().fold(session.provider_for(&sandbox), |config, (name, value)| config.set(name, value.clone()));
    assert_eq!(session.validate_provider(&provider).await.expect("an answer"), []);
    session.client().configure(provider).await.expect("an answer")
}

#[tokio::test]
async fn what_is_risky_is_warned_of_when_the_provider_is_configured() {
    let proxy = Value::from("http://me:hunter2@127.0.0.1:1");
    let arguments = [("http_proxy", proxy), ("no_proxy", "127.0.0.1".into()), ("insecure", true.into())];
    let diagnostics = warnings(terraform(), &arguments).await;
    assert_eq!(
        said(&diagnostics),
        [
            (false, "insecure".to_owned(), "TLS Certificates Are Not Verified"),
            // Terraform would show the line of the proxy.
            (false, String::new(), "Missing HTTPS Proxy")
        ]
    );
    assert!(diagnostics.iter().all(|diagnostic| !diagnostic.text().contains("hunter2")), "{diagnostics:?}");
    let elsewhere = terraform().env("HTTPS_PROXY", "http://127.0.0.1:1");
    assert_eq!(warnings(elsewhere, &arguments[..2]).await, []);
}

#[tokio::test]
async fn a_profile_beside_keys_in_the_environment_is_warned_of_when_it_is_used_and_when_it_is_not_there() {
    let session =
        Session::start(terraform().env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)).await;
    let provider = session.schemas().provider_config().set("region", "us-east-1").set("profile", "nowhere");
    let diagnostics = session.client().configure(provider).await.expect("an answer");
    assert_eq!(
        said(&diagnostics),
        [
            (true, "profile".to_owned(), "AWS Profile Not Found"),
            (false, "profile".to_owned(), "Configuration conflict detected")
        ]
    );
}
