//! The names of Regions.

use std::{borrow::Cow, fmt};

use crate::partition::{self, Partition};

mod choice;

/// The name of a Region. The Region does not have to be in the list of known Regions. The name consists of 1 to 63 letters,
/// digits and dashes, because the name becomes a part of host names.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Region(Cow<'static, str>);

/// The reason why a text cannot be the name of a Region. Each message continues a sentence that begins with "it".
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRegion {
    /// The text contains white space.
    #[error("contains a space. Remove the space")]
    Blank,
    /// The text contains a line break.
    #[error("contains a line break. Remove it")]
    LineBreak,
    /// The text contains any other invalid character, is empty, or is too long.
    #[error("must consist of letters, digits and dashes, 63 at most")]
    Letters,
    /// The text contains quotation marks.
    #[error("contains quotation marks. Remove the quotation marks")]
    QuotationMarks,
}

impl Region {
    /// The Region in Northern Virginia.
    pub const US_EAST_1: Self = Self(Cow::Borrowed("us-east-1"));

    /// # Errors
    /// See [`InvalidRegion`].
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if (1..=63).contains(&text.len()) && text.bytes().all(is_letter) {
            return Ok(Self(text.to_owned().into()));
        }
        Err(if text.contains(['\n', '\r']) {
            InvalidRegion::LineBreak
        } else if text.contains(char::is_whitespace) {
            InvalidRegion::Blank
        } else if text.contains(['"', '\'']) {
            InvalidRegion::QuotationMarks
        } else {
            InvalidRegion::Letters
        })
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the partition of the Region. Finds the partition in the list of known Regions, or else by the beginning of the
    /// name.
    pub fn partition(&self) -> Option<&'static Partition> {
        partition::find(&self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_name_that_is_not_a_dns_label() {
        for (text, flaw) in [
            ("", InvalidRegion::Letters),
            ("x.evil/#", InvalidRegion::Letters),
            ("eu-west-1 ", InvalidRegion::Blank),
            ("eu-west-1\n", InvalidRegion::LineBreak),
            ("\"eu-west-1\"", InvalidRegion::QuotationMarks),
            (&format!("us-{}-1", "x".repeat(60)), InvalidRegion::Letters),
        ] {
            assert_eq!(Region::parse(text), Err(flaw), "{text:?}");
        }
    }
}
