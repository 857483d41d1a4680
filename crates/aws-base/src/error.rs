//! Why there is no token.

use std::fmt;

use crate::{
    account_id::AccountId,
    failure::Failure,
    foreign::Quote,
    malformed::Malformed,
    origin::Origin,
    region::{InvalidRegion, Region},
    secrets::Secrets,
    shown::HIDDEN,
};

/// Why there is no token. Messages are fragments that read after "cannot get a token: "; none holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credentials belong to an account that the settings do not allow.
    #[error("AWS account ID not allowed: {account}")]
    AccountNotAllowed {
        /// The account.
        account: AccountId,
        /// The setting that says so.
        origin: Origin,
    },
    /// The settings allow some accounts only, and do not allow to ask for the account of the credentials.
    #[error("the account of the credentials may not be asked for, and only some are allowed")]
    AccountNotAsked,
    /// A source of credentials was chosen, and did not give any.
    #[error("the credentials from {from} cannot be used: {reason}")]
    Credentials {
        /// The source that was chosen.
        from: String,
        /// What happened, without its own causes repeated.
        reason: String,
    },
    /// A configured endpoint is not a URL that can be asked.
    #[error("the endpoint {url:?} cannot be asked: {problem}")]
    Endpoint {
        /// Where the URL was configured.
        origin: Origin,
        /// The URL, without a user name and password that may stand in it.
        url: String,
        /// What is wrong with it, as of [`InvalidEndpointUrl`](crate::InvalidEndpointUrl).
        problem: String,
    },
    /// A setting that makes no sense.
    #[error("{origin} is not valid: {problem}")]
    InvalidSetting {
        /// Where it was configured.
        origin: Origin,
        /// What is wrong with it, without any secret that it holds.
        problem: String,
    },
    /// A profile needs a person to log in, again or for the first time.
    #[error("the profile {profile:?} is not logged in: {reason}")]
    Login {
        /// The profile.
        profile: String,
        /// The command that logs in.
        command: String,
        /// What is wrong with the login there is.
        reason: String,
    },
    /// AWS answered, but not with what was asked for.
    #[error("the answer of {asked} is not what was asked for: {problem}")]
    Malformed {
        /// What was asked.
        asked: Asked,
        /// AWS's id of the request.
        request_id: Option<Quote>,
        /// What is wrong with the answer.
        problem: Malformed,
    },
    /// No source has credentials.
    #[error("no source has AWS credentials")]
    NoCredentials {
        /// Every source with the reason why it has none, in order.
        tried: Vec<Tried>,
        /// The profile that the settings name: then keys in the environment do not count.
        profile: Option<String>,
    },
    /// A profile that was asked for by name does not exist.
    #[error("there is no profile {profile:?}")]
    NoProfile {
        /// Its name.
        profile: String,
        /// Where the name was configured.
        origin: Origin,
        /// The files that were searched.
        files: Vec<String>,
    },
    /// Neither the caller nor the configuration names a Region.
    #[error("no AWS Region is configured")]
    NoRegion,
    /// The request could not even be made.
    #[error("{asked} could not be asked: {reason}")]
    NotSent {
        /// What was to be asked.
        asked: Asked,
        /// What is in its way.
        reason: String,
    },
    /// A Region that the configured credentials cannot be used in.
    #[error("the Region {region} is in another partition ({got}) than the configuration ({want})")]
    OtherPartition {
        /// The Region.
        region: Region,
        /// Its partition.
        got: &'static str,
        /// The partition of the configured Region.
        want: &'static str,
    },
    /// AWS, or something that answers in its place, answered with an error.
    #[error("{asked} was refused: {refusal}")]
    Refused {
        /// What was asked.
        asked: Asked,
        /// The answer.
        refusal: Box<Refusal>,
    },
    /// A role was not assumed.
    #[error("the role {role} of {origin} was not assumed: {source}")]
    Role {
        /// The ARN of the role.
        role: String,
        /// Where it was configured.
        origin: Origin,
        /// Why it was not.
        source: Box<Self>,
    },
    /// The shared files are there and cannot be read.
    #[error("the shared AWS files cannot be read: {reason}")]
    SharedFiles {
        /// What is wrong with which.
        reason: String,
    },
    /// A name that is not that of a Region.
    #[error("{region:?} is not a Region of AWS")]
    UnknownRegion {
        /// The name.
        region: String,
        /// Where it was configured.
        origin: Origin,
        /// The flaw of a name that no Region can have.
        flaw: Option<InvalidRegion>,
    },
    /// No answer came.
    #[error("{asked} was not answered: {reason}")]
    Unreachable {
        /// What was asked.
        asked: Asked,
        /// What kind of failure it was.
        failure: Failure,
        /// What happened, in the words of the network.
        reason: String,
    },
}

