//! Checks the files in `examples/`, which the registry shows, and the Terraform code in the documentation.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use test_support::output::Output;

use crate::{
    Test,
    configuration::{REQUIRED_PROVIDERS, TOKEN},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("examples_are_formatted", examples_are_formatted),
    ("the_provider_example_is_valid", the_provider_example_is_valid),
    ("the_resource_example_logs_in_another_provider", the_resource_example_logs_in_another_provider),
    ("the_reference_example_logs_in_another_provider", the_reference_example_logs_in_another_provider),
    (
        "the_accounts_and_regions_example_logs_in_another_provider",
        the_accounts_and_regions_example_logs_in_another_provider,
    ),
    ("the_accounts_example_logs_in_docker", the_accounts_example_logs_in_docker),
    ("the_public_example_is_valid", the_public_example_is_valid),
    ("function_examples_are_valid", function_examples_are_valid),
    ("documentation_blocks_are_formatted", documentation_blocks_are_formatted),
    ("documentation_blocks_are_valid", documentation_blocks_are_valid),
];

pub(crate) const TESTS_OF_HELM: &[Test] =
    &[("the_accounts_example_is_valid_for_helm", the_accounts_example_is_valid_for_helm)];
pub(crate) const NEEDS_OF_HELM: &[&str] = &["moto_server", "python", HELM];
const HELM: &str = "terraform-provider-helm";

pub(crate) const TESTS_OF_KUBERNETES: &[Test] =
    &[("the_accounts_example_is_valid_for_kubernetes", the_accounts_example_is_valid_for_kubernetes)];
pub(crate) const NEEDS_OF_KUBERNETES: &[&str] = &["moto_server", "python", KUBERNETES];
const KUBERNETES: &str = "terraform-provider-kubernetes";

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const EXAMPLES: [&str; 4] =
    ["accounts-and-regions/docker", "accounts-and-regions/helm", "accounts-and-regions/kubernetes", "pull-only"];
const PROVIDER: &str = include_str!("../../../../examples/provider/provider.tf");
const RESOURCE: &str =
    include_str!("../../../../examples/ephemeral-resources/aws_ecr_authorization_token/ephemeral-resource.tf");
const PUBLIC: &str =
    include_str!("../../../../examples/ephemeral-resources/aws_ecrpublic_authorization_token/ephemeral-resource.tf");
const FUNCTIONS: [&str; 8] = [
    "arn_build",
    "arn_parse",
    "docker_config_json",
    "parse_image_uri",
    "registry_host",
    "session_policy",
    "trim_iam_role_path",
    "user_agent",
];

fn function(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/examples/functions/{name}/function.tf")).expect("an example")
}

fn examples_are_formatted(stage: &Stage) {
    assert!(RESOURCE.contains(TOKEN), "the example has the block that the other tests run:\n{RESOURCE}");
    let project = Project::new(stage).file("provider.tf", PROVIDER).file("ephemeral-resource.tf", RESOURCE);
    let project = project.file("public/ephemeral-resource.tf", PUBLIC);
    let functions = FUNCTIONS.iter();
    let project =
        functions.fold(project, |project, name| project.file(&format!("{name}/function.tf"), &function(name)));
    let project =
        EXAMPLES.iter().fold(project, |project, name| project.file(&format!("{name}/main.tf"), &example(name)));
    project.run(&["fmt", "-check", "-diff", "-recursive"]).succeeds();
}

fn the_provider_example_is_valid(stage: &Stage) {
    let project = Project::new(stage).file("provider.tf", PROVIDER);
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
}

/// Returns the `required_providers` block with this provider and the docker provider.
fn required_providers() -> String {
    REQUIRED_PROVIDERS.replace("aws = {", "docker = { source = \"kreuzwerker/docker\" }\n    aws = {")
}

/// Creates a project with this provider and a replacement for kreuzwerker/docker.
fn project_with_docker(stage: &Stage) -> Project<'_> {
    // cargo builds examples into the directory `examples/`, next to the directory of this test program.
    let tests = env::current_exe().expect("this test has a path");
    let docker: PathBuf = tests.ancestors().nth(2).expect("a directory").join("examples/docker");
    assert!(docker.exists(), "{} is not built: run `cargo build --workspace --examples`", docker.display());
    let project = Project::new(stage);
    with_provider(project, "kreuzwerker/docker", "terraform-provider-docker", &docker)
}

