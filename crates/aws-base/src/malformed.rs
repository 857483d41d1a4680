//! Responses that are not valid.

/// The reason why a response is not valid.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The account is missing in STS's response.
    #[error("the account is missing")]
    NoAccount,
    /// Credentials are missing in the response of STS or SSO.
    #[error("the credentials are missing")]
    NoCredentials,
    /// The response is longer than any response of AWS.
    #[error("it is longer than 4 MiB")]
    TooLong,
}
