//! Checks the Regions of settings and callers, and chooses the Region for a request.

use super::{InvalidRegion, Region};
use crate::{error::Error, origin::Origin, partition, shown::Shown};

impl Region {
    /// Parses the name of a Region that comes from `origin`.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn parse_from(text: &str, origin: &Origin) -> Result<Self, Error> {
        Self::parse(text).map_err(|flaw| unknown(text, origin, Some(flaw)))
    }

    /// Returns the Region if this version knows it. hashicorp/aws requires this without `skip_region_validation`.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn require_known(&self, origin: &Origin) -> Result<&Self, Error> {
        if partition::is_listed(&self.0) { Ok(self) } else { Err(unknown(&self.0, origin, None)) }
    }

    /// Returns the Region for a request: the caller's if there is one, which must be in the partition of the configured Region.
    ///
    /// # Errors
    /// [`Error::NoRegion`], [`Error::OtherPartition`], [`Error::UnknownRegion`].
    pub(crate) fn to_ask(caller: Option<&Self>, configured: Option<&Self>) -> Result<Self, Error> {
        let Some(region) = caller else { return configured.cloned().ok_or(Error::NoRegion) };
        match (region.partition(), configured.map(Self::partition)) {
            // If the configured Region is unknown but accepted, it has no partition to compare with.
            (_, Some(None)) => Ok(region.clone()),
            (Some(got), Some(Some(want))) if got != want => {
                Err(Error::OtherPartition { region: region.clone(), got: got.name, want: want.name })
            }
            _ => region.require_partition().cloned(),
        }
    }

    /// Returns the Region if its partition is known. Use it for a caller's Region.
    ///
    /// # Errors
    /// [`Error::UnknownRegion`].
    pub fn require_partition(&self) -> Result<&Self, Error> {
        if self.partition().is_some() { Ok(self) } else { Err(unknown(&self.0, &Origin::Caller, None)) }
    }
}

fn unknown(text: &str, origin: &Origin, flaw: Option<InvalidRegion>) -> Error {
    Error::UnknownRegion { region: Shown::value(text), origin: origin.clone(), flaw }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_may_use_an_unlisted_region() {
        let region = |name: &str| Region::parse(name).expect("a Region");
        // Newer than the list, and beside an unknown Region that was accepted.
        for (caller, configured) in [("us-east-9", "us-east-1"), ("narnia-1", "narnia-2")] {
            let asked = Region::to_ask(Some(&region(caller)), Some(&region(configured)));
            assert_eq!(asked.expect("a Region").as_str(), caller);
        }
        let error = Region::to_ask(Some(&region("narnia-1")), None).expect_err("not a Region");
        assert!(matches!(error, Error::UnknownRegion { origin: Origin::Caller, flaw: None, .. }), "{error:?}");
    }
}
