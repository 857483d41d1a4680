//! Session policies in IAM's policy language, and their decisions.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

mod element;
mod json;

use std::fmt;

use crate::pattern::Pattern;

/// The policy of a session.
pub(crate) struct Policy(Vec<Statement>);

struct Statement {
    effect: Effect,
    actions: Selection,
    resources: Selection,
}

#[derive(Clone, Copy)]
enum Effect {
    Allow,
    Deny,
}

/// The actions or the resources of a statement.
enum Selection {
    /// All actions or resources that match at least one of these patterns.
    Of(Vec<Pattern>),
    /// All actions or resources that do not match any of these patterns.
    Except(Vec<Pattern>),
}

/// The decision of a policy about an action on a resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Allowed,
    /// No statement allows the action.
    NotAllowed,
    /// A statement denies the action. Such a statement takes precedence over statements that allow the action.
    Denied,
}

impl Policy {
    pub(crate) fn verdict(&self, action: &str, resource: &str) -> Verdict {
        let mut verdict = Verdict::NotAllowed;
        for statement in self.0.iter().filter(|statement| statement.is_for(action, resource)) {
            match statement.effect {
                Effect::Allow => verdict = Verdict::Allowed,
                Effect::Deny => return Verdict::Denied,
            }
        }
        verdict
    }
}

impl Statement {
    fn is_for(&self, action: &str, resource: &str) -> bool {
        self.actions.has(action) && self.resources.has(resource)
    }
}

impl Selection {
    fn has(&self, text: &str) -> bool {
        match self {
            Self::Of(patterns) => patterns.iter().any(|pattern| pattern.matches(text)),
            Self::Except(patterns) => !patterns.iter().any(|pattern| pattern.matches(text)),
        }
    }
}

/// Omits the statements.
impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    const APP: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/app";
    const OTHER: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/other";

    fn policy(statement: &Json) -> Policy {
        let text = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        Policy::from_json(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn verdicts(statement: &Json) -> [Verdict; 4] {
        let policy = policy(statement);
        [("ecr:BatchGetImage", APP), ("ecr:PutImage", APP), ("ecr:BatchGetImage", OTHER), ("sts:AssumeRole", "*")]
            .map(|(action, resource)| policy.verdict(action, resource))
    }

    #[test]
    fn statements_allow_and_deny() {
        use Verdict::{Allowed, Denied, NotAllowed};
        let allow = |action: Json, resource: Json| json!({"Effect": "Allow", "Action": action, "Resource": resource});
        let deny = |action: Json, resource: Json| json!({"Effect": "Deny", "Action": action, "Resource": resource});
        let all = || allow(json!("*"), json!("*"));
        for (statement, expected) in [
            (all(), [Allowed; 4]),
            (json!([all()]), [Allowed; 4]),
            (allow(json!("ecr:BatchGetImage"), json!(APP)), [Allowed, NotAllowed, NotAllowed, NotAllowed]),
            (allow(json!(["ecr:batchgetimage"]), json!([APP])), [Allowed, NotAllowed, NotAllowed, NotAllowed]),
            (allow(json!(["ecr:Get*", "ecr:Batch*"]), json!([APP, OTHER])), [Allowed, NotAllowed, Allowed, NotAllowed]),
            (
                allow(json!("ecr:*"), json!("arn:aws:ecr:*:*:repository/a??")),
                [Allowed, Allowed, NotAllowed, NotAllowed],
            ),
            (
                allow(json!("ecr:*"), json!(APP.to_uppercase().replacen("ARN:AWS:ECR", "arn:aws:ecr", 1))),
                [NotAllowed; 4],
            ),
            // Deny takes precedence over Allow, in either order.
            (json!([all(), deny(json!("ecr:Put*"), json!("*"))]), [Allowed, Denied, Allowed, Allowed]),
            (json!([deny(json!("*"), json!(OTHER)), all()]), [Allowed, Allowed, Denied, Allowed]),
            (deny(json!("ecr:PutImage"), json!("*")), [NotAllowed, Denied, NotAllowed, NotAllowed]),
            // One statement must allow both the action and the resource.
            (
                json!([allow(json!("ecr:BatchGetImage"), json!(APP)), allow(json!("ecr:PutImage"), json!(OTHER))]),
                [Allowed, NotAllowed, NotAllowed, NotAllowed],
            ),
            (
                json!({"Effect": "Allow", "NotAction": "ecr:Put*", "Resource": "*"}),
                [Allowed, NotAllowed, Allowed, Allowed],
            ),
            (
                json!([all(), {"Effect": "Deny", "NotAction": ["ecr:BATCH*", "sts:*"], "Resource": "*"}]),
                [Allowed, Denied, Allowed, Allowed],
            ),
            (
                json!({"Effect": "Allow", "Action": "ecr:*", "NotResource": OTHER}),
                [Allowed, Allowed, NotAllowed, NotAllowed],
            ),
            (
                json!([all(), {"Effect": "Deny", "Action": "ecr:*", "NotResource": [APP]}]),
                [Allowed, Allowed, Denied, Allowed],
            ),
            (
                json!({"Effect": "Allow", "NotAction": "ecr:PutImage", "NotResource": APP}),
                [NotAllowed, NotAllowed, Allowed, Allowed],
            ),
        ] {
            assert_eq!(verdicts(&statement), expected, "{statement}");
        }
    }

    #[test]
    fn an_action_without_a_resource_requires_a_star() {
        let token = |resource: &str| {
            let statement = json!({"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": resource});
            policy(&statement).verdict("ecr:GetAuthorizationToken", "*")
        };
        assert_eq!(
            [token("*"), token(APP), token("arn:aws:ecr:*")],
            [Verdict::Allowed, Verdict::NotAllowed, Verdict::NotAllowed]
        );
    }

    #[test]
    fn debug_hides_the_statements() {
        let shown = format!("{:?}", policy(&json!({"Effect": "Allow", "Action": "ecr:hunter2", "Resource": "*"})));
        assert_eq!(shown, "Policy { .. }");
    }
}
