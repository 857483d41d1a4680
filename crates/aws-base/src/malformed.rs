//! Answers that are not what was asked for.

/// The flaw of an answer that is not what was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The account is missing in the answer of STS.
    #[error("it holds no account")]
    NoAccount,
    /// Credentials are missing in the answer of STS or SSO.
    #[error("it holds no credentials")]
    NoCredentials,
    /// It is longer than any answer of AWS's.
    #[error("it is longer than 4 MiB")]
    TooLong,
}
