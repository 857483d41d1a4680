//! The sources of credentials, for errors and logs.

use std::fmt;

use crate::{origin::Origin, secrets::Secrets};

/// A source of credentials. [`Display`](fmt::Display) describes it for error messages and logs.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CredentialSource {
    /// The agent of ECS or EKS that returns the credentials of a container.
    Container {
        /// The profile with `credential_source = EcsContainer`, if any.
        profile: Option<String>,
        /// The host of the agent, if a request was sent to the agent.
        host: Option<String>,
    },
    /// Access keys in environment variables.
    EnvironmentVariables,
    /// EC2's instance metadata service.
    InstanceMetadata,
    /// A profile of the shared files. The field is the name of the profile.
    Profile(String),
    /// A role. The field is the ARN of the role.
    Role(String),
    /// Access keys in the settings.
    StaticKeys,
    /// An identity token. The field is the origin of the token, and is set only in errors about the token itself.
    WebIdentity(Option<Origin>),
}

impl CredentialSource {
    /// Hides secrets in the values.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        let hide = |text: &mut String| *text = secrets.hidden_in(text).to_string();
        match self {
            Self::Container { profile, host } => profile.iter_mut().chain(host).for_each(hide),
            Self::Profile(text) | Self::Role(text) => hide(text),
            Self::WebIdentity(origin) => origin.iter_mut().for_each(|origin| origin.hide(secrets)),
            Self::EnvironmentVariables | Self::InstanceMetadata | Self::StaticKeys => {}
        }
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container { profile, host } => {
                match profile {
                    Some(profile) => write!(f, "the profile {profile:?}, of the container")?,
                    None => f.write_str("the container")?,
                }
                host.iter().try_for_each(|host| write!(f, " (by {host})"))
            }
            Self::EnvironmentVariables => f.write_str("environment variables"),
            Self::InstanceMetadata => f.write_str("EC2 instance metadata"),
            Self::Profile(profile) => write!(f, "the profile {profile:?}"),
            Self::Role(arn) => write!(f, "the role {arn}"),
            Self::StaticKeys => f.write_str("the arguments `access_key` and `secret_key`"),
            Self::WebIdentity(origin) => {
                f.write_str("web identity")?;
                origin.iter().try_for_each(|origin| write!(f, " ({origin})"))
            }
        }
    }
}
