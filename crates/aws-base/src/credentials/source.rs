//! Chooses the source of credentials, before any request is sent.
//!
//! The order of the sources is the same as in hashicorp/aws, and differs from the order in AWS's SDK for Rust. A web identity
//! takes precedence over the profile. If the settings name a profile, credentials in the environment are not used.

use aws_credential_types::Credentials;

use super::{
    environment,
    profile::Plan,
    web_identity::{self, WebIdentity},
};
use crate::{
    error::{Error, Tried},
    sources::Sources,
};

/// The source of the initial credentials. If the profile or the settings contain roles, the first role is assumed with the initial
/// credentials.
#[derive(Debug)]
pub(super) enum Source {
    /// Static keys in the settings.
    Static(Credentials),
    /// A role in the settings that is assumed with an identity token.
    WebIdentityOfSettings(WebIdentity),
    /// An access key in environment variables.
    Environment(Credentials),
    /// A role in environment variables that is assumed with an identity token.
    WebIdentityOfEnvironment(WebIdentity),
    /// The profile. If the profile has no credentials, the credentials of the container or of the EC2 instance are used. The list
    /// contains the sources that were checked before the profile, each with the reason why the source is not used.
    Profile(Plan, Vec<Tried>),
}

impl Source {
    /// Returns the first source that is configured.
    ///
    /// # Errors
    /// Returns an error if the configuration of this source is not valid.
    pub(super) fn find(sources: &Sources) -> Result<Self, Error> {
        let Sources { settings, environment: variables, files } = sources;
        if let Some(keys) = &settings.static_keys {
            return Ok(Self::Static(keys.credentials().clone()));
        }
        if let Some(identity) = web_identity::from_settings(settings, variables)? {
            return Ok(Self::WebIdentityOfSettings(identity));
        }
        let mut tried = Vec::new();
        if settings.profile.is_none() {
            match environment::keys(variables)? {
                Some(credentials) => return Ok(Self::Environment(credentials)),
                None => tried.push(Tried { from: "environment variables", reason: environment::NOT_SET }),
            }
            match web_identity::from_environment(variables)? {
                Some(identity) => return Ok(Self::WebIdentityOfEnvironment(identity)),
                None => tried.push(Tried { from: "web identity", reason: web_identity::NOT_SET }),
            }
        }
        Ok(Self::Profile(Plan::find(files)?, tried))
    }
}
