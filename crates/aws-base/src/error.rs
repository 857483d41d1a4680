//! Errors of configuration, credentials and calls.

use std::fmt;

use crate::{
    account_id::AccountId,
    credential_source::CredentialSource,
    endpoint_url::InvalidEndpointUrl,
    failure::Failure,
    foreign::Quote,
    malformed::Malformed,
    origin::Origin,
    problem::{LoginProblem, SettingProblem, SharedFilesProblem, SourceProblem, Value},
    region::{InvalidRegion, Region},
    secrets::Secrets,
    shown::Shown,
};

/// The reason why a token cannot be returned. Each message continues the sentence "cannot get a token: ". Messages contain no
/// secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credentials belong to an account that the settings do not allow.
    #[error("AWS account ID not allowed: {account}")]
    AccountNotAllowed {
        /// The account.
        account: AccountId,
        /// The setting that forbids the account.
        origin: Origin,
    },
    /// The settings allow only some accounts, but turn off the request that returns the account ID of the credentials.
    #[error("only some accounts are allowed, but the account of the credentials must not be requested")]
    AccountNotAsked,
    /// The chosen source returned no credentials, or credentials that cannot be used.
    #[error("the credentials from {from} cannot be used: {reason}")]
    Credentials {
        /// The source that was chosen.
        from: CredentialSource,
        /// The reason.
        reason: SourceProblem,
    },
    /// A configured endpoint is not a URL that requests can be sent to.
    #[error("the endpoint {url:?} cannot be used: {problem}")]
    Endpoint {
        /// The origin of the URL.
        origin: Origin,
        /// The URL, without a user name and a password.
        url: Shown,
        /// The problem with the URL.
        problem: InvalidEndpointUrl,
    },
    /// A setting is not valid.
    #[error("{origin} is not valid: {problem}")]
    InvalidSetting {
        /// The origin of the setting.
        origin: Origin,
        /// The problem with the setting.
        problem: SettingProblem,
    },
    /// The login of a profile is missing or has expired, so a person has to log in.
    #[error("the profile {profile:?} is not logged in: {reason}")]
    Login {
        /// The profile.
        profile: String,
        /// The command to log in with.
        command: String,
        /// The reason.
        reason: LoginProblem,
    },
    /// AWS returned a response that is not valid.
    #[error("the response to {operation} is not valid: {problem}")]
    Malformed {
        /// The operation.
        operation: Operation,
        /// The request ID in AWS's response.
        request_id: Option<Quote>,
        /// The problem with the response.
        problem: Malformed,
    },
    /// No source has credentials.
    #[error("no source has AWS credentials")]
    NoCredentials {
        /// The sources that were tried, in order, each with the reason why it has no credentials.
        tried: Vec<Tried>,
        /// The profile in the settings. If this field is set, keys in the environment were ignored.
        profile: Option<String>,
    },
    /// A profile that is set by name does not exist.
    #[error("the profile {profile:?} does not exist")]
    NoProfile {
        /// The name of the profile.
        profile: Shown,
        /// The setting that names the profile.
        origin: Origin,
        /// The files that were searched.
        files: Vec<String>,
    },
    /// Neither the caller nor the configuration names a Region.
    #[error("no AWS Region is configured")]
    NoRegion,
    /// The request could not be created.
    #[error("{operation} could not be sent: {reason}")]
    NotSent {
        /// The operation.
        operation: Operation,
        /// The reason.
        reason: String,
    },
    /// The Region is in a different partition from the configured Region, so the configured credentials are not valid there.
    #[error("the Region {region} is in another partition ({got}) than the configuration ({want})")]
    OtherPartition {
        /// The Region.
        region: Region,
        /// The partition of the Region.
        got: &'static str,
        /// The partition of the configured Region.
        want: &'static str,
    },
    /// AWS, or a server that replaces AWS, returned an error.
    #[error("{operation} was refused: {refusal}")]
    Refused {
        /// The operation.
        operation: Operation,
        /// The response.
        refusal: Box<Refusal>,
    },
    /// A role could not be assumed.
    #[error("the role {role} of {origin} was not assumed: {source}")]
    Role {
        /// The ARN of the role.
        role: Shown,
        /// The setting that names the role.
        origin: Origin,
        /// The reason.
        source: Box<Self>,
    },
    /// The shared files exist but cannot be read.
    #[error("the shared AWS files cannot be read: {problem}")]
    SharedFiles {
        /// The problem with the files.
        problem: SharedFilesProblem,
    },
    /// The name is not a Region.
    #[error("{region:?} is not an AWS Region")]
    UnknownRegion {
        /// The name.
        region: Shown,
        /// The origin of the name.
        origin: Origin,
        /// The reason why the name cannot be a Region. `None` if the name has the form of a Region, but is not known.
        flaw: Option<InvalidRegion>,
    },
    /// No response arrived.
    #[error("{operation} was not answered: {reason}")]
    Unreachable {
        /// The operation.
        operation: Operation,
        /// The kind of failure.
        failure: Failure,
        /// The error message of the connection.
        reason: String,
    },
}

