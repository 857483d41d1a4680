//! The reasons for a missing token.

use std::sync::Arc;

use aws_base::{Operation, Quote, Region};

use crate::token::InvalidToken;

/// The reason for a missing token. Messages are fragments that continue "cannot get a token: ". No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is not valid, credentials are missing, or AWS's response is not as expected.
    #[error(transparent)]
    Aws(#[from] Arc<aws_base::Error>),
    /// ECR's response holds no token.
    #[error("the response to {operation} is not valid: {problem}")]
    InvalidToken {
        /// The call.
        operation: Operation,
        /// AWS's id of the request.
        request_id: Option<Quote>,
        /// The flaw of the response.
        problem: InvalidToken,
    },
    /// The request to ECR Public has a Region of another partition than ECR Public's.
    #[error("ECR Public is only in the partition aws, and {region} is in {partition}")]
    PublicPartition {
        /// The Region.
        region: Region,
        /// Its partition.
        partition: &'static str,
        /// Whether the Region comes from the caller, and not from the configuration.
        of_caller: bool,
    },
}

impl Error {
    /// Whether AWS rejected the credentials as expired or not valid.
    pub(crate) fn ends_credentials(&self) -> bool {
        matches!(self, Self::Aws(error) if error.ends_credentials())
    }
}

impl From<aws_base::Error> for Error {
    fn from(error: aws_base::Error) -> Self {
        Self::Aws(Arc::new(error))
    }
}
