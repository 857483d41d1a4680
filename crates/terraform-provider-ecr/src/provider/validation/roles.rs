//! The blocks `assume_role` and `assume_role_with_web_identity`.

use std::ops::RangeInclusive;

use ecr_token::{HIDDEN, shown};
use terraform_plugin::{AttributePath, Diagnostic, Diagnostics, Object, Value};

use super::{conflict, nulls_in_set};
use crate::{
    diagnostics::{Summary, can_be_shown},
    provider::{arn, duration},
};

const ROLE: &str = "assume_role";
const WEB_IDENTITY: &str = "assume_role_with_web_identity";

/// Everything that is wrong with the blocks. The role and the token of a web identity may come from the environment, so
/// that they are missing is found out later.
pub(crate) fn validate(config: &Object) -> Diagnostics {
    let mut diagnostics = missing_roles(config);
    for (path, block) in blocks(config, ROLE) {
        diagnostics.extend(session(block, &path));
        diagnostics.extend(length(block, &path, "external_id", 2..=1224));
        diagnostics.extend(length(block, &path, "source_identity", 2..=64));
        diagnostics.extend(nulls_in_set(block, &path, "transitive_tag_keys"));
    }
    for (path, block) in blocks(config, WEB_IDENTITY) {
        diagnostics.extend(session(block, &path));
        diagnostics.extend(length(block, &path, "web_identity_token", 4..=20_000));
        diagnostics.extend(conflict(block, &path, ["web_identity_token", "web_identity_token_file"]));
    }
    diagnostics
}

/// The known blocks of this name, each with its path.
fn blocks<'a>(config: &'a Object, name: &str) -> impl Iterator<Item = (AttributePath, &'a Object)> {
    let elements = config.attribute(name).as_list().unwrap_or_default().iter().enumerate();
    elements.filter_map(move |(index, element)| Some((AttributePath::new(name).index(index), element.as_object()?)))
}

/// For historical reasons hashicorp/aws passes over one block that names no role. Among others it would be a gap in the
/// chain.
fn missing_roles(config: &Object) -> Diagnostics {
    const SUMMARY: Summary = Summary::MissingArgument;
    const DETAIL: &str = "The argument \"role_arn\" is required, but no definition was found.";
    let alone = config.attribute(ROLE).as_list().is_some_and(|blocks| blocks.len() == 1);
    let missing = blocks(config, ROLE).filter(|(_, block)| {
        let role = block.attribute("role_arn");
        role.is_null() || role.as_str() == Some("")
    });
    let diagnostic = |(path, _)| {
        if alone {
            let detail = format!(
                "{DETAIL} No role is assumed: remove the block, or name the role.\n\nA later release of hashicorp/aws \
                 will refuse this."
            );
            Diagnostic::warning(SUMMARY, detail).at(path)
        } else {
            Diagnostic::error(SUMMARY, format!("{DETAIL} Each of several blocks must name a role.")).at(path)
        }
    };
    missing.map(diagnostic).collect()
}

/// What both kinds of blocks have.
fn session(block: &Object, path: &AttributePath) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let at = |name| path.clone().attribute(name);
    if let Some(problem) = block.string("duration").and_then(|text| duration::session(text).err()) {
        let (path, summary) = (at("duration"), Summary::InvalidDuration);
        diagnostics.push(Diagnostic::error(summary, format!("\"{path}\" {problem}.")).at(path));
    }
    if let Some(error) =
        block.string("policy").and_then(|policy| serde_json::from_str::<serde_json::Value>(policy).err())
    {
        let (path, summary) = (at("policy"), Summary::InvalidPolicy);
        let detail = format!("\"{path}\" contains an invalid JSON: {error}.");
        diagnostics.push(Diagnostic::error(summary, detail).at(path));
    }
    // Empty is no role at all, which is for others to say.
    if let Some(role) = block.string("role_arn").filter(|role| !role.is_empty()) {
        diagnostics.extend(arn::check(role).err().map(|problem| invalid_arn(role, problem, at("role_arn"))));
    }
    let policies = block.attribute("policy_arns").as_list().unwrap_or_default().iter().filter_map(Value::as_str);
    let invalid =
        policies.filter(|policy| !policy.is_empty()).filter_map(|policy| Some((policy, arn::check(policy).err()?)));
    diagnostics.extend_errors(invalid, |(policy, problem)| invalid_arn(policy, problem, at("policy_arns")));
    diagnostics.extend(nulls_in_set(block, path, "policy_arns"));
    diagnostics.extend(length(block, path, "session_name", 2..=64));
    diagnostics
}

