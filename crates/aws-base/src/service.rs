//! The AWS services that return tokens, and the services that return the credentials for token requests.

use std::fmt;

/// An AWS service, with the names of the settings for its endpoint. [`Display`](fmt::Display) writes the name of the service.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Service {
    /// Amazon ECR.
    Ecr,
    /// Amazon ECR Public.
    EcrPublic,
    /// The portal of IAM Identity Center. The portal returns the credentials of an SSO profile.
    Sso,
    /// The service that renews the logins of IAM Identity Center.
    SsoOidc,
    /// AWS STS, which returns credentials for a role.
    Sts,
}

impl Service {
    pub(crate) const ALL: [Self; 5] = [Self::Ecr, Self::EcrPublic, Self::Sso, Self::SsoOidc, Self::Sts];

    /// Returns the usual name of the service.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecr => "ECR",
            Self::EcrPublic => "ECR Public",
            Self::Sso => "SSO",
            Self::SsoOidc => "SSO OIDC",
            Self::Sts => "STS",
        }
    }

    /// Returns the key of the service in the `services` section of a profile.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr_public",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::Sts => "sts",
        }
    }

    /// Returns the environment variables that set only the endpoint of this service, in order of precedence.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Ecr => &["AWS_ENDPOINT_URL_ECR"],
            Self::EcrPublic => &["AWS_ENDPOINT_URL_ECR_PUBLIC"],
            Self::Sso => &["AWS_ENDPOINT_URL_SSO"],
            Self::SsoOidc => &["AWS_ENDPOINT_URL_SSO_OIDC"],
            // hashicorp/aws introduced the last two variables, which are older than the first variable.
            Self::Sts => &["AWS_ENDPOINT_URL_STS", "TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"],
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
