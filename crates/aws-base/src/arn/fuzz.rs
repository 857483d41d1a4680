//! Tests ARNs that are built from typical fragments. Random bytes would already be rejected at the first section, so the validation
//! of the other sections would not be tested.

use proptest::prelude::*;

use super::*;

/// A pattern for one section of an ARN. The pattern may be invalid.
const SECTION: &str = concat!(
    r"(arn|aws|aws-cn|aws-|ARN|iam|eu-west-1|us-gov-east-1|eu-1|123456789012|12345678901|cw|aws-managed|",
    r"role/deploy|[-/* \n\u{e9}\u{661}\x00]|[^:]{0,9}){0,3}",
);

/// A pattern for a valid partition. The next two constants are patterns for a valid Region and a valid account.
const PARTITION: &str = "aws(-[a-z]{1,5}){0,3}";
const REGION: &str = "([a-z]{2,4}(-[a-z]{1,9}){1,2}-[0-9]{1,2})?";
const ACCOUNT: &str = "([0-9]{12}|aws|aws-managed|aws-marketplace|third-party|cw[a-z0-9]{10})?";

proptest! {
    #[test]
    fn valid_arns_are_accepted(
        partition in PARTITION,
        service in "[^:]{0,9}",
        region in REGION,
        account in ACCOUNT,
        resource in "[^:]{1,9}(:[^:]{0,9}){0,2}",
    ) {
        let arn = format!("arn:{partition}:{service}:{region}:{account}:{resource}");
        prop_assert_eq!(Arn::parse(&arn).map(|arn| arn.0), Ok(arn));
    }

    /// Replaces one section at a time, and checks that the error is about this section.
    #[test]
    fn the_error_names_the_invalid_section(
        position in 0..5_usize,
        text in SECTION,
    ) {
        let right = ["aws", "iam", "eu-west-1", "123456789012", "role/deploy"];
        let mut sections = right;
        sections[position] = &text;
        let named = ["its partition", "nothing", "its Region", "its account", "it ends"][position];
        match Arn::parse(&format!("arn:{}", sections.join(":"))) {
            Ok(_) => {
                // A valid section consists of lowercase letters, digits and dashes. Exceptions are the service, the resource, and
                // accounts that begin with `cw`.
                let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                prop_assert!(plain || matches!(position, 1 | 4) || position == 3 && text.starts_with("cw"), "{:?}", text);
                prop_assert!(text.len() >= [3, 0, 0, 0, 1][position], "{:?}", text);
            }
            Err(invalid) => prop_assert!(invalid.to_string().starts_with(named), "{:?}: {}", text, invalid),
        }
    }
}
