//! The time that one source of credentials may take.

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    credential_source::CredentialSource,
    error::Error,
    limit::{ATTEMPT_TIMEOUT, TIMEOUT},
    problem::SourceProblem,
};

/// The longest time that a program may wait for a person in a browser, or a login for its renewal. Enough time remains for a
/// request to ECR.
pub(super) const SOURCE_TIMEOUT: Duration = TIMEOUT.saturating_sub(ATTEMPT_TIMEOUT);

/// Returns the result of a source, which errors call `from`.
///
/// # Errors
/// The source took too long.
pub(super) async fn within<T>(
    from: &CredentialSource,
    source: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match timeout(SOURCE_TIMEOUT, source).await {
        Ok(result) => result,
        Err(_) => {
            let reason = SourceProblem::Late { seconds: SOURCE_TIMEOUT.as_secs() };
            Err(Error::Credentials { from: from.clone(), reason })
        }
    }
}
