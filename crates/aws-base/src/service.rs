//! The services that are asked for tokens, and for the credentials to ask with.

use std::fmt;

/// A service of AWS, with the places in which people configure its endpoint. [`Display`](fmt::Display) writes its name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Service {
    /// Amazon ECR.
    Ecr,
    /// Amazon ECR Public.
    EcrPublic,
    /// The portal of IAM Identity Center, where an SSO profile gets its credentials.
    Sso,
    /// The service that renews the logins of IAM Identity Center.
    SsoOidc,
    /// AWS STS, where a role is assumed to get credentials.
    Sts,
}

impl Service {
    pub(crate) const ALL: [Self; 5] = [Self::Ecr, Self::EcrPublic, Self::Sso, Self::SsoOidc, Self::Sts];

    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecr => "ECR",
            Self::EcrPublic => "ECR Public",
            Self::Sso => "SSO",
            Self::SsoOidc => "SSO OIDC",
            Self::Sts => "STS",
        }
    }

    /// The key in the `services` section of a profile.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr_public",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::Sts => "sts",
        }
    }

    /// The environment variables of this service alone, in the order in which they count.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Ecr => &["AWS_ENDPOINT_URL_ECR"],
            Self::EcrPublic => &["AWS_ENDPOINT_URL_ECR_PUBLIC"],
            Self::Sso => &["AWS_ENDPOINT_URL_SSO"],
            Self::SsoOidc => &["AWS_ENDPOINT_URL_SSO_OIDC"],
            // The last two are hashicorp/aws's own, from before there was the first.
            Self::Sts => &["AWS_ENDPOINT_URL_STS", "TF_AWS_STS_ENDPOINT", "AWS_STS_ENDPOINT"],
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
