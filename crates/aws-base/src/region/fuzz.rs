//! Checks that the name of a Region, which becomes a part of a host name, neither extends the host name nor ends it.

use http::Uri;
use proptest::prelude::*;

use super::*;
use crate::origin::Origin;

/// A pattern for names, parts of names, and the characters that end a host in a URL. The pattern is needed because
/// `Region::parse` would reject almost all random bytes.
const NAME: &str = concat!(
    r"(us|eu|us-gov|cn|narnia|west|east|[12./#?@:%\\_ \n\u{e9}-]|EU|eu-west-1|us-east-9|evil\.example|",
    r".{0,9}){0,6}|(us|eu|eu-isoe|cn)-[a-z0-9_]{1,80}-[0-9]{1,3}",
);

fn is_label(region: &str) -> Result<(), TestCaseError> {
    let host = format!("api.ecr.{region}.amazonaws.com");
    let uri: Uri = format!("https://{host}/path").parse().map_err(|_| TestCaseError::fail("not a part of a URL"))?;
    prop_assert_eq!(uri.authority().map(ToString::to_string), Some(host));
    prop_assert!(region.len() <= 63 && !region.contains('.'));
    Ok(())
}

proptest! {
    #[test]
    fn every_region_is_a_dns_label(text in NAME) {
        if let Ok(region) = Region::parse(&text) {
            is_label(region.as_str())?;
            prop_assert!(region.partition().is_some() || region.require_known(&Origin::Caller).is_err());
        }
    }

    #[test]
    fn a_requested_region_is_in_the_configured_partition(
        caller in prop::option::of(NAME),
        configured in prop::option::of(NAME),
    ) {
        let [caller, configured] = [caller, configured].map(|text| Region::parse(&text?).ok());
        if let Ok(region) = Region::to_ask(caller.as_ref(), configured.as_ref()) {
            let known = configured.as_ref().and_then(Region::partition);
            prop_assert!(known.is_none() || region.partition() == known);
        }
    }
}
