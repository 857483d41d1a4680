//! The names of Regions.

use std::{borrow::Cow, fmt};

use crate::{
    error::Error,
    origin::Origin,
    partition::{self, Partition},
    shown::shown,
};

/// The name of a Region, known or new: 1 to 63 letters, digits and dashes, since it becomes a part of host names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Region(Cow<'static, str>);

/// The flaw of a text that cannot be the name of a Region, old or new. Messages read after "it".
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRegion {
    /// There is a blank.
    #[error("holds a blank: remove it")]
    Blank,
    /// There is a line break.
    #[error("holds a line break: remove it")]
    LineBreak,
    /// There is another character, or none, or there are too many.
    #[error("must consist of letters, digits and dashes, 63 at most")]
    Letters,
    /// There are quotation marks.
    #[error("holds quotation marks: remove them")]
    QuotationMarks,
}

impl Region {
    /// N. Virginia.
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

    /// Parses a Region that `origin` names.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn parse_from(text: &str, origin: &Origin) -> Result<Self, Error> {
        Self::parse(text).map_err(|flaw| unknown(text, origin, Some(flaw)))
    }

    /// Checks that this version knows the Region, as hashicorp/aws wants it without `skip_region_validation`.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn check_known(&self, origin: &Origin) -> Result<(), Error> {
        if partition::knows(&self.0) { Ok(()) } else { Err(unknown(&self.0, origin, None)) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition, by the list of known Regions or else by the form of the name.
    pub fn partition(&self) -> Option<&'static Partition> {
        partition::find(&self.0)
    }

    /// The Region to ask: the caller's if there is one, which must be in the partition of the configured Region.
    ///
    /// # Errors
    /// [`Error::NoRegion`], [`Error::OtherPartition`], [`Error::UnknownRegion`].
    pub(crate) fn to_ask(caller: Option<&Self>, configured: Option<&Self>) -> Result<Self, Error> {
        let Some(region) = caller else { return configured.cloned().ok_or(Error::NoRegion) };
        match (region.partition(), configured.map(Self::partition)) {
            // A configured Region that was let through unknown has no partition to compare with.
            (_, Some(None)) => Ok(region.clone()),
            (Some(got), Some(Some(want))) if got != want => {
                Err(Error::OtherPartition { region: region.clone(), got: got.name, want: want.name })
            }
            _ => region.check_partition().map(|()| region.clone()),
        }
    }

    /// Checks that a Region that a caller names is of a partition.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn check_partition(&self) -> Result<(), Error> {
        match self.partition() {
            Some(_) => Ok(()),
            None => Err(unknown(&self.0, &Origin::Caller, None)),
        }
    }
}

fn unknown(text: &str, origin: &Origin, flaw: Option<InvalidRegion>) -> Error {
    Error::UnknownRegion { region: shown(text).to_owned(), origin: origin.clone(), flaw }
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
    fn a_caller_may_name_a_region_that_is_not_listed() {
        let region = |name: &str| Region::parse(name).expect("a Region");
        // Newer than the list, and beside one that was let through.
        for (caller, configured) in [("us-east-9", "us-east-1"), ("narnia-1", "narnia-2")] {
            let asked = Region::to_ask(Some(&region(caller)), Some(&region(configured)));
            assert_eq!(asked.expect("a Region").as_str(), caller);
        }
        let error = Region::to_ask(Some(&region("narnia-1")), None).expect_err("not a Region");
        assert!(matches!(error, Error::UnknownRegion { origin: Origin::Caller, flaw: None, .. }), "{error:?}");
    }

    #[test]
    fn a_name_is_a_part_of_a_host_name() {
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
