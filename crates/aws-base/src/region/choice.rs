//! Checks Regions that come from settings and from callers, and chooses the Region for a request.

use super::{InvalidRegion, Region};
use crate::{error::Error, origin::Origin, partition, shown::Shown};

impl Region {
    /// Parses the name of a Region. `origin` is the origin of the text.
    ///
    /// # Errors
    /// Returns [`Error::UnknownRegion`] if the text cannot be the name of a Region.
    pub fn parse_from(text: &str, origin: &Origin) -> Result<Self, Error> {
        Self::parse(text).map_err(|flaw| unknown(text, origin, Some(flaw)))
    }

    /// Returns the Region if it is in the list of known Regions. Without `skip_region_validation`, hashicorp/aws requires a known
    /// Region.
    ///
    /// # Errors
    /// Returns [`Error::UnknownRegion`] if the Region is not in the list.
    pub fn require_known(&self, origin: &Origin) -> Result<&Self, Error> {
        if partition::is_listed(&self.0) { Ok(self) } else { Err(unknown(&self.0, origin, None)) }
    }

    /// Returns the Region for a request: the caller's Region, or else the configured Region. The caller's Region must be in the
    /// partition of the configured Region.
    ///
    /// # Errors
    /// Returns [`Error::NoRegion`] if neither Region is set. Returns [`Error::OtherPartition`] if the partitions of the two
    /// Regions differ. Returns [`Error::UnknownRegion`] if the partition of the caller's Region is not known, unless the
    /// partition of the configured Region is also not known.
    pub(crate) fn to_ask(caller: Option<&Self>, configured: Option<&Self>) -> Result<Self, Error> {
        let Some(region) = caller else { return configured.cloned().ok_or(Error::NoRegion) };
        match (region.partition(), configured.map(Self::partition)) {
            // The configured Region was accepted although it is unknown, so its partition is unknown too.
            (_, Some(None)) => Ok(region.clone()),
            (Some(got), Some(Some(want))) if got != want => {
                Err(Error::OtherPartition { region: region.clone(), got: got.name, want: want.name })
            }
            _ => region.require_partition().cloned(),
        }
    }

    /// Returns the Region if its partition is known. Use this check for a Region that comes from the caller of a request.
    ///
    /// # Errors
    /// Returns [`Error::UnknownRegion`] if the partition is not known.
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
        // In the first pair, the caller's Region is newer than the list. In the second pair, the configured Region is unknown but
        // was accepted.
        for (caller, configured) in [("us-east-9", "us-east-1"), ("narnia-1", "narnia-2")] {
            let asked = Region::to_ask(Some(&region(caller)), Some(&region(configured)));
            assert_eq!(asked.expect("a Region").as_str(), caller);
        }
        let error = Region::to_ask(Some(&region("narnia-1")), None).expect_err("not a Region");
        assert!(matches!(error, Error::UnknownRegion { origin: Origin::Caller, flaw: None, .. }), "{error:?}");
    }
}
