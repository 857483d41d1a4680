//! Amazon Resource Names.

use crate::account_id::AccountId;

mod sections;

pub use sections::{ArnSections, InvalidArnForm};

/// An Amazon Resource Name (ARN), validated as in hashicorp/aws.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Arn(String);

/// The reason why a text is not an ARN. Each message completes a longer error message, and has no period at the end.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArn {
    /// The account is not valid.
    #[error("its account is not 12 digits")]
    Account,
    /// The text has fewer than six sections, or does not begin with `arn:`.
    #[error("it is not of the form arn:partition:service:region:account:resource")]
    Form,
    /// The partition is not valid.
    #[error("its partition is not of the form of aws, aws-cn or aws-us-gov")]
    Partition,
    /// The Region is not valid.
    #[error("its Region is not of the form of eu-west-1")]
    Region,
    /// The resource is missing.
    #[error("it ends before the resource")]
    Resource,
}

impl Arn {
    /// # Errors
    /// See [`InvalidArn`].
    pub fn parse(text: &str) -> Result<Self, InvalidArn> {
        let sections = ArnSections::parse(text).map_err(|_| InvalidArn::Form)?;
        let ArnSections { partition, region, account_id, resource, .. } = sections;
        if !is_partition(partition) {
            return Err(InvalidArn::Partition);
        }
        if !(region.is_empty() || is_region(region)) {
            return Err(InvalidArn::Region);
        }
        if !(account_id.is_empty() || is_account(account_id)) {
            return Err(InvalidArn::Account);
        }
        if resource.is_empty() { Err(InvalidArn::Resource) } else { Ok(Self(text.to_owned())) }
    }

    /// Returns the text of the ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the account ID. Returns `None` if the account section is empty. Also returns `None` if the account section
    /// contains a text such as `aws`, which marks a resource of AWS.
    pub fn account_id(&self) -> Option<AccountId> {
        AccountId::parse(ArnSections::parse(&self.0).ok()?.account_id).ok()
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_partition(text: &str) -> bool {
    let mut words = text.split('-');
    words.next() == Some("aws") && words.all(is_word)
}

/// Checks whether the text has the form of a Region name, such as `eu-west-1`, `us-gov-east-1` or `eusc-de-east-1`. A Region name
/// consists of 2 to 4 letters, one or more words, and a number, separated by dashes.
fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [area, words @ .., number] = &parts[..] else { return false };
    (2..=4).contains(&area.len())
        && is_word(area)
        && !words.is_empty()
        && words.iter().all(|word| is_word(word))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks whether the text is valid in the account section: an account ID, or a text such as `aws`, which marks a resource of
/// AWS.
fn is_account(text: &str) -> bool {
    matches!(text, "aws" | "aws-managed" | "aws-marketplace" | "third-party")
        || AccountId::parse(text).is_ok()
        || (text.starts_with("cw") && text.chars().count() == 12)
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_invalid_section() {
        for (arn, flaw) in [
            ("arn:aws:iam::123456789012", "it is not of the form"),
            ("arn:aws-:iam::123456789012:role/deploy", "its partition"),
            ("arn:azure:iam::123456789012:role/deploy", "its partition"),
            ("arn:aws:iam:Ireland:123456789012:role/deploy", "its Region"),
            ("arn:aws:iam:eu-1:123456789012:role/deploy", "its Region"),
            ("arn:aws:iam::12345678901:role/deploy", "its account"),
            ("arn:aws:iam::12345678901a:role/deploy", "its account"),
            ("arn:aws:iam::123456789012:", "it ends"),
        ] {
            let problem = Arn::parse(arn).expect_err(arn).to_string();
            assert!(problem.starts_with(flaw), "{arn}: {problem}");
        }
    }
}
