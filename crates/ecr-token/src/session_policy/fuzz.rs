//! Checks that a policy allows exactly the requested permissions, for repositories in any order.

use proptest::prelude::*;

use super::*;

/// A regular expression that generates patterns for ARNs. Many of these patterns match each other.
const ARN: &str = concat!(
    "arn:aws:ecr:(eu-west-1|us-east-1|eu-\\*|\\*):(123456789012|\\*):repository/[ab*?](/?[ab*?]){0,3}",
    "|arn:aws:ecr-public::123456789012:repository/[ab*](/?[ab*]){0,3}",
);

fn patterns() -> impl Strategy<Value = Vec<RepositoryPattern>> {
    prop::collection::vec(ARN, 0..12)
        .prop_map(|arns| arns.iter().map(|arn| RepositoryPattern::parse(arn).expect("a pattern")).collect())
}

/// Returns the resources for which a policy allows the action.
fn resources(policy: &Json, action: &str) -> Vec<String> {
    let list = |json: &Json| match json {
        Json::Array(list) => list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect(),
        one => vec![one.as_str().expect("a text").to_owned()],
    };
    let statements = policy["Statement"].as_array().expect("a list").iter();
    statements
        .filter(|statement| list(&statement["Action"]).iter().any(|text| text == action))
        .flat_map(|statement| list(&statement["Resource"]))
        .collect()
}

fn allows(policy: &Json, action: &str, repository: &RepositoryPattern) -> bool {
    let resources = resources(policy, action);
    resources.iter().any(|arn| RepositoryPattern::parse(arn).is_ok_and(|pattern| pattern.covers(repository)))
}

proptest! {
    #[test]
    fn a_policy_allows_exactly_the_requested_permissions(pull in patterns(), push in patterns()) {
        let permissions = Permissions { pull, push };
        let policy = match permissions.session_policy() {
            Ok(policy) => policy,
            Err(InvalidPermissions::Empty) => {
                prop_assert_eq!(permissions, Permissions::default());
                return Ok(());
            }
            Err(InvalidPermissions::TooLong(length)) => {
                prop_assert!(length > MAX_LENGTH);
                return Ok(());
            }
        };
        prop_assert!(policy.len() <= MAX_LENGTH);
        let policy: Json = serde_json::from_str(&policy).expect("JSON");
        prop_assert_eq!(&policy["Version"], "2012-10-17");
        let Permissions { pull, push } = permissions;
        for repository in &push {
            let action = if repository.is_public() { "ecr-public:PutImage" } else { "ecr:PutImage" };
            prop_assert!(allows(&policy, action, repository), "{}", repository);
        }
        for repository in pull.iter().chain(&push).filter(|repository| !repository.is_public()) {
            prop_assert!(allows(&policy, "ecr:GetDownloadUrlForLayer", repository), "{}", repository);
        }
        let texts = |patterns: &[&[RepositoryPattern]]| {
            patterns.iter().copied().flatten().map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        for (action, asked) in [
            ("ecr:PutImage", texts(&[&push])),
            ("ecr-public:PutImage", texts(&[&push])),
            ("ecr:GetDownloadUrlForLayer", texts(&[&pull, &push])),
        ] {
            for arn in resources(&policy, action) {
                prop_assert!(asked.contains(&arn), "{} on {}", action, arn);
            }
        }
        for action in ["ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"] {
            let is_public = action != "ecr:GetAuthorizationToken";
            let is_needed = pull.iter().chain(&push).any(|repository| repository.is_public() == is_public);
            prop_assert_eq!(resources(&policy, action), if is_needed { vec!["*"] } else { vec![] });
        }
    }

    #[test]
    fn order_and_duplicates_do_not_change_a_policy(
        (pull, other_pull) in patterns().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        (push, other_push) in patterns().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let policy = Permissions { pull: pull.clone(), push: push.clone() }.session_policy();
        let other = Permissions { pull: [other_pull, push, pull].concat(), push: other_push }.session_policy();
        prop_assert_eq!(policy, other);
    }
}
