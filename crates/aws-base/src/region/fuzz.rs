//! Names of Regions become a part of host names: none may add to the host, or end it.

use http::Uri;
use proptest::{collection, prelude::*};

use super::*;

/// Names, parts of names, and what ends a host in a URL: noise would not get past the first check.
fn names() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "us",
        "eu",
        "us-gov",
        "cn",
        "narnia",
        "-",
        "west",
        "east",
        "1",
        "2",
        ".",
        "/",
        "#",
        "?",
        "@",
        ":",
        "%",
        "\\",
        "_",
        " ",
        "\n",
        "\u{e9}",
        "EU",
        "eu-west-1",
        "us-east-9",
        "evil.example",
    ];
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(ToOwned::to_owned), 1 => any::<String>()];
    prop_oneof![
        collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat()),
        "(us|eu|eu-isoe|cn)-[a-z0-9_]{1,80}-[0-9]{1,3}",
    ]
}

fn is_label(region: &str) -> Result<(), TestCaseError> {
    let host = format!("api.ecr.{region}.amazonaws.com");
    let uri: Uri = format!("https://{host}/path").parse().map_err(|_| TestCaseError::fail("not a part of a URL"))?;
    prop_assert_eq!(uri.authority().map(ToString::to_string), Some(host));
    prop_assert!(region.len() <= 63 && !region.contains('.'));
    Ok(())
}

proptest! {
    #[test]
    fn every_region_is_a_label(text in names()) {
        if let Ok(region) = Region::parse(&text) {
            is_label(region.as_str())?;
        }
        if let Ok(region) = Region::parse_from(&text, &Origin::Caller, true) {
            prop_assert!(region.partition().is_some());
        }
    }

    #[test]
    fn every_region_that_is_asked_is_in_the_partition(
        caller in prop::option::of(names()),
        configured in prop::option::of(names()),
    ) {
        let [caller, configured] = [caller, configured].map(|text| Region::parse(&text?).ok());
        if let Ok(region) = Region::to_ask(caller.as_ref(), configured.as_ref()) {
            let known = configured.as_ref().and_then(Region::partition);
            prop_assert!(known.is_none() || region.partition() == known);
        }
    }
}
