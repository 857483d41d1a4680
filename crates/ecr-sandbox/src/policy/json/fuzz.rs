//! Tests random policies.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::policy::{Policy, Verdict};

/// Returns random JSON, in which the names and values of policies are at random positions.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "Allow|Deny|2012-10-17|ecr:[A-Za-z*?]{0,5}|arn:aws:ecr:[a-z*:/${}]{0,20}|[*]".prop_map(Json::from),
    ];
    let name = "Version|Statement|Effect|(Not)?(Action|Resource|Principal)|Sid|Id|Condition|[a-z]{0,5}";
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(name, inner, 0..5)
                .prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn selection(values: &'static str) -> impl Strategy<Value = Json> {
    prop_oneof![values.prop_map(Json::from), prop::collection::vec(values, 1..4).prop_map(Json::from)]
}

fn statement() -> impl Strategy<Value = Json> {
    let actions = selection("ecr:[BGetPut*?]{1,6}|[*]");
    let resources = selection("arn:aws:ecr:[a*?]{0,3}:[1*?]{1,3}:repository/[a-b*?]{1,4}|[*]");
    (any::<[bool; 3]>(), actions, resources).prop_map(|([allows, not_action, not_resource], actions, resources)| {
        json!({
            "Effect": if allows { "Allow" } else { "Deny" },
            if not_action { "NotAction" } else { "Action" }: actions,
            if not_resource { "NotResource" } else { "Resource" }: resources,
        })
    })
}

fn verdict(statements: &[Json]) -> Verdict {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let policy = Policy::from_json(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    policy.verdict("ecr:GetPut", "arn:aws:ecr:a:1:repository/ab")
}

proptest! {
    #[test]
    fn parsing_any_text_does_not_panic(text in any::<String>()) {
        Policy::from_json(&text).ok();
    }

    #[test]
    fn parsing_any_json_does_not_panic(json in anything()) {
        Policy::from_json(&json.to_string()).ok();
        Policy::from_json(&json!({"Version": "2012-10-17", "Statement": json}).to_string()).ok();
    }

    #[test]
    fn a_policy_combines_the_verdicts_of_its_statements(statements in prop::collection::vec(statement(), 1..5)) {
        let alone: Vec<_> = statements.iter().map(|statement| verdict(std::slice::from_ref(statement))).collect();
        let expected = [Verdict::Denied, Verdict::Allowed].into_iter().find(|verdict| alone.contains(verdict));
        prop_assert_eq!(verdict(&statements), expected.unwrap_or(Verdict::NotAllowed));
        let backwards: Vec<_> = statements.into_iter().rev().collect();
        prop_assert_eq!(verdict(&backwards), expected.unwrap_or(Verdict::NotAllowed));
    }
}
