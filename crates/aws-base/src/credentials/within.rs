//! The time limit of one source of credentials.

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    credential_source::CredentialSource,
    error::Error,
    limit::{ATTEMPT_TIMEOUT, TIMEOUT},
    problem::SourceProblem,
};

/// The longest time that a program, a container's agent or a console login may take to return credentials. The rest of [`TIMEOUT`]
/// is enough for one attempt to call ECR.
pub(super) const SOURCE_TIMEOUT: Duration = TIMEOUT.saturating_sub(ATTEMPT_TIMEOUT);

/// Waits for `source` for at most [`SOURCE_TIMEOUT`], and returns its result. The error for a timeout shows `from` as the name of
/// the source.
///
/// # Errors
/// Returns an error if the source fails, or takes longer than [`SOURCE_TIMEOUT`].
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
