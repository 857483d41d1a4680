//! Tests random requests.

use http::{Method, Uri};
use proptest::prelude::*;

use super::{Place, RegistryCall};
use crate::registry::Registry;

proptest! {
    #[test]
    fn a_request_is_for_at_most_one_repository(
        method in "GET|HEAD|POST|PUT|PATCH|DELETE|[A-Z]{1,5}",
        target in "/v2(/(app|team|[.]{1,2}|blobs|uploads|manifests|tags|list|referrers|_catalog|%2[fFeE]|%[0-9a-f]{2}|[a-z*:]{0,4})){0,7}([?](from|mount|digest)=[a-z%/*]{0,5})?",
    ) {
        let (Ok(method), Ok(uri)) = (method.parse::<Method>(), target.parse::<Uri>()) else { return Ok(()) };
        let Ok(call) = RegistryCall::parse(&method, &uri) else { return Ok(()) };
        let registry = Registry { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
        for place in [Place::Private(registry), Place::Public { account: "123456789012".to_owned() }] {
            let permissions = call.permissions(&place).unwrap_or_default();
            for permission in permissions.into_iter().chain(call.mounts(&place).into_iter().flatten()) {
                let name = permission.resource.rsplit(":repository/").next().unwrap_or_default().to_owned();
                let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-/".contains(letter);
                prop_assert!(name == "*" || name.chars().all(is_plain) && !name.contains(".."), "{}", permission.resource);
            }
        }
    }
}
