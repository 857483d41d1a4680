//! Parses policies from JSON. Error messages show the correct form, and do not repeat values of the policy.
//!
//! If IAM's own message for an error is known, the error has this message. The known messages are from
//! <https://github.com/aws/aws-cdk/issues/7615>, <https://github.com/terraform-aws-modules/terraform-aws-iam/issues/603>,
//! <https://github.com/garnaat/kappa/issues/111>, <https://github.com/localstack/localstack/issues/3863>,
//! <https://github.com/hashicorp/terraform/issues/13449>, <https://github.com/theserverlessway/aws-baseline/issues/1>,
//! <https://github.com/terraform-aws-modules/terraform-aws-iam/issues/224> (for an invalid partition).

use std::collections::BTreeSet;

use super::{Effect, Policy, Selection, Statement, element::Element};
use crate::{domain::is_partition, nearest::nearest, pattern::Pattern};

/// The elements of a policy: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
const OF_POLICY: [&str; 3] = ["Version", "Id", "Statement"];
const OF_STATEMENT: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The version of the policy language that has variables:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
const WITH_VARIABLES: &str = "2012-10-17";
const WITHOUT_VARIABLES: &str = "2008-10-17";

/// The reason why a text is not a policy that the sandbox can enforce, and the remedy.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct MalformedPolicy(String);

type Object = Vec<(String, Element)>;

impl Policy {
    pub(crate) fn from_json(text: &str) -> Result<Self, MalformedPolicy> {
        read(text).map(Self).map_err(MalformedPolicy)
    }
}

fn read(text: &str) -> Result<Vec<Statement>, String> {
    let element =
        serde_json::from_str(text).map_err(|error| format!("The policy cannot be read: {error}. Write it as JSON."))?;
    let Element::Object(policy) = element else {
        return Err(format!("The policy is {}. Write an object with the element Statement.", element.kind()));
    };
    check_names(&policy, &OF_POLICY, "policy")?;
    let has_variables = match find(&policy, "Version") {
        None => false,
        Some(Element::Text(version)) if version == WITHOUT_VARIABLES => false,
        Some(Element::Text(version)) if version == WITH_VARIABLES => true,
        Some(_) => return Err(format!("Version is not valid. Write \"{WITH_VARIABLES}\".")),
    };
    text_of(&policy, "Id")?;
    let statements = match find(&policy, "Statement") {
        None => return Err("The element Statement is missing. Add it.".to_owned()),
        Some(Element::List(statements)) if statements.is_empty() => {
            return Err("Statement is an empty list. Add a statement.".to_owned());
        }
        Some(Element::List(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
    };
    let mut sids = BTreeSet::new();
    let statements = statements.iter().enumerate().map(|(at, element)| {
        statement(element, has_variables, &mut sids).map_err(|problem| format!("Statement {}: {problem}", at + 1))
    });
    statements.collect()
}

fn statement<'a>(element: &'a Element, has_variables: bool, sids: &mut BTreeSet<&'a str>) -> Result<Statement, String> {
    let Element::Object(statement) = element else {
        return Err(format!("It is {}. Write an object with Effect, Action and Resource.", element.kind()));
    };
    check_names(statement, &OF_STATEMENT, "statement")?;
    if find(statement, "Principal").or_else(|| find(statement, "NotPrincipal")).is_some() {
        return Err("Policy document should not specify a principal.".to_owned());
    }
    if find(statement, "Condition").is_some() {
        return Err(of_sandbox("Condition"));
    }
    if let Some(sid) = text_of(statement, "Sid")? {
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("Sid has other characters than letters and digits. Remove these characters.".to_owned());
        }
        if !sid.is_empty() && !sids.insert(sid) {
            return Err("An earlier statement has the same Sid. Write another Sid.".to_owned());
        }
    }
    let effect = match find(statement, "Effect") {
        Some(Element::Text(effect)) if effect == "Allow" => Effect::Allow,
        Some(Element::Text(effect)) if effect == "Deny" => Effect::Deny,
        None => return Err("Effect is missing. Write \"Allow\" or \"Deny\".".to_owned()),
        Some(_) => return Err("Effect is not valid. Write \"Allow\" or \"Deny\".".to_owned()),
    };
    let actions = selection(statement, ["Action", "NotAction"], "actions", action)?;
    let resources =
        selection(statement, ["Resource", "NotResource"], "resources", |text| resource(text, has_variables))?;
    Ok(Statement { effect, actions, resources })
}

