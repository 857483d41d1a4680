//! Runs each Terraform command that uses the provider.

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project, project_with_provider},
    digests::expected,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("applies_a_saved_plan", saved_plan),
    ("destroys_the_resources", destroy),
    ("refreshes_the_state", refresh_only),
    ("runs_terraform_test", terraform_test),
    ("evaluates_in_the_console", console),
    ("secrets_are_found_in_every_file_of_terraform", secrets_are_found_in_every_file_of_terraform),
];

fn saved_plan(stage: &Stage) {
    let project = project_with_provider(stage, "");
    project.run(&["plan", "-out", "saved.tfplan"]).succeeds();
    project.run(&["show", "saved.tfplan"]).succeeds().says(&["terraform_data.consumer"]);
    project.run(&["apply", "saved.tfplan"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

fn destroy(stage: &Stage) {
    let project = project_with_provider(stage, "");
    project.run(&["apply", "-auto-approve"]).succeeds();
    project.run(&["destroy", "-auto-approve"]).succeeds().says(&["Destroy complete! Resources: 1 destroyed."]);
    assert!(
        project.read("terraform.tfstate.backup").contains("terraform_data"),
        "the search for secrets covers the backup of the state"
    );
}

fn refresh_only(stage: &Stage) {
    let project = project_with_provider(stage, "");
    project.run(&["apply", "-auto-approve"]).succeeds();
    project.run(&["apply", "-refresh-only", "-auto-approve"]).succeeds();
}

/// In `terraform test`, the assertions of a run cannot read ephemeral values. A `check` block in the configuration can read such values.
fn terraform_test(stage: &Stage) {
    let check = format!(
        r#"
variable "user" {{
  default = "AWS"
}}

check "user_name" {{
  assert {{
    condition     = {ADDRESS}.user_name == var.user
    error_message = "another user name"
  }}
}}
"#
    );
    let runs = r#"
run "plan" {
  command = plan
}

run "plan_with_another_user_name" {
  command = plan

  variables {
    user = "nobody"
  }

  expect_failures = [check.user_name]
}

run "apply" {
  assert {
    condition     = terraform_data.consumer.id != ""
    error_message = "nothing was applied"
  }
}
"#;
    let project = project_with_provider(stage, "").file("check.tf", &check).file("token.tftest.hcl", runs);
    project.run(&["test"]).succeeds().says(&["3 passed, 0 failed"]);
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

/// The console does not open ephemeral resources. The console makes no call, and shows a placeholder instead of the value.
fn console(stage: &Stage) {
    let project = project(stage, TOKEN);
    let output = project.run_with_input(&["console"], &format!("{ADDRESS}.user_name\n")).succeeds();
    output.says(&["(known after apply)"]);
    assert_eq!(stage.moto().token_calls(project.access_key()), Vec::<String>::new());
}

/// The variable and the output are neither ephemeral nor sensitive, so Terraform prints the secret, and writes the secret to the plan and
/// the state.
fn secrets_are_found_in_every_file_of_terraform(stage: &Stage) {
    let output = "variable \"secret\" {}\n\noutput \"base64\" {\n  value = base64encode(\"AWS:${var.secret}\")\n}\n";
    let project = project(stage, output);
    let variable = format!("secret={}", project.secret_key());
    let places = |arguments: &[&str], places: &[&str]| {
        let arguments = [arguments, &["-var", &variable]].concat();
        let (output, found) = project.run_and_search(&arguments, "");
        let output = output.succeeds();
        for place in places {
            assert!(found.iter().any(|line| line.contains(place)), "{place} is not in {found:#?}\n{output}");
        }
    };
    places(&["plan", "-out", "saved.tfplan"], &["in base64 in", "stdout: ", "saved.tfplan:tfplan: "]);
    places(&["apply", "-auto-approve"], &["stdout: ", "terraform.tfstate: "]);
}