/// Makes Terraform run this program as the provider `source`.
fn with_provider<'a>(project: Project<'a>, source: &str, name: &str, program: &Path) -> Project<'a> {
    let directory = project.path("overrides");
    symlink(program, directory.join(name)).expect("a link can be made");
    let overrides = ["terraform-ecr/ecr", source].map(|name| format!("    {name:?} = {directory:?}\n"));
    project.cli_config(&format!("provider_installation {{\n  dev_overrides {{\n{}  }}\n}}\n", overrides.concat()))
}

/// Applies `main.tf`, and checks that the docker provider has a login for each of `addresses` and no other login.
fn logs_in_at<'a>(stage: &'a Stage, main: &str, addresses: &[&str]) -> Project<'a> {
    let logins: Vec<_> = addresses.iter().map(|address| format!("AWS@{address}")).collect();
    let check = format!(
        r#"
ephemeral "docker_logins" "all" {{
  lifecycle {{
    postcondition {{
      condition     = toset(self.logins) == toset({logins:?})
      error_message = "The provider has other logins."
    }}
  }}
}}
"#
    );
    let project = project_with_docker(stage).file("main.tf", main).file("check.tf", &check);
    let opened = if stage.terraform.is_opentofu() { "Open complete" } else { "Opening complete" };
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
    project.run(&["apply", "-auto-approve"]).succeeds().says(&[&format!("ephemeral.docker_logins.all: {opened}")]);
    project
}

fn the_resource_example_logs_in_another_provider(stage: &Stage) {
    logs_in_at(stage, RESOURCE, &["123456789012.dkr.ecr.us-east-1.amazonaws.com"]);
}

/// Runs the example from the documentation of hashicorp/aws, unchanged. In `docs/`, the page of the resource has the same example.
fn the_reference_example_logs_in_another_provider(stage: &Stage) {
    let example = r#"ephemeral "aws_ecr_authorization_token" "token" {}

provider "docker" {
  registry_auth {
    address  = ephemeral.aws_ecr_authorization_token.token.proxy_endpoint
    username = ephemeral.aws_ecr_authorization_token.token.user_name
    password = ephemeral.aws_ecr_authorization_token.token.password
  }
}
"#;
    assert!(blocks().iter().any(|(_, code)| code == example), "a page has the example");
    let main = format!("{}{example}", required_providers());
    logs_in_at(stage, &main, &["https://123456789012.dkr.ecr.us-east-1.amazonaws.com"]);
}

/// The registries of two accounts in two Regions.
const REGISTRIES: [&str; 4] = [
    "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    "111122223333.dkr.ecr.us-east-1.amazonaws.com",
    "444455556666.dkr.ecr.eu-west-1.amazonaws.com",
    "444455556666.dkr.ecr.us-east-1.amazonaws.com",
];

/// Combines the tokens from one guide with the docker provider block from another guide.
fn the_accounts_and_regions_example_logs_in_another_provider(stage: &Stage) {
    let block = |word: &str| blocks().into_iter().find(|(_, code)| code.contains(word)).expect("a block").1;
    let consumers = block("dynamic \"registry_auth\"");
    let provider = &consumers[consumers.find("provider \"docker\"").expect("a provider block")..];
    let main = format!("{}{}\n{provider}", required_providers(), block("setproduct("));
    let project = logs_in_at(stage, &main, &REGISTRIES);
    let mut calls = stage.moto().token_calls(project.access_key());
    calls.sort();
    // OpenTofu does not open ephemeral resources in an apply without changes, so OpenTofu opens the resources only in the plan.
    let walks = if stage.terraform.is_opentofu() { 1 } else { 2 };
    let expected: Vec<_> = ["eu-west-1", "us-east-1"].into_iter().flat_map(|region| vec![region; walks]).collect();
    assert_eq!(calls, expected, "one call for each Region and walk");
}

