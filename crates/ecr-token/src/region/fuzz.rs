//! Regions become a part of host names: none may add to the name, or end it.

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
    fn every_region_that_is_let_through_is_a_label(region in names()) {
        if check_label(Some(&region), || Origin::Caller).is_ok() {
            is_label(&region)?;
        }
        if check_region(&region).is_ok() {
            prop_assert!(check_region_form(&region).is_ok());
            prop_assert!(check_label(Some(&region), || Origin::Caller).is_ok());
        }
    }

    #[test]
    fn every_region_that_is_asked_is_a_label(
        caller in prop::option::of(names()),
        configured in prop::option::of(names()).prop_filter("configured", |region| {
            region.is_none() || check_label(region.as_deref(), || Origin::Caller).is_ok()
        }),
    ) {
        if let Ok(region) = asked(caller.as_deref(), configured.as_deref()) {
            is_label(&region)?;
            let partitions = configured.as_deref().and_then(partition::of).map(|known| (Some(known), partition::of(&region)));
            prop_assert!(partitions.is_none_or(|(known, asked)| known == asked));
        }
    }
}