impl Error {
    /// Whether AWS rejects the credentials: they have ended, or never were.
    pub fn ends_credentials(&self) -> bool {
        const CODES: [&str; 8] = [
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "RequestExpired",
            "TokenRefreshRequired",
            "UnrecognizedClientException",
        ];
        match self {
            Self::Refused { refusal, .. } => refusal.code.as_deref().is_some_and(|code| CODES.contains(&code)),
            Self::Role { source, .. } => source.ends_credentials(),
            _ => false,
        }
    }

    /// Whether the text hides a part of the value that it is about. Whoever shows the value beside the text must not do so.
    pub fn hides_value(&self) -> bool {
        match self {
            Self::Endpoint { url: text, .. }
            | Self::InvalidSetting { problem: text, .. }
            | Self::NoProfile { profile: text, .. }
            | Self::Role { role: text, .. }
            | Self::UnknownRegion { region: text, .. } => text.contains(HIDDEN),
            _ => false,
        }
    }

    /// Hides secrets in words of the configuration: somebody may have written one in a wrong place, such as a key of a profile.
    /// Words of another party have passed [`Foreign`](crate::foreign::Foreign).
    pub(crate) fn without(self, secrets: &Secrets) -> Self {
        let hide = |text: String| secrets.hidden_in(&text);
        match self {
            Self::Credentials { from, reason } => Self::Credentials { from: hide(from), reason: hide(reason) },
            Self::Endpoint { origin, url, problem } => {
                Self::Endpoint { origin, url: hide(url), problem: hide(problem) }
            }
            Self::InvalidSetting { origin, problem } => Self::InvalidSetting { origin, problem: hide(problem) },
            Self::Login { profile, command, reason } => {
                Self::Login { profile: hide(profile), command: hide(command), reason: hide(reason) }
            }
            Self::NoProfile { profile, origin, files } => Self::NoProfile { profile: hide(profile), origin, files },
            Self::NoCredentials { tried, profile } => {
                let tried =
                    tried.into_iter().map(|Tried { from, reason }| Tried { from, reason: hide(reason) }).collect();
                Self::NoCredentials { tried, profile: profile.map(hide) }
            }
            Self::Role { role, origin, source } => {
                Self::Role { role: hide(role), origin, source: Box::new(source.without(secrets)) }
            }
            Self::SharedFiles { reason } => Self::SharedFiles { reason: hide(reason) },
            Self::UnknownRegion { region, origin, flaw } => Self::UnknownRegion { region: hide(region), origin, flaw },
            other => other,
        }
    }
}

/// A call to AWS.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// As IAM writes it, such as `ecr:GetAuthorizationToken`.
    pub action: &'static str,
    /// The Region.
    pub region: Region,
    /// The URL without its query, where it came so far.
    pub endpoint: Option<String>,
    /// The origin of a configured endpoint; `None` if AWS's own was asked.
    pub origin: Option<Box<Origin>>,
    /// How many requests were made for it, one after the other.
    pub attempts: u32,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.action, self.region)?;
        self.endpoint.iter().try_for_each(|endpoint| write!(f, " at {endpoint}"))
    }
}

/// An error as AWS answers it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// AWS's code, such as `AccessDeniedException`. Without one, the answer is hardly AWS's.
    pub code: Option<Quote>,
    /// AWS's message.
    pub message: Option<Quote>,
    /// AWS's id of the request.
    pub request_id: Option<Quote>,
    /// The title of the HTML page that came instead of an answer of AWS's.
    pub page: Option<Quote>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (HTTP {})", self.code.as_deref().unwrap_or("an answer without an AWS error code"), self.status)?;
        self.message.iter().try_for_each(|message| write!(f, ": {message}"))
    }
}

/// A source of credentials that has none, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tried {
    /// The source.
    pub from: &'static str,
    /// Why it has none.
    pub reason: String,
}