/// Returns the content of `examples/NAME/main.tf`.
fn example(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/examples/{name}/main.tf")).expect("an example")
}

/// In this example, each token is requested with a role in one account. The host of the token's registry therefore begins with the ID of
/// this account.
fn the_accounts_example_logs_in_docker(stage: &Stage) {
    logs_in_at(stage, &example("accounts-and-regions/docker"), &REGISTRIES);
}

fn the_accounts_example_is_valid_for_helm(stage: &Stage) {
    is_valid_for(stage, "accounts-and-regions/helm", "hashicorp/helm", HELM);
}

fn the_accounts_example_is_valid_for_kubernetes(stage: &Stage) {
    is_valid_for(stage, "accounts-and-regions/kubernetes", "hashicorp/kubernetes", KUBERNETES);
}

/// Validates an example with the real provider `source`.
fn is_valid_for(stage: &Stage, name: &str, source: &str, program: &str) {
    let project = with_provider(Project::new(stage), source, program, stage.programs.path(program));
    let project = project.file("main.tf", &example(name));
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
}

fn the_public_example_is_valid(stage: &Stage) {
    let project = project_with_docker(stage).file("main.tf", PUBLIC);
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
}

fn function_examples_are_valid(stage: &Stage) {
    for name in FUNCTIONS {
        let code = function(name);
        let output = Project::new(stage).file("function.tf", &code).run(&["validate"]);
        is_valid_where_it_can_be(stage, &code, name, &output);
    }
}

/// Checks that `validate` accepts the code. In OpenTofu, a provider block without an alias cannot call functions of its own provider, so
/// the test expects an error there. The pages of the functions document this limit.
fn is_valid_where_it_can_be(stage: &Stage, code: &str, name: &str, output: &Output) {
    let provider_blocks = code.split("provider \"aws\" {").skip(1).filter_map(|rest| rest.split("\n}").next());
    let calls_own = provider_blocks.into_iter().any(|block| block.contains("provider::aws::"));
    let (exit_code, words) = match stage.terraform.is_opentofu() && calls_own {
        true => (1, "Self reference"),
        false => (0, "The configuration is valid"),
    };
    assert!(output.code == Some(exit_code) && output.text().contains(words), "{name}: {output}");
}

/// Returns the blocks of Terraform code in `docs/`, each with a unique name. This name consists of the name of the page and the number of
/// the block on the page.
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

fn documentation_blocks_are_formatted(stage: &Stage) {
    let project = blocks()
        .into_iter()
        .fold(Project::new(stage), |project, (name, code)| project.file(&format!("{name}/main.tf"), &code));
    project.run(&["fmt", "-check", "-diff", "-recursive"]).succeeds();
}

/// Validates the blocks of code in the documentation. Only this provider and the docker provider are available, so blocks for other
/// providers are skipped.
fn documentation_blocks_are_valid(stage: &Stage) {
    let others = ["\"helm", "\"kubernetes", "hashicorp/aws", "region = …"];
    let mut checked = 0;
    for (name, code) in blocks() {
        if others.iter().any(|other| code.contains(other)) {
            continue;
        }
        let with_docker = required_providers();
        let head = if code.contains("required_providers") { "" } else { &with_docker };
        let variables: String = ["account_id", "identity_token_file", "image"]
            .iter()
            .filter(|name| code.contains(&format!("var.{name}")) && !code.contains(&format!("variable \"{name}\"")))
            .map(|name| format!("variable \"{name}\" {{\n  type = string\n}}\n"))
            .collect();
        // A block that continues the previous block needs the token of the previous block.
        let token = "ephemeral.aws_ecr_authorization_token.token.";
        let goes_on = code.contains(token) && !code.contains("\"aws_ecr_authorization_token\" \"token\"");
        let token = if goes_on { TOKEN } else { "" };
        let project = project_with_docker(stage).file("main.tf", &format!("{head}\n{code}\n{token}\n{variables}"));
        is_valid_where_it_can_be(stage, &code, &name, &project.run(&["validate"]));
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}