/// Parses the element `of` or the element `except`. Exactly one of these elements must be present, as a string or a list of
/// strings.
fn selection(
    statement: &Object,
    [of, except]: [&str; 2],
    plural: &str,
    pattern: impl Fn(&str) -> Result<Pattern, String>,
) -> Result<Selection, String> {
    let (name, element) = match (find(statement, of), find(statement, except)) {
        (Some(_), Some(_)) => return Err(format!("{of} and {except} are both set. Remove one of them.")),
        (None, None) => return Err(format!("Policy statement must contain {plural}.")),
        (Some(element), None) => (of, element),
        (None, Some(element)) => (except, element),
    };
    let elements = match element {
        Element::List(elements) if elements.is_empty() => {
            return Err(format!("Policy statement must contain {plural}."));
        }
        Element::List(elements) => elements.as_slice(),
        one => std::slice::from_ref(one),
    };
    let patterns = elements.iter().map(|element| match element {
        Element::Text(text) => pattern(text),
        other => Err(format!("{name} holds {}. Write a string or a list of strings.", other.kind())),
    });
    let patterns = patterns.collect::<Result<_, _>>()?;
    Ok(if name == of { Selection::Of(patterns) } else { Selection::Except(patterns) })
}

/// Parses `*` or an action such as `ecr:Get*`. An action cannot contain variables:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn action(text: &str) -> Result<Pattern, String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_*?:".contains(letter);
    if !text.chars().all(is_letter) {
        return Err(
            "An action has other characters than letters, digits, \"-\", \"_\", \"*\" and \"?\". Write one such as \
                    \"ecr:BatchGetImage\"."
                .to_owned(),
        );
    }
    match text.split_once(':') {
        Some((_, name)) if name.contains(':') => Err("Actions/Condition can contain only one colon.".to_owned()),
        Some((service, _)) if service.contains(['*', '?']) => {
            Err("Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.".to_owned())
        }
        Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(Pattern::of_actions(text)),
        None if text == "*" => Ok(Pattern::of_actions(text)),
        _ => Err("An action is neither \"*\" nor SERVICE:NAME. Write one such as \"ecr:BatchGetImage\".".to_owned()),
    }
}

/// Parses `*` or an ARN. The ARN's partition must be known or have wildcards. The ARN's service cannot have wildcards:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
fn resource(text: &str, has_variables: bool) -> Result<Pattern, String> {
    if has_variables && text.contains("${") {
        return Err(of_sandbox("A policy variable, such as ${aws:username},"));
    }
    let segments: Vec<_> = text.split(':').collect();
    match segments[..] {
        ["*"] => Ok(Pattern::of_resources(text)),
        ["arn", partition, _, ..] if !partition.contains(['*', '?']) && !is_partition(partition) => {
            Err("The partition of a resource is not valid. Write one such as \"aws\", as in \"arn:aws:ecr:*\"."
                .to_owned())
        }
        ["arn", _, service, ..] if service.contains(['*', '?']) => {
            Err("A resource has a wildcard in its service. Write the service, as in \"arn:aws:ecr:*\".".to_owned())
        }
        ["arn", _, _, _, _, _, ..] => Ok(Pattern::of_resources(text)),
        ["arn", _, _, .., last] if last.ends_with('*') => Ok(Pattern::of_resources(text)),
        _ => Err("A resource must be in ARN format or \"*\".".to_owned()),
    }
}

/// Returns the error message for an element that AWS accepts but the sandbox cannot enforce.
fn of_sandbox(element: &str) -> String {
    format!(
        "{element} is valid in AWS, and ecr-sandbox cannot enforce it. Remove it here, or test the policy with AWS."
    )
}

