//! The error of a client that cannot get a token.

use std::sync::Arc;

use aws_base::{Operation, Quote, Region};

use crate::token::InvalidToken;

/// The reason why a client cannot get a token. The error message continues the text "cannot get a token: ", and never contains a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is not valid, credentials are missing, or AWS's response is not as expected.
    #[error(transparent)]
    Aws(#[from] Arc<aws_base::Error>),
    /// ECR's response does not contain a token.
    #[error("the response to {operation} is not valid: {problem}")]
    InvalidToken {
        /// The call that returned the response.
        operation: Operation,
        /// AWS's ID of the request.
        request_id: Option<Quote>,
        /// The problem with the response.
        problem: InvalidToken,
    },
    /// The Region of the request, or the configured Region, is not in the partition of ECR Public.
    #[error("ECR Public is only in the partition aws, and {region} is in {partition}")]
    PublicPartition {
        /// The Region.
        region: Region,
        /// The name of the Region's partition.
        partition: &'static str,
        /// Whether the caller set the Region. If `false`, the Region comes from the configuration.
        of_caller: bool,
    },
}

impl Error {
    /// Returns whether AWS rejected the credentials as expired or not valid.
    pub(crate) fn ends_credentials(&self) -> bool {
        matches!(self, Self::Aws(error) if error.ends_credentials())
    }
}

impl From<aws_base::Error> for Error {
    fn from(error: aws_base::Error) -> Self {
        Self::Aws(Arc::new(error))
    }
}
