//! The hosts of ECR's registries.
//!
//! AWS documents the hosts of private registries in <https://docs.aws.amazon.com/general/latest/gr/ecr.html> and
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>. It documents the hosts of public registries in
//! <https://docs.aws.amazon.com/AmazonECR/latest/public/public-ecr-requests.html>.

use std::fmt;

use aws_base::{AccountId, Partition, Region};

/// A registry of ECR. [`Display`](fmt::Display) writes the host of the registry.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Registry {
    /// The private registry of an account in a Region.
    Private(PrivateRegistry),
    /// The registry of ECR Public.
    Public {
        /// Whether the host is dual-stack. A dual-stack host has IPv6 addresses in addition to IPv4 addresses.
        dual_stack: bool,
    },
}

/// The private registry of an account in a Region. [`Display`](fmt::Display) writes the host of the registry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrivateRegistry {
    account_id: AccountId,
    region: Region,
    fips: bool,
    dual_stack: bool,
    partition: &'static Partition,
}

/// The error for a Region whose partition is not known. The partition determines the host of a registry.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("it is not an AWS Region, and does not look like one, such as eu-west-1")]
#[expect(clippy::exhaustive_structs, reason = "the error has no details")]
pub struct NoPartition;

/// The hosts of ECR Public: first the host for IPv4 only, then the dual-stack host.
const PUBLIC: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];

impl PrivateRegistry {
    /// Creates the registry of an account in a Region. By default, the registry has the host for IPv4 only, without FIPS.
    ///
    /// # Errors
    /// See [`NoPartition`].
    pub fn new(account_id: AccountId, region: Region) -> Result<Self, NoPartition> {
        let partition = region.partition().ok_or(NoPartition)?;
        Ok(Self { account_id, region, fips: false, dual_stack: false, partition })
    }

    /// Sets whether to use the FIPS host. Not every Region has a FIPS host:
    /// <https://docs.aws.amazon.com/general/latest/gr/ecr.html>
    #[must_use]
    pub fn fips(mut self, fips: bool) -> Self {
        self.fips = fips;
        self
    }

    /// Sets whether to use the dual-stack host, which has IPv6 addresses in addition to IPv4 addresses.
    #[must_use]
    pub fn dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = dual_stack;
        self
    }

    /// Returns the account of the registry.
    pub fn account_id(&self) -> &AccountId {
        &self.account_id
    }

    /// Returns the Region of the registry.
    pub fn region(&self) -> &Region {
        &self.region
    }

    fn parse(host: &str) -> Option<Self> {
        let (account_id, rest) = host.split_once('.')?;
        let (dual_stack, rest) = match (rest.strip_prefix("dkr.ecr"), rest.strip_prefix("dkr-ecr")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return None,
        };
        let (fips, rest) = rest.strip_prefix("-fips").map_or((false, rest), |rest| (true, rest));
        let region = rest.strip_prefix('.')?.split('.').next()?;
        let (account_id, region) = (AccountId::parse(account_id).ok()?, Region::parse(region).ok()?);
        let registry = Self::new(account_id, region).ok()?.fips(fips).dual_stack(dual_stack);
        // Rejects a host whose domain does not belong to the partition of the Region.
        (registry.to_string() == host).then_some(registry)
    }
}

impl Registry {
    /// Returns the registry with this host. Returns `None` unless the text is exactly a host of ECR: in lowercase letters, without a port
    /// or a path.
    pub fn parse(host: &str) -> Option<Self> {
        match PUBLIC.iter().position(|public| *public == host) {
            Some(position) => Some(Self::Public { dual_stack: position == 1 }),
            None => PrivateRegistry::parse(host).map(Self::Private),
        }
    }
}

impl fmt::Display for PrivateRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account_id, region, fips, dual_stack, partition } = self;
        let fips = if *fips { "-fips" } else { "" };
        if *dual_stack {
            // AWS documents `on.aws` and `on.amazonwebservices.com.cn`. The domains of the other partitions follow the same rule:
            // <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>
            return write!(f, "{account_id}.dkr-ecr{fips}.{region}.on.{}", partition.dual_stack_domain);
        }
        write!(f, "{account_id}.dkr.ecr{fips}.{region}.{}", partition.dns_suffix)
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private(registry) => registry.fmt(f),
            Self::Public { dual_stack } => f.write_str(PUBLIC[usize::from(*dual_stack)]),
        }
    }
}

/// Returns the account in a host that begins like a host of ECR. The host may have any domain, because servers that replace AWS have their
/// own domains.
pub(crate) fn account_of(host: &str) -> Option<AccountId> {
    let (account, rest) = host.split_once('.')?;
    let is_ecrs = rest.starts_with("dkr.ecr.") || rest.starts_with("dkr.ecr-fips.") || rest.starts_with("dkr-ecr");
    AccountId::parse(account).ok().filter(|_| is_ecrs)
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_partition_has_four_hosts() {
        for (region, usual, dual_stack) in [
            ("eu-west-1", "amazonaws.com", "on.aws"),
            ("us-gov-west-1", "amazonaws.com", "on.aws"),
            ("cn-north-1", "amazonaws.com.cn", "on.amazonwebservices.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu", "on.amazonwebservices.eu"),
            ("us-iso-east-1", "c2s.ic.gov", "on.aws.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov", "on.aws.scloud"),
            ("eu-isoe-west-1", "cloud.adc-e.uk", "on.cloud-aws.adc-e.uk"),
            ("us-isof-south-1", "csp.hci.ic.gov", "on.aws.hci.ic.gov"),
        ] {
            let account = AccountId::parse("123456789012").expect("an account");
            let registry = PrivateRegistry::new(account, Region::parse(region).expect("a Region")).expect(region);
            for (fips, infix) in [(false, ""), (true, "-fips")] {
                let registry = registry.clone().fips(fips);
                assert_eq!(registry.to_string(), format!("123456789012.dkr.ecr{infix}.{region}.{usual}"));
                let host = format!("123456789012.dkr-ecr{infix}.{region}.{dual_stack}");
                assert_eq!(registry.dual_stack(true).to_string(), host);
            }
        }
        for (host, dual_stack) in [("public.ecr.aws", false), ("ecr-public.aws.com", true)] {
            assert_eq!(Registry::parse(host), Some(Registry::Public { dual_stack }));
            assert_eq!(Registry::Public { dual_stack }.to_string(), host);
        }
    }

    #[test]
    fn rejects_hosts_that_are_not_ecr() {
        for host in [
            "",
            ".",
            "123456789012",
            "12345.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.on.aws",
            "123456789012.dkr-ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr-fipseu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            "evil.123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr..amazonaws.com",
            "xpublic.ecr.aws",
            "public.ecr.aws.evil.example",
        ] {
            assert_eq!(Registry::parse(host), None, "{host}");
        }
    }

    #[test]
    fn finds_the_account_in_a_localstack_host() {
        let host = "000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566";
        assert_eq!(account_of(host).as_ref().map(AccountId::as_str), Some("000000000000"));
        for host in ["", "127.0.0.1:5000", "000000000000.example.com", "0.dkr.ecr.us-east-1.amazonaws.com"] {
            assert_eq!(account_of(host), None, "{host}");
        }
    }
}
