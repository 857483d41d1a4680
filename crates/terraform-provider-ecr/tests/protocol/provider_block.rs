//! What is said of a provider block, and where it points to.

use rmpv::Value;
use terraform_plugin_testing::Diagnostic;

use crate::session::{Session, terraform};

/// Severity, path and summary of each.
fn said(diagnostics: &[Diagnostic]) -> Vec<(bool, String, &str)> {
    diagnostics.iter().map(|said| (said.is_error(), said.path(), said.summary.as_str())).collect()
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