fn check_names(object: &Object, known: &[&'static str], kind: &str) -> Result<(), String> {
    let Some((name, _)) = object.iter().find(|(name, _)| !known.contains(&name.as_str())) else { return Ok(()) };
    let meant = nearest(name, known).map(|meant| format!(" Did you mean \"{meant}\"?")).unwrap_or_default();
    Err(format!("A {kind} has no element {name:?}.{meant} Elements: {}.", known.join(", ")))
}

fn text_of<'a>(object: &'a Object, name: &str) -> Result<Option<&'a str>, String> {
    match find(object, name) {
        None => Ok(None),
        Some(Element::Text(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{name} is {}. Write a string.", other.kind())),
    }
}

fn find<'a>(object: &'a Object, name: &str) -> Option<&'a Element> {
    object.iter().find(|(other, _)| other == name).map(|(_, element)| element)
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Policy::from_json(text).map(drop).expect_err(text).to_string()
    }

    #[test]
    fn accepts_policies_that_iam_accepts() {
        let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
        for policy in [
            format!(r#"{{"Statement": {allow}}}"#),
            format!(r#"{{"Version": "2008-10-17", "Statement": [{allow}]}}"#),
            format!(r#"{{"Version": "2012-10-17", "Id": "any/thing", "Statement": [{allow}, {allow}]}}"#),
            r#"{"Statement": {"Sid": "One1", "Effect": "Deny", "NotAction": ["a:b"], "NotResource": ["arn:aws:ecr:*"]}}"#
                .to_owned(),
            r#"{"Statement": {"Effect": "Allow", "Action": "neptune-db:*", "Resource": "arn:aws-us-gov:ecr:*"}}"#.to_owned(),
            r#"{"Statement": {"Effect": "Allow", "Action": "ecr:*?", "Resource": "arn:*:ecr:*:*:repository/a"}}"#.to_owned(),
            // In the default version of the policy language, a variable is plain text.
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}"}}"#.to_owned(),
        ] {
            Policy::from_json(&policy).unwrap_or_else(|error| panic!("{policy}: {error}"));
        }
    }

    #[test]
    fn the_error_names_the_mistake_in_a_policy() {
        for (text, part) in [
            ("", "The policy cannot be read: EOF"),
            ("allow all", "The policy cannot be read: expected value"),
            (r#"{"Statement": [}"#, "at line 1 column 16"),
            (r#"{"Version": "2012-10-17", "Version": "2012-10-17"}"#, "\"Version\" appears twice"),
            ("[]", "The policy is a list. Write an object"),
            ("3", "The policy is neither an object, a list nor a string."),
            ("{}", "The element Statement is missing. Add it."),
            (r#"{"Statement": []}"#, "Statement is an empty list. Add a statement."),
            (r#"{"statement": []}"#, "A policy has no element \"statement\". Did you mean \"Statement\"?"),
            (r#"{"Version": "2012-10-18", "Statement": []}"#, "Version is not valid. Write \"2012-10-17\"."),
            (r#"{"Version": 2012, "Statement": []}"#, "Version is not valid."),
            (r#"{"Id": [], "Statement": []}"#, "Id is a list. Write a string."),
            (r#"{"Statement": "Allow"}"#, "Statement 1: It is a string."),
            (r#"{"Statement": [[]]}"#, "Statement 1: It is a list."),
        ] {
            let problem = problem(text);
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    #[test]
    fn the_error_names_the_statement_and_its_mistake() {
        let rest = r#""Effect": "Allow", "Action": "*""#;
        for (statement, part) in [
            (r#"{"Action": "*", "Resource": "*"}"#, "Effect is missing. Write \"Allow\" or \"Deny\"."),
            (r#"{"Effect": "allow", "Action": "*", "Resource": "*"}"#, "Effect is not valid."),
            (r#"{"Effect": true, "Action": "*", "Resource": "*"}"#, "Effect is not valid."),
            (
                r#"{"Effect": "Allow", "Action": "*", "Ressource": "*"}"#,
                "no element \"Ressource\". Did you mean \"Resource\"?",
            ),
            (r#"{"Effect": "Allow", "Action": "*", "Action": "*", "Resource": "*"}"#, "\"Action\" appears twice"),
            (r#"{"Effect": "Allow", "Resource": "*"}"#, "Policy statement must contain actions."),
            (r#"{"Effect": "Allow", "Action": [], "Resource": "*"}"#, "Policy statement must contain actions."),
            (&format!("{{{rest}}}"), "Policy statement must contain resources."),
            (&format!(r#"{{{rest}, "NotAction": "*", "Resource": "*"}}"#), "Action and NotAction are both set."),
            (&format!(r#"{{{rest}, "Resource": "*", "NotResource": "*"}}"#), "Resource and NotResource are both set."),
            (&format!(r#"{{{rest}, "Resource": {{"a": 1}}}}"#), "Resource holds an object."),
            (&format!(r#"{{{rest}, "NotResource": ["*", null]}}"#), "NotResource holds neither"),
            (&format!(r#"{{{rest}, "Resource": [["*"]]}}"#), "Resource holds a list."),
            (&format!(r#"{{{rest}, "Resource": "app"}}"#), "A resource must be in ARN format or \"*\"."),
            (&format!(r#"{{{rest}, "Resource": ""}}"#), "A resource must be in ARN format or \"*\"."),
            (&format!(r#"{{{rest}, "Resource": "arn:aws:ecr:eu-west-1"}}"#), "A resource must be in ARN format"),
            (&format!(r#"{{{rest}, "Resource": "arn:*"}}"#), "A resource must be in ARN format"),
            (&format!(r#"{{{rest}, "Resource": "arn:aws:ec?:*"}}"#), "a wildcard in its service"),
            (
                &format!(r#"{{{rest}, "Resource": "arn::ecr:*:*:repository/app"}}"#),
                "The partition of a resource is not valid.",
            ),
            (&format!(r#"{{{rest}, "Resource": "arn:AWS:ecr:*"}}"#), "The partition of a resource is not valid."),
            (r#"{"Effect": "Allow", "Action": "BatchGetImage", "Resource": "*"}"#, "neither \"*\" nor SERVICE:NAME"),
            (r#"{"Effect": "Allow", "Action": "ecr:", "Resource": "*"}"#, "neither \"*\" nor SERVICE:NAME"),
            (r#"{"Effect": "Allow", "Action": ":Get", "Resource": "*"}"#, "neither \"*\" nor SERVICE:NAME"),
            (r#"{"Effect": "Allow", "Action": "a:b:c", "Resource": "*"}"#, "can contain only one colon."),
            (r#"{"Effect": "Allow", "Action": "*:Get*", "Resource": "*"}"#, "vendors (e.g., aws, ec2, etc.) must not"),
            (
                r#"{"Effect": "Deny", "NotAction": ["ecr:*", "ec?:*"], "Resource": "*"}"#,
                "vendors (e.g., aws, ec2, etc.)",
            ),
            (
                r#"{"Effect": "Allow", "Action": "ecr: BatchGetImage", "Resource": "*"}"#,
                "An action has other characters",
            ),
            (
                r#"{"Effect": "Deny", "Action": "ecr:${aws:username}", "Resource": "*"}"#,
                "An action has other characters",
            ),
            (&format!(r#"{{{rest}, "Resource": "*", "Sid": "a b"}}"#), "Sid has other characters"),
            (&format!(r#"{{{rest}, "Resource": "*", "Sid": 1}}"#), "Sid is neither"),
            (&format!(r#"{{{rest}, "Resource": "*", "Sid": "First"}}"#), "An earlier statement has the same Sid."),
            (&format!(r#"{{{rest}, "Resource": "*", "Principal": "*"}}"#), "should not specify a principal."),
            (&format!(r#"{{{rest}, "Resource": "*", "NotPrincipal": "*"}}"#), "should not specify a principal."),
            (
                &format!(r#"{{{rest}, "Resource": "*", "Condition": {{}}}}"#),
                "Condition is valid in AWS, and ecr-sandbox",
            ),
            (
                &format!(r#"{{{rest}, "Resource": "arn:aws:ecr:*:*:repository/${{aws:username}}"}}"#),
                "is valid in AWS, and ecr-sandbox cannot",
            ),
        ] {
            let first = r#"{"Sid": "First", "Effect": "Allow", "Action": "*", "Resource": "*"}"#;
            let problem = problem(&format!(r#"{{"Version": "2012-10-17", "Statement": [{first}, {statement}]}}"#));
            assert!(problem.contains(part), "{statement}: {problem}");
            assert!(problem.starts_with("Statement 2: ") || part.contains("twice"), "{problem}");
        }
    }

    #[test]
    fn errors_hide_values() {
        for text in [
            r#"{"Version": "hunter2", "Statement": []}"#,
            r#"{"Statement": {"Effect": "hunter2"}}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "hunter2"}}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "hunter2"}}"#,
            r#"{"Statement": {"Sid": "hunter2 "}}"#,
            "hunter2",
        ] {
            assert!(!problem(text).contains("hunter2"), "{text}");
        }
    }
}