fn invalid_arn(arn: &str, problem: &str, path: AttributePath) -> Diagnostic {
    // Tokens and keys begin otherwise.
    let is_shown = arn.starts_with("arn:") || shown(arn) == arn;
    let text = if is_shown { format!("({arn})") } else { HIDDEN.to_owned() };
    let error = Diagnostic::error(Summary::InvalidArn, format!("\"{path}\" {text} is an invalid ARN: {problem}."));
    if is_shown { error.at(path) } else { error }
}

/// In bytes, as in hashicorp/aws. The value is not shown: a token is a secret, and an external id may be one.
fn length(block: &Object, path: &AttributePath, name: &str, range: RangeInclusive<usize>) -> Option<Diagnostic> {
    let bytes = block.string(name).map(str::len).filter(|bytes| !range.contains(bytes))?;
    let path = path.clone().attribute(name);
    let (least, most) = range.into_inner();
    let detail = format!("expected length of {path} to be in the range ({least} - {most}), got {bytes} bytes.");
    let diagnostic = Diagnostic::error(Summary::InvalidLength, detail);
    Some(if can_be_shown(name) { diagnostic.at(path) } else { diagnostic })
}

#[cfg(test)]
mod tests {
    use terraform_plugin::Severity;

    use super::*;

    const ARN: &str = "arn:aws:iam::123456789012:role/deploy";

    fn said(config: &Object) -> Vec<(String, String)> {
        let path = |diagnostic: &Diagnostic| diagnostic.path().map(ToString::to_string).unwrap_or_default();
        let parts = |diagnostic: &Diagnostic| (path(diagnostic), diagnostic.detail().to_owned());
        validate(config).iter().map(parts).collect()
    }

    fn found(config: &Object) -> Vec<Diagnostic> {
        validate(config).into_iter().collect()
    }

    fn role(name: &str, value: impl Into<Value>) -> Object {
        Object::new().with(ROLE, vec![Object::new().with("role_arn", ARN).with(name, value)])
    }

    fn web_identity(name: &str, value: impl Into<Value>) -> Object {
        Object::new().with(WEB_IDENTITY, vec![Object::new().with(name, value)])
    }

    #[test]
    fn each_rule_of_a_session_names_its_argument() {
        for (name, value, words) in [
            ("duration", Value::from("14m"), "between 15 minutes (15m) and 12 hours (12h), inclusive"),
            ("duration", "1d".into(), "cannot be parsed as a duration"),
            ("duration", "".into(), "cannot be parsed as a duration"),
            ("policy", "{".into(), "invalid JSON"),
            ("policy", "".into(), "invalid JSON"),
            ("policy_arns", vec!["ReadOnlyAccess"].into(), "(ReadOnlyAccess) is an invalid ARN"),
            ("policy_arns", vec![Value::Null].into(), "Null values"),
            ("role_arn", "deploy".into(), "(deploy) is an invalid ARN"),
            ("session_name", "x".into(), "in the range (2 - 64), got 1 bytes"),
            ("session_name", "x".repeat(65).into(), "in the range (2 - 64), got 65 bytes"),
        ] {
            for (block, config) in [(ROLE, role(name, value.clone())), (WEB_IDENTITY, web_identity(name, value))] {
                let [(path, detail)] = &said(&config)[..] else { panic!("{name}: {:?}", said(&config)) };
                assert_eq!(*path, format!("{block}[0].{name}"));
                assert!(detail.contains(words), "{detail}");
            }
        }
    }

    #[test]
    fn each_rule_of_one_kind_of_block_names_its_argument() {
        for (config, path) in [
            (role("external_id", "x"), "assume_role[0].external_id"),
            (role("external_id", "x".repeat(1225)), "assume_role[0].external_id"),
            (role("source_identity", "x".repeat(65)), "assume_role[0].source_identity"),
            (role("transitive_tag_keys", vec![Value::Null]), "assume_role[0].transitive_tag_keys"),
            (web_identity("web_identity_token", "abc"), ""),
        ] {
            let said = said(&config);
            assert_eq!(said.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [path], "{said:?}");
        }
    }

