//! The files below `examples/`, which the registry shows, and what stands in the documentation.

use std::{fs, path::Path};

use crate::{
    Test,
    configuration::{REQUIRED_PROVIDERS, TOKEN},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("examples_are_formatted", examples_are_formatted),
    ("provider_example_is_valid", provider_example_is_valid),
    ("examples_of_functions_are_valid", examples_of_functions_are_valid),
    ("blocks_of_the_documentation_are_formatted", blocks_of_the_documentation_are_formatted),
    ("blocks_of_the_documentation_are_valid", blocks_of_the_documentation_are_valid),
];

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const PROVIDER: &str = include_str!("../../../../examples/provider/provider.tf");
const RESOURCE: &str =
    include_str!("../../../../examples/ephemeral-resources/aws_ecr_authorization_token/ephemeral-resource.tf");
const PUBLIC: &str =
    include_str!("../../../../examples/ephemeral-resources/aws_ecrpublic_authorization_token/ephemeral-resource.tf");
const FUNCTIONS: [&str; 3] = ["docker_config_json", "parse_image_uri", "registry_host"];

fn function(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/examples/functions/{name}/function.tf")).expect("an example")
}

fn examples_are_formatted(stage: &Stage) {
    assert!(RESOURCE.contains(TOKEN), "the example is the reference's, which the other tests run:\n{RESOURCE}");
    let project = Project::new(stage).file("provider.tf", PROVIDER).file("ephemeral-resource.tf", RESOURCE);
    let project = project.file("public/ephemeral-resource.tf", PUBLIC);
    let functions = FUNCTIONS.iter();
    let project =
        functions.fold(project, |project, name| project.file(&format!("{name}/function.tf"), &function(name)));
    project.run(&["fmt", "-check", "-diff", "-recursive"]).succeeds();
}

fn provider_example_is_valid(stage: &Stage) {
    let project = Project::new(stage).file("provider.tf", PROVIDER);
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
}

fn examples_of_functions_are_valid(stage: &Stage) {
    for name in FUNCTIONS {
        let project = Project::new(stage).file("function.tf", &function(name));
        project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
    }
}

/// Every block of Terraform code below `docs/`, with the file it is in and its number there.
fn blocks() -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    for directory in ["", "/ephemeral-resources", "/functions", "/guides"] {
        for entry in fs::read_dir(format!("{ROOT}/docs{directory}")).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).expect("a page");
                let code =
                    text.split("```terraform\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
                blocks.extend(code.enumerate().map(|(number, code)| (name(&path, number), code.to_owned())));
            }
        }
    }
    assert!(blocks.len() > 15, "{blocks:?}");
    blocks
}

fn name(path: &Path, number: usize) -> String {
    format!("{}_{number}", path.file_stem().unwrap_or_default().display())
}

fn blocks_of_the_documentation_are_formatted(stage: &Stage) {
    let project = blocks()
        .into_iter()
        .fold(Project::new(stage), |project, (name, code)| project.file(&format!("{name}/main.tf"), &code));
    project.run(&["fmt", "-check", "-diff", "-recursive"]).succeeds();
}

/// Those of other providers cannot be checked: no other is at hand.
fn blocks_of_the_documentation_are_valid(stage: &Stage) {
    let others = ["\"docker\"", "\"helm", "\"kubernetes", "hashicorp/aws", "region = …"];
    let mut checked = 0;
    for (name, code) in blocks() {
        if others.iter().any(|other| code.contains(other)) {
            continue;
        }
        let head = if code.contains("required_providers") { "" } else { REQUIRED_PROVIDERS };
        let variables: String = ["account_id", "identity_token_file", "image"]
            .iter()
            .filter(|name| code.contains(&format!("var.{name}")) && !code.contains(&format!("variable \"{name}\"")))
            .map(|name| format!("variable \"{name}\" {{\n  type = string\n}}\n"))
            .collect();
        let project = Project::new(stage).file("main.tf", &format!("{head}\n{code}\n{variables}"));
        let output = project.run(&["validate"]);
        assert_eq!(output.code, Some(0), "{name}: {output}");
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}
