//! The host names of AWS. For clients that use the sandbox as a proxy, the sandbox stands in for all hosts of AWS.

use std::net::IpAddr;

use crate::host::Host;

/// The domains of AWS's APIs and of ECR's registries, in all partitions, each with the domain of the registries in the same
/// partition (<https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json>).
const DOMAINS: [(&str, &str); 17] = [
    ("amazonaws.com", "amazonaws.com"),
    ("amazonaws.com.cn", "amazonaws.com.cn"),
    ("amazonaws.eu", "amazonaws.eu"),
    ("amazonwebservices.com.cn", "amazonaws.com.cn"),
    ("amazonwebservices.eu", "amazonaws.eu"),
    ("api.aws", "amazonaws.com"),
    ("aws.hci.ic.gov", "csp.hci.ic.gov"),
    ("aws.ic.gov", "c2s.ic.gov"),
    ("aws.scloud", "sc2s.sgov.gov"),
    ("c2s.ic.gov", "c2s.ic.gov"),
    ("cloud-aws.adc-e.uk", "cloud.adc-e.uk"),
    ("cloud.adc-e.uk", "cloud.adc-e.uk"),
    ("csp.hci.ic.gov", "csp.hci.ic.gov"),
    ("ecr-public.aws.com", "amazonaws.com"),
    ("ecr.aws", "amazonaws.com"),
    ("on.aws", "amazonaws.com"),
    ("sc2s.sgov.gov", "sc2s.sgov.gov"),
];

/// The prefixes of Region names, each with the partition of these Regions, for all partitions except [`AWS`]
/// (<https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json>).
const PARTITIONS_OF_REGIONS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
];

/// The partition of Regions without a prefix in [`PARTITIONS_OF_REGIONS`].
const AWS: &str = "aws";

/// The domain that is reserved for tests: <https://www.rfc-editor.org/rfc/rfc6761#section-6.2>
const TESTS: &str = "test";

/// Returns the host in lower case, without a port and without a dot at the end. Two names mean the same host if they are equal in
/// this form.
pub(crate) fn normalize(host: &str) -> String {
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    };
    without_port.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether the sandbox, as a proxy, answers requests for URLs with this host. True for AWS's hosts and hosts below `.test`. Also
/// true for unspecified and link-local addresses, which cannot be addresses of servers on the Internet.
pub(crate) fn answers_for(host: &Host) -> bool {
    let is_local = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_unspecified() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unspecified(),
    };
    host.address().map_or_else(|| is_known(&host.to_string()), is_local)
}

pub(crate) fn is_known(host: &str) -> bool {
    domain(host).is_some() || is_below(host, TESTS)
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.') && !rest.starts_with('.'))
}

/// Returns the domain of the registries in the partition of an AWS host.
fn domain(host: &str) -> Option<&'static str> {
    DOMAINS.iter().find(|(end, _)| is_below(host, end)).map(|(_, domain)| *domain)
}

/// Returns the domain of the registries in the partition of this host, if the host is an endpoint of ECR's API in this Region.
pub(crate) fn registry_domain(host: &str, region: &str) -> Option<&'static str> {
    let host = normalize(host);
    let is_api = host.split('.').any(|label| ["ecr", "ecr-fips"].contains(&label));
    domain(&host).filter(|_| is_api && host.split('.').any(|label| label == region))
}

/// Returns the partition of a Region in the form that ARNs use, such as `aws`.
pub(crate) fn partition(region: &str) -> &'static str {
    PARTITIONS_OF_REGIONS.iter().find(|(start, _)| region.starts_with(start)).map_or(AWS, |(_, partition)| partition)
}

/// Whether the text is a partition of AWS.
pub(crate) fn is_partition(text: &str) -> bool {
    text == AWS || PARTITIONS_OF_REGIONS.iter().any(|(_, partition)| *partition == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_partition_of_a_region() {
        for (region, expected) in [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
        ] {
            assert_eq!(partition(region), expected, "{region}");
        }
    }

    #[test]
    fn recognizes_hosts_of_aws_and_of_tests() {
        for host in [
            "api.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            "public.ecr.aws",
            "ecr.eu-west-1.api.aws",
            "api.ecr.us-iso-east-1.c2s.ic.gov",
            "ecr.test",
        ] {
            assert!(is_known(host), "{host}");
        }
        for host in ["", ".test", "registry.terraform.io", "notamazonaws.com", "amazonaws.com.example", "127.0.0.1"] {
            assert!(!is_known(host), "{host}");
        }
    }

    #[test]
    fn recognizes_every_partition_and_its_domains() {
        let list = include_str!("../../aws-base/src/partitions.txt");
        // Every block except the first describes one partition. Such a block begins with the name of the partition, the suffix of
        // host names, and the suffix of dual-stack host names.
        for block in list.split("\n\n").skip(1) {
            let words: Vec<_> = block.split_ascii_whitespace().take(3).collect();
            let [name, suffix, dual_stack] = words[..] else { panic!("{block}") };
            assert!(is_partition(name), "{name}");
            for host in [format!("a.{suffix}"), format!("a.api.{dual_stack}"), format!("a.on.{dual_stack}")] {
                assert_eq!(domain(&host), Some(suffix), "{host}");
            }
        }
    }

    #[test]
    fn answers_for_addresses_of_this_machine() {
        let answers_for = |host: &str| answers_for(&host.parse().expect("a host"));
        for host in ["0.0.0.0", "[::]", "169.254.169.254", "STS.amazonaws.com", "sts.amazonaws.com.", "ecr.test"] {
            assert!(answers_for(host), "{host}");
        }
        for host in ["example.com", "amazonaws.com.evil.example", "192.0.2.1", "10.0.0.1"] {
            assert!(!answers_for(host), "{host}");
        }
    }

    #[test]
    fn a_registry_is_in_the_partition_of_the_api() {
        assert_eq!(registry_domain("api.ecr.eu-west-1.amazonaws.com", "eu-west-1"), Some("amazonaws.com"));
        assert_eq!(registry_domain("api.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"), Some("amazonaws.com.cn"));
        assert_eq!(registry_domain("api.ecr-fips.us-east-1.amazonaws.com", "us-east-1"), Some("amazonaws.com"));
        assert_eq!(registry_domain("ecr-fips.us-east-1.api.aws", "us-east-1"), Some("amazonaws.com"));
        assert_eq!(
            registry_domain("ECR.cn-north-1.api.amazonwebservices.com.cn.", "cn-north-1"),
            Some("amazonaws.com.cn")
        );
        assert_eq!(registry_domain("vpce-1.api.ecr.eu-west-1.vpce.amazonaws.com", "eu-west-1"), Some("amazonaws.com"));
        for host in ["api.ecr.eu-west-2.amazonaws.com", "ecr.test", "api.ecr.eu-west-1.example.com"] {
            assert_eq!(registry_domain(host, "eu-west-1"), None, "{host}");
        }
    }
}
