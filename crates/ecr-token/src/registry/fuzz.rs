//! Checks that parsing accepts only the exact hosts of ECR. A client sends a password to the host, so no other host may be accepted.

use proptest::prelude::*;

use super::*;

/// A regular expression that generates hosts from parts of ECR's hosts, mixed with parts that are not valid in a host.
const HOST: &str = concat!(
    r"(123456789012|000000000000|[1.@/#?\\\n\u{e9}]|\.\.|dkr\.ecr|dkr-ecr|-fips|\.dkr\.ecr\.|\.dkr-ecr-fips\.|",
    r"eu-west-1|cn-north-1|us-gov-west-1|narnia-1|\.amazonaws\.com(\.cn)?|\.on\.aws|\.c2s\.ic\.gov|evil\.example|",
    r":443|public\.ecr\.aws|.{0,9}){0,7}",
);

proptest! {
    #[test]
    fn a_parsed_registry_is_displayed_unchanged(host in HOST) {
        if let Some(registry) = Registry::parse(&host) {
            prop_assert_eq!(registry.to_string(), host.as_str());
            prop_assert!(host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)));
        }
    }

    #[test]
    fn a_displayed_registry_parses_to_itself(
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
