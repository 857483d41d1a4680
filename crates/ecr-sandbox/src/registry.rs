//! The registry of an account in a Region: its host, and the tokens that it takes.

use crate::{key::is_account, tokens::Issued};

/// The registry of an account in a Region.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Registry {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Registry {
    /// Reads a host as ECR names them: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`, or with any other domain.
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

    /// Whether the token is good for this registry. Those of `open` accounts take every token of their Region.
    pub(crate) fn takes(&self, token: &Issued, open: &[String]) -> bool {
        let mut accounts = token.accounts.iter().chain(open);
        token.region.as_ref() == Some(&self.region) && accounts.any(|account| *account == self.account)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn ecrs_hosts_have_an_account_and_a_region() {
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
    fn a_token_is_good_for_its_region_and_accounts() {
        let token = Issued {
            region: Some("eu-west-1".to_owned()),
            accounts: vec!["123456789012".to_owned()],
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
