//! AWS's partitions: which Regions belong together, under one set of accounts.
//!
//! The list has the Regions of botocore, the library behind the AWS CLI, and those of aws-sdk-go-base, which hashicorp/aws checks Regions
//! against. A Region that is newer than the list is placed by the beginning of its name, as in the patterns of AWS's endpoint rules.

use std::sync::LazyLock;

/// A group of Regions that share accounts; credentials of one mean nothing in another.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Partition {
    /// The name in ARNs, such as `aws-cn`.
    pub name: &'static str,
    /// The end of the names of hosts.
    pub dns_suffix: &'static str,
    /// The same of dual-stack hosts, without the part before it: `api` for APIs, and `on` for ECR's registries.
    pub dual_stack_domain: &'static str,
    /// The text before the last two parts (`-west-1`) of the name of any Region.
    prefixes: Vec<&'static str>,
    /// Regions known when this was written.
    regions: Vec<&'static str>,
}

/// The list: its first lines say what stands where.
const LIST: &str = include_str!("partitions.txt");

static PARTITIONS: LazyLock<Vec<Partition>> =
    LazyLock::new(|| LIST.split("\n\n").filter(|block| !block.starts_with('#')).filter_map(Partition::read).collect());

impl Partition {
    /// Every partition that was known when this was written.
    pub fn all() -> &'static [Self] {
        &PARTITIONS
    }

    /// Reads a block of the list.
    fn read(block: &'static str) -> Option<Self> {
        let mut lines = block.lines();
        let mut words = lines.next()?.split(' ');
        let (name, dns_suffix, dual_stack_domain) = (words.next()?, words.next()?, words.next()?);
        Some(Self { name, dns_suffix, dual_stack_domain, prefixes: words.collect(), regions: lines.collect() })
    }
}

/// The partition of a Region, by the list or else by the form of its name.
pub(crate) fn find(region: &str) -> Option<&'static Partition> {
    let form = form(region);
    PARTITIONS.iter().find(|partition| {
        partition.regions.contains(&region) || form.is_some_and(|prefix| partition.prefixes.contains(&prefix))
    })
}

/// Whether the Region is in the list.
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
        for partition in PARTITIONS.iter() {
            for region in &partition.regions {
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
    fn every_line_of_the_list_is_read() {
        let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let read = PARTITIONS.iter().map(|partition| 1 + partition.regions.len()).sum::<usize>();
        assert_eq!(lines.count(), read);
        assert!(PARTITIONS.iter().all(|partition| !partition.prefixes.is_empty()), "{PARTITIONS:?}");
    }

    #[test]
    fn only_listed_regions_are_known() {
        assert!(knows("eu-central-1"));
        assert!(!knows("us-east-9"));
    }
}
