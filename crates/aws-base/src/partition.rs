//! AWS's partitions: groups of Regions that share accounts.
//!
//! The list contains the Regions of botocore, the library behind the AWS CLI. It also contains the Regions of aws-sdk-go-base,
//! because hashicorp/aws accepts these Regions. A newer Region belongs to the partition that matches the beginning of the
//! Region's name, as in AWS's endpoint rules.

use std::sync::LazyLock;

/// A group of Regions that share accounts. The credentials of one partition are not valid in other partitions.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Partition {
    /// The name of the partition in ARNs, such as `aws-cn`.
    pub name: &'static str,
    /// The domain at the end of host names, such as `amazonaws.com`.
    pub dns_suffix: &'static str,
    /// The domain at the end of dual-stack host names, such as `aws`. In the host names of APIs, `api.` precedes this domain. In
    /// the host names of ECR's registries, `on.` precedes this domain.
    pub dual_stack_domain: &'static str,
    /// The beginnings of Region names, such as `us` in `us-west-1`.
    prefixes: Vec<&'static str>,
    /// The names of the Regions in the list.
    regions: Vec<&'static str>,
}

/// The list of partitions and Regions. The first lines of the file describe the format.
const LIST: &str = include_str!("partitions.txt");

static PARTITIONS: LazyLock<Vec<Partition>> =
    LazyLock::new(|| LIST.split("\n\n").filter(|block| !block.starts_with('#')).filter_map(Partition::read).collect());

impl Partition {
    /// Returns every partition in the list.
    pub fn all() -> &'static [Self] {
        &PARTITIONS
    }

    /// Parses one block of the list. Each block describes one partition.
    fn read(block: &'static str) -> Option<Self> {
        let mut lines = block.lines();
        let mut words = lines.next()?.split(' ');
        let (name, dns_suffix, dual_stack_domain) = (words.next()?, words.next()?, words.next()?);
        Some(Self { name, dns_suffix, dual_stack_domain, prefixes: words.collect(), regions: lines.collect() })
    }
}

/// Returns the partition of a Region. Finds the partition in the list, or else by the beginning of the Region's name.
pub(crate) fn find(region: &str) -> Option<&'static Partition> {
    let form = region_prefix(region);
    PARTITIONS.iter().find(|partition| {
        partition.regions.contains(&region) || form.is_some_and(|prefix| partition.prefixes.contains(&prefix))
    })
}

/// Checks whether the Region is in the list.
pub(crate) fn is_listed(region: &str) -> bool {
    PARTITIONS.iter().any(|partition| partition.regions.contains(&region))
}

/// Returns the prefix of a Region name. Returns `None` if the name does not have the form `prefix-word-number`.
fn region_prefix(region: &str) -> Option<&str> {
    let (rest, number) = region.rsplit_once('-')?;
    let (prefix, word) = rest.rsplit_once('-')?;
    // Uppercase letters are rejected, because the names of all Regions are in lowercase. The name becomes a part of host names,
    // and clients compare host names case-sensitively.
    let of_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let word_ok = !word.is_empty() && word.chars().all(of_word);
    let number_ok = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    (word_ok && number_ok).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_partition_of_listed_and_new_regions() {
        let name = |region| find(region).map(|partition| partition.name);
        for partition in PARTITIONS.iter() {
            for region in &partition.regions {
                assert_eq!(name(region), Some(partition.name), "{region}");
                // Every listed Region begins with a prefix of its partition, so new Regions will probably begin with such a
                // prefix too.
                assert!(region_prefix(region).is_some_and(|prefix| partition.prefixes.contains(&prefix)), "{region}");
            }
        }
        assert_eq!(name("us-east-9"), Some("aws"));
        assert_eq!(name("us-gov-north-1"), Some("aws-us-gov"));
        for nonsense in ["", "narnia-1", "us-east", "us--1", "us-east-x", "US-EAST-1", "x.us-east-1", "us-east-1 "] {
            assert_eq!(name(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let read = PARTITIONS.iter().map(|partition| 1 + partition.regions.len()).sum::<usize>();
        assert_eq!(lines.count(), read);
        assert!(PARTITIONS.iter().all(|partition| !partition.prefixes.is_empty()), "{PARTITIONS:?}");
    }

    #[test]
    fn only_listed_regions_are_known() {
        assert!(is_listed("eu-central-1"));
        assert!(!is_listed("us-east-9"));
    }
}
