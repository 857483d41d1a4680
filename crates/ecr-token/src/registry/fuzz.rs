//! Hosts decide who gets a password: none may be taken for ECR's that is not.

use proptest::{collection, prelude::*};

use super::*;

/// Parts of ECR's hosts, and what does not belong there.
fn hosts() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "123456789012",
        "000000000000",
        "1",
        ".",
        "..",
        "dkr.ecr",
        "dkr-ecr",
        "-fips",
        ".dkr.ecr.",
        ".dkr-ecr-fips.",
        "eu-west-1",
        "cn-north-1",
        "us-gov-west-1",
        "narnia-1",
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".on.aws",
        ".c2s.ic.gov",
        "evil.example",
        "@",
        "/",
        ":443",
        "#",
        "?",
        "\\",
        "\n",
        "\u{e9}",
        "public.ecr.aws",
    ];
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(ToOwned::to_owned), 1 => any::<String>()];
    collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_parsed_is_written_the_same(host in hosts()) {
        if let Some(registry) = Registry::parse(&host) {
            prop_assert_eq!(registry.to_string(), host.as_str());
            prop_assert!(host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)));
        }
    }

    #[test]
    fn every_registry_leads_back(
        account in "[0-9]{12}",
        region in "(us|eu|ap|us-gov|cn|eusc-de|us-iso|us-isob|eu-isoe|us-isof)-[a-z]{1,20}-[0-9]{1,2}",
        fips in any::<bool>(),
        dual_stack in any::<bool>(),
    ) {
        let account = AccountId::parse(&account).expect("an account");
        let registry = PrivateRegistry::new(account.clone(), Region::parse(&region).expect("a Region"));
        let registry = registry.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let registry = registry.fips(fips).dual_stack(dual_stack);
        let host = registry.to_string();
        prop_assert_eq!(Registry::parse(&host), Some(Registry::Private(registry)));
        prop_assert_eq!(account_of(&host), Some(account));
    }
}
