//! AWS's partitions: which Regions belong together, under one set of accounts.
//!
//! The lists are those of aws-sdk-go-base, which hashicorp/aws checks Regions against; the patterns are those of AWS's
//! endpoint rules, which place a Region that is newer than the list.

/// A group of Regions that share accounts; credentials of one mean nothing in another.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Partition {
    /// The name in ARNs, such as `aws-cn`.
    pub name: &'static str,
    /// Regions known when this was written.
    regions: &'static [&'static str],
    /// The text before the last two parts (`-west-1`) of the name of any Region.
    prefixes: &'static [&'static str],
    /// The end of the names of hosts.
    pub dns_suffix: &'static str,
    /// The end of the names of ECR's dual-stack registries. If the suffix of APIs begins with `api`, this suffix begins with `on`.
    /// AWS documents this for the first, the second and the Chinese one. The others are made by that rule.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>
    pub dual_stack_suffix: &'static str,
}

const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws",
        regions: &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
        prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
        dns_suffix: "amazonaws.com",
        dual_stack_suffix: "on.aws",
    },
    Partition {
        name: "aws-cn",
        regions: &["cn-north-1", "cn-northwest-1"],
        prefixes: &["cn"],
        dns_suffix: "amazonaws.com.cn",
        dual_stack_suffix: "on.amazonwebservices.com.cn",
    },
    Partition {
        name: "aws-eusc",
        regions: &["eusc-de-east-1"],
        prefixes: &["eusc-de"],
        dns_suffix: "amazonaws.eu",
        dual_stack_suffix: "on.amazonwebservices.eu",
    },
    Partition {
        name: "aws-iso",
        regions: &["us-iso-east-1", "us-iso-west-1"],
        prefixes: &["us-iso"],
        dns_suffix: "c2s.ic.gov",
        dual_stack_suffix: "on.aws.ic.gov",
    },
    Partition {
        name: "aws-iso-b",
        regions: &["us-isob-east-1", "us-isob-west-1"],
        prefixes: &["us-isob"],
        dns_suffix: "sc2s.sgov.gov",
        dual_stack_suffix: "on.aws.scloud",
    },
    Partition {
        name: "aws-iso-e",
        regions: &["eu-isoe-west-1"],
        prefixes: &["eu-isoe"],
        dns_suffix: "cloud.adc-e.uk",
        dual_stack_suffix: "on.cloud-aws.adc-e.uk",
    },
    Partition {
        name: "aws-iso-f",
        regions: &["us-isof-east-1", "us-isof-south-1"],
        prefixes: &["us-isof"],
        dns_suffix: "csp.hci.ic.gov",
        dual_stack_suffix: "on.aws.hci.ic.gov",
    },
    Partition {
        name: "aws-us-gov",
        regions: &["us-gov-east-1", "us-gov-west-1"],
        prefixes: &["us-gov"],
        dns_suffix: "amazonaws.com",
        dual_stack_suffix: "on.aws",
    },
];

/// The partition of a Region, by the lists or else by the form of its name.
pub(crate) fn find(region: &str) -> Option<&'static Partition> {
    let form = form(region);
    PARTITIONS.iter().find(|partition| {
        partition.regions.contains(&region) || form.is_some_and(|prefix| partition.prefixes.contains(&prefix))
    })
}

/// Whether the Region is in the lists.
pub(crate) fn knows(region: &str) -> bool {
    PARTITIONS.iter().any(|partition| partition.regions.contains(&region))
}

/// The prefix of a name of the form `prefix-word-number`.
fn form(region: &str) -> Option<&str> {
    let (rest, number) = region.rsplit_once('-')?;
    let (prefix, word) = rest.rsplit_once('-')?;
    // Small letters, as all Regions have: hosts are made of them, and clients know hosts letter by letter.
    let of_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let word_ok = !word.is_empty() && word.chars().all(of_word);
    let number_ok = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    (word_ok && number_ok).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_placed_by_list_or_by_form() {
        let name = |region| find(region).map(|partition| partition.name);
        for partition in &PARTITIONS {
            for region in partition.regions {
                assert_eq!(name(region), Some(partition.name), "{region}");
                // Every listed Region is of its partition's form: so will new ones be.
                assert!(form(region).is_some_and(|prefix| partition.prefixes.contains(&prefix)), "{region}");
            }
        }
        assert_eq!(name("us-east-9"), Some("aws"));
        assert_eq!(name("us-gov-north-1"), Some("aws-us-gov"));
        for nonsense in ["", "narnia-1", "us-east", "us--1", "us-east-x", "US-EAST-1", "x.us-east-1", "us-east-1 "] {
            assert_eq!(name(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn only_listed_regions_are_known() {
        assert!(knows("eu-central-1"));
        assert!(!knows("us-east-9"));
    }
}
