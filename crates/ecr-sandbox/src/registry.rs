//! Registries: their hosts, their ARNs, and the tokens that they accept.

use crate::{domain::partition, key::is_account, tokens::Issued};

/// The hosts of ECR Public: <https://docs.aws.amazon.com/AmazonECR/latest/public/public-ecr-requests.html>
const PUBLIC: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];

/// The registry that a client requests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// The registry of an account.
    Private(Registry),
    /// ECR Public.
    Public,
    /// Neither the port nor the host names a registry, so the registry is the one that the client's token is for.
    Unnamed,
}

impl Target {
    /// Returns the registry of a host, which must be normalized: see [`normalize`](crate::domain::normalize).
    pub(crate) fn at_host(host: &str) -> Self {
        if PUBLIC.contains(&host) {
            return Self::Public;
        }
        Registry::at_host(host).map_or(Self::Unnamed, Self::Private)
    }
}

/// The registry of an account in a Region.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Registry {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Registry {
    /// Parses a registry's host in ECR's form, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com`. Accepts any domain after
    /// the Region.
    pub(crate) fn at_host(host: &str) -> Option<Self> {
        let mut labels = host.split('.');
        let account = labels.next().filter(|label| is_account(label))?;
        match labels.next()? {
            "dkr" => labels.next().filter(|label| ["ecr", "ecr-fips"].contains(label))?,
            label => Some(label).filter(|label| ["dkr-ecr", "dkr-ecr-fips"].contains(label))?,
        };
        let region = labels.next().filter(|_| labels.next().is_some())?;
        Some(Self { account: account.to_owned(), region: region.to_owned() })
    }

    /// Returns the ARN of a repository:
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>
    pub(crate) fn repository_arn(&self, name: &str) -> String {
        let Self { account, region } = self;
        format!("arn:{}:ecr:{region}:{account}:repository/{name}", partition(region))
    }

    /// Whether the token is valid for this registry. The registries of `open` accounts accept every token of their Region.
    pub(crate) fn takes(&self, token: &Issued, open: &[String]) -> bool {
        let mut accounts = token.accounts.iter().chain(open);
        token.region.as_ref() == Some(&self.region) && accounts.any(|account| *account == self.account)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::principal::Principal;

    #[test]
    fn parses_the_account_and_region_of_a_host() {
        let registry = Registry { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
        for host in [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com:443",
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            "123456789012.dkr.ecr.eu-west-1.localhost:5000",
        ] {
            assert_eq!(Registry::at_host(host), Some(registry.clone()), "{host}");
        }
        for host in [
            "",
            "127.0.0.1:5000",
            "localhost",
            "public.ecr.aws",
            "1.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1",
        ] {
            assert_eq!(Registry::at_host(host), None, "{host}");
        }
    }

    #[test]
    fn finds_the_target_of_a_host() {
        assert_eq!(Target::at_host("public.ecr.aws"), Target::Public);
        assert_eq!(Target::at_host("ecr-public.aws.com"), Target::Public);
        assert_eq!(Target::at_host("localhost"), Target::Unnamed);
        let host = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn";
        let Target::Private(registry) = Target::at_host(host) else { panic!("{host} must be the host of a registry") };
        assert_eq!(registry.repository_arn("app"), "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app");
    }

    #[test]
    fn a_token_is_valid_for_its_region_and_accounts() {
        let token = Issued {
            region: Some("eu-west-1".to_owned()),
            accounts: vec!["123456789012".to_owned()],
            principal: Principal::of_role("aws", "123456789012", "deploy", "ci"),
            expires_at: SystemTime::now(),
        };
        let takes = |account: &str, region: &str| {
            Registry { account: account.to_owned(), region: region.to_owned() }
                .takes(&token, &["222222222222".to_owned()])
        };
        assert!(takes("123456789012", "eu-west-1"));
        assert!(!takes("123456789012", "eu-west-2") && !takes("111111111111", "eu-west-1"));
        assert!(takes("222222222222", "eu-west-1") && !takes("222222222222", "eu-west-2"));
    }
}
