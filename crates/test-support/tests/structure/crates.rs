//! Checks the dependencies of the workspace's crates.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value as Json;
use test_support::repository;

/// The rules for one crate of the workspace.
struct Rules {
    name: &'static str,
    /// The other crates of the workspace that the crate may depend on. Tests may depend on more crates.
    workspace: &'static [&'static str],
    /// The prefixes of crates that neither the crate nor its tests may depend on.
    never: &'static [&'static str],
}

/// The prefixes of crates for AWS, and of crates for Terraform's protocol.
const AWS: &str = "aws-";
const TERRAFORM: [&str; 4] = ["terraform-", "tonic", "prost", "rmp"];

/// A new crate of the workspace needs an entry here. `deny.toml` has the rules for crates from outside the workspace.
const RULES: [Rules; 9] = [
    Rules { name: "terraform-plugin", workspace: &[], never: &[AWS, "ecr-"] },
    Rules { name: "terraform-plugin-testing", workspace: &[], never: &[AWS, "ecr-"] },
    Rules { name: "aws-base", workspace: &[], never: &TERRAFORM },
    Rules { name: "ecr-token", workspace: &["aws-base"], never: &TERRAFORM },
    Rules { name: "terraform-provider-ecr", workspace: &["aws-base", "ecr-token", "terraform-plugin"], never: &[] },
    Rules { name: "ecr-sandbox", workspace: &[], never: &TERRAFORM },
    Rules { name: "test-support", workspace: &["ecr-sandbox", "terraform-plugin-testing"], never: &[] },
    Rules { name: "test-vectors", workspace: &[], never: &[] },
    Rules {
        name: "bench",
        workspace: &["aws-base", "ecr-sandbox", "ecr-token", "terraform-plugin-testing", "test-support"],
        never: &[],
    },
];

/// The dependencies of each crate of the workspace.
pub(crate) type Dependencies = BTreeMap<String, BTreeSet<Dependency>>;

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Dependency {
    name: String,
    is_for_tests: bool,
}

/// Returns the dependencies of all crates, from the output of `cargo metadata`.
pub(crate) fn dependencies() -> Dependencies {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(repository()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = |json: &Json| json.as_array().expect("a list").clone();
    let text = |json: &Json| json.as_str().expect("a text").to_owned();
    let packages = list(&metadata["packages"]).into_iter().map(|package| {
        let dependencies = list(&package["dependencies"]);
        let dependencies = dependencies.iter().map(|dependency| Dependency {
            name: text(&dependency["name"]),
            is_for_tests: dependency["kind"] == "dev",
        });
        (text(&package["name"]), dependencies.collect())
    });
    packages.collect()
}

/// Returns a message for each dependency that [`RULES`] forbid.
pub(crate) fn problems(all: &Dependencies) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, dependencies) in all {
        let Some(rules) = RULES.iter().find(|rules| rules.name == name) else {
            problems.push(format!("{name} has no entry in RULES"));
            continue;
        };
        for Dependency { name: other, is_for_tests } in dependencies {
            let is_ours = all.contains_key(other);
            if is_ours && !is_for_tests && !rules.workspace.contains(&other.as_str()) {
                problems.push(format!("{name} must not depend on {other}, except in tests"));
            }
            if !(is_ours && *is_for_tests) && rules.never.iter().any(|start| other.starts_with(start)) {
                problems.push(format!("{name} must not depend on {other}"));
            }
        }
    }
    problems
}

/// Returns a message for each dependency that the `wrappers` in `deny.toml` forbid. Checks dependencies of tests too.
pub(crate) fn problems_by(deny: &str, all: &Dependencies) -> Vec<String> {
    let rules = deny.lines().filter_map(|line| line.trim().strip_prefix("{ crate = ")?.split_once(", wrappers = "));
    let problems = rules.flat_map(|(name, wrappers)| {
        let name = name.trim_matches('"');
        let wrappers: Vec<_> = wrappers.split('"').skip(1).step_by(2).collect();
        let users = all.iter().filter(|(_, dependencies)| dependencies.iter().any(|other| other.name == name));
        let others = users.map(|(user, _)| user).filter(|user| !wrappers.contains(&user.as_str()));
        others.map(|user| format!("{user} must not depend on {name}: see deny.toml")).collect::<Vec<_>>()
    });
    problems.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(crates: &[(&str, &[(&str, bool)])]) -> Dependencies {
        let dependency =
            |(name, is_for_tests): &(&str, bool)| Dependency { name: (*name).to_owned(), is_for_tests: *is_for_tests };
        crates.iter().map(|(name, list)| ((*name).to_owned(), list.iter().map(dependency).collect())).collect()
    }

    #[test]
    fn finds_a_dependency_that_the_rules_forbid() {
        let crates = workspace(&[
            ("aws-base", &[("aws-config", false), ("ecr-sandbox", true)]),
            ("ecr-sandbox", &[("tonic", true)]),
            ("ecr-token", &[("aws-base", false), ("terraform-plugin", false)]),
            ("terraform-plugin", &[("aws-types", false), ("terraform-plugin-testing", true)]),
            ("terraform-plugin-testing", &[("terraform-plugin", false)]),
            ("unheard-of", &[]),
        ]);
        let expected = [
            "ecr-sandbox must not depend on tonic",
            "ecr-token must not depend on terraform-plugin, except in tests",
            "ecr-token must not depend on terraform-plugin",
            "terraform-plugin must not depend on aws-types",
            "terraform-plugin-testing must not depend on terraform-plugin, except in tests",
            "unheard-of has no entry in RULES",
        ];
        assert_eq!(problems(&crates), expected);
    }

    #[test]
    fn finds_a_dependency_that_deny_toml_forbids() {
        let deny =
            "deny = [\n    { crate = \"clap\", wrappers = [\"a\", \"b\"] }, # tests\n    { crate = \"ring\" },\n]\n";
        let crates = workspace(&[("a", &[("clap", false), ("ring", false)]), ("c", &[("clap", true)])]);
        assert_eq!(problems_by(deny, &crates), ["c must not depend on clap: see deny.toml"]);
    }
}