    #[test]
    fn the_block_at_fault_is_the_one_that_is_named() {
        let roles = [ARN, ARN, "deploy"].map(|arn| Object::new().with("role_arn", arn));
        let said = said(&Object::new().with(ROLE, roles.to_vec()));
        assert_eq!(said[0].0, "assume_role[2].role_arn");
    }

    #[test]
    fn what_is_within_the_rules_is_let_through() {
        for config in [
            role("duration", "15m"),
            role("duration", "12h"),
            role("external_id", "x".repeat(1224)),
            role("policy", r#"{"Version": "2012-10-17"}"#),
            role("policy_arns", vec!["arn:aws:iam::aws:policy/ReadOnlyAccess", ""]),
            web_identity("session_name", "x".repeat(64)),
            web_identity("web_identity_token", "x".repeat(20_000)),
            web_identity("role_arn", Value::Null),
            web_identity("role_arn", ""),
        ] {
            assert_eq!(said(&config), []);
        }
    }

    #[test]
    fn a_lone_block_without_a_role_is_passed_over_with_a_warning() {
        for role_arn in [Value::Null, "".into()] {
            let config = Object::new().with(ROLE, vec![Object::new().with("role_arn", role_arn)]);
            let [diagnostic] = &found(&config)[..] else { panic!("one warning") };
            assert_eq!(diagnostic.severity(), Severity::Warning);
            assert_eq!(diagnostic.summary(), "Missing required argument");
            assert_eq!(diagnostic.path().map(ToString::to_string).as_deref(), Some("assume_role[0]"));
        }
    }

    #[test]
    fn among_several_blocks_each_must_name_a_role() {
        let blocks = vec![Object::new().with("role_arn", ARN), Object::new().with("role_arn", Value::Null)];
        let [diagnostic] = &found(&Object::new().with(ROLE, blocks))[..] else { panic!("one error") };
        assert_eq!(diagnostic.severity(), Severity::Error);
        assert_eq!(diagnostic.path().map(ToString::to_string).as_deref(), Some("assume_role[1]"));
    }

    #[test]
    fn a_token_and_a_file_of_it_conflict_and_neither_is_shown() {
        let block = Object::new().with("web_identity_token", "hunter2").with("web_identity_token_file", "hunter3");
        let said = said(&Object::new().with(WEB_IDENTITY, vec![block]));
        let paths: Vec<_> =
            said.iter().map(|(path, _)| path.trim_start_matches("assume_role_with_web_identity[0].")).collect();
        assert_eq!(paths, ["web_identity_token_file"], "Terraform shows the line that is pointed at");
        assert!(said.iter().all(|(_, detail)| !detail.contains("hunter")), "{said:?}");
    }

    #[test]
    fn a_secret_that_is_too_short_or_no_json_is_not_shown() {
        for config in [
            web_identity("web_identity_token", "hu2"),
            role("external_id", "hunter2".repeat(200)),
            role("policy", "hunter2"),
            role("policy", r#"{"hunter2": hunter2}"#),
        ] {
            let said = said(&config);
            assert!(said.len() == 1 && !said[0].1.contains("hu2") && !said[0].1.contains("hunter2"), "{said:?}");
        }
    }

    #[test]
    fn nothing_is_said_of_what_is_unknown() {
        let names = [
            "role_arn",
            "duration",
            "external_id",
            "policy",
            "policy_arns",
            "session_name",
            "source_identity",
            "tags",
            "transitive_tag_keys",
            "web_identity_token",
            "web_identity_token_file",
        ];
        for name in names {
            assert_eq!(said(&role(name, Value::Unknown)), [], "{name}");
            assert_eq!(said(&web_identity(name, Value::Unknown)), [], "{name}");
        }
        let both = |token: Value, file: Value| {
            let block = Object::new().with("web_identity_token", token).with("web_identity_token_file", file);
            Object::new().with(WEB_IDENTITY, vec![block])
        };
        for config in [
            role("policy_arns", vec![Value::Unknown]),
            both(Value::Unknown, "file".into()),
            both("token".into(), Value::Unknown),
            Object::new().with(ROLE, Value::Unknown).with(WEB_IDENTITY, Value::Unknown),
            Object::new().with(ROLE, vec![Value::Unknown, Value::Unknown]),
        ] {
            assert_eq!(said(&config), [], "{config:?}");
        }
    }
}