impl Error {
    /// Checks whether AWS rejected the credentials as expired or not valid.
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

    /// Checks whether the message hides the value that it describes, or a part of this value. If so, the caller must not show the
    /// value next to the message.
    pub fn hides_value(&self) -> bool {
        match self {
            Self::Endpoint { url: text, .. }
            | Self::NoProfile { profile: text, .. }
            | Self::Role { role: text, .. }
            | Self::UnknownRegion { region: text, .. } => text.hides_value(),
            Self::InvalidSetting { problem, .. } => problem.hides_value(),
            _ => false,
        }
    }

    /// Hides secrets in the configured values that the error shows. A person may have put a secret in the wrong place, for example
    /// as the value of the wrong key in a profile. In messages from outside, [`Foreign`](crate::foreign::Foreign) has already
    /// hidden the secrets.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        self.hide(secrets);
        self
    }

    fn hide(&mut self, secrets: &Secrets) {
        let hide = |text: &mut String| *text = secrets.hidden_in(text).to_string();
        match self {
            Self::Credentials { from, reason } => {
                from.hide(secrets);
                reason.hide(secrets);
            }
            Self::Endpoint { url, problem, .. } => {
                secrets.hide(url);
                problem.hide(secrets);
            }
            Self::UnknownRegion { region, .. } => secrets.hide(region),
            Self::InvalidSetting { problem, .. } => problem.hide(secrets),
            Self::Login { profile, command, reason } => {
                hide(profile);
                hide(command);
                reason.hide(secrets);
            }
            Self::NoProfile { profile, .. } => secrets.hide(profile),
            Self::NoCredentials { tried, profile } => {
                tried.iter_mut().for_each(|tried| tried.reason.hide(secrets));
                profile.iter_mut().for_each(hide);
            }
            Self::Role { role, source, .. } => {
                secrets.hide(role);
                source.hide(secrets);
            }
            Self::SharedFiles { problem } => problem.hide(secrets),
            _ => {}
        }
    }
}

impl SettingProblem {
    /// Combines this problem with the origin of the setting into an error.
    pub(crate) fn at(self, origin: Origin) -> Error {
        Error::InvalidSetting { origin, problem: self }
    }
}

/// The description of a call to AWS, for error messages.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The action in IAM's notation, such as `ecr:GetAuthorizationToken`.
    pub action: &'static str,
    /// The Region.
    pub region: Region,
    /// The URL without its query. `None` if the call failed before the URL was known.
    pub endpoint: Option<String>,
    /// The origin of a configured endpoint. `None` for AWS's own endpoint.
    pub origin: Option<Box<Origin>>,
    /// The number of attempts.
    pub attempts: u32,
    /// The number of throttled attempts.
    pub throttled: u32,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.action, self.region)?;
        self.endpoint.iter().try_for_each(|endpoint| write!(f, " at {endpoint}"))
    }
}

/// An error that AWS returned.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// AWS's error code, such as `AccessDeniedException`. A response without a code is probably not from AWS.
    pub code: Option<Quote>,
    /// AWS's message.
    pub message: Option<Quote>,
    /// The request ID in AWS's response.
    pub request_id: Option<Quote>,
    /// The title of the HTML page, if a page was returned instead of AWS's response.
    pub page: Option<Quote>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (HTTP {})", self.code.as_deref().unwrap_or("a response without an AWS error code"), self.status)?;
        self.message.iter().try_for_each(|message| write!(f, ": {message}"))
    }
}

/// A source that has no credentials, with the reason.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tried {
    /// The source.
    pub from: &'static str,
    /// The reason why the source has no credentials.
    pub reason: SourceProblem,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{service::Service, shown::HIDDEN};

    #[test]
    fn a_misplaced_secret_is_hidden_in_every_error() {
        let (secret, secrets) = ("hunterhuntertwothree", Secrets::default());
        secrets.add(["hunterhuntertwothree".into()]);
        let of_profile = || Origin::Profile(secret.to_owned());
        let scheme = InvalidEndpointUrl::Scheme(secret.into());
        let set_by = of_profile();
        for error in [
            Error::Endpoint { origin: Origin::Caller, url: format!("{secret}://x").into(), problem: scheme },
            SettingProblem::NoDualStack { url: "x".into(), set_by, service: Service::Ecr }.at(Origin::Caller),
            Error::Credentials {
                from: CredentialSource::WebIdentity(Some(of_profile())),
                reason: SourceProblem::TokenEmpty,
            },
            Error::Credentials {
                from: CredentialSource::Container { profile: None, host: Some(secret.to_owned()) },
                reason: SourceProblem::Nothing { profile: secret.to_owned() },
            },
        ] {
            let text = error.without(&secrets).to_string();
            assert!(!text.contains("hunter") && text.contains(HIDDEN), "{text}");
        }
    }
}
