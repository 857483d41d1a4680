//! Every Terraform command that has to do with the provider.

use expect_test::expect;
use serde_json::Value;

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project, project_with_provider},
    digests::expected,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("saved_plan", saved_plan),
    ("destroy", destroy),
    ("refresh_only", refresh_only),
    ("terraform_test", terraform_test),
    ("console", console),
    ("schema", schema),
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
    assert!(project.read("terraform.tfstate.backup").contains("terraform_data"), "the backup that was searched");
}

fn refresh_only(stage: &Stage) {
    let project = project_with_provider(stage, "");
    project.run(&["apply", "-auto-approve"]).succeeds();
    project.run(&["apply", "-refresh-only", "-auto-approve"]).succeeds();
}

/// Assertions of a test cannot see ephemeral values, but a check in the configuration can.
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

/// The console evaluates without opening anything: no call, and a placeholder for the value.
fn console(stage: &Stage) {
    let project = project(stage, TOKEN);
    let output = project.run_with_input(&["console"], &format!("{ADDRESS}.user_name\n")).succeeds();
    output.says(&["(known after apply)"]);
    assert_eq!(stage.moto().token_calls(project.access_key()), Vec::<String>::new());
}

/// The schema as Terraform understands it: the reference's argument and attributes, and nothing else.
fn schema(stage: &Stage) {
    let project = project(stage, "");
    let output = project.run(&["providers", "schema", "-json"]).succeeds();
    let schemas: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let provider = &schemas["provider_schemas"][format!("{}/terraform-ecr/ecr", stage.terraform.registry())];

    let mut text = String::new();
    for (name, resource) in provider["ephemeral_resource_schemas"].as_object().expect("ephemeral resources") {
        text += &format!("{name}\n{}", render(&resource["block"], 1));
    }
    expect![[r#"
        aws_ecr_authorization_token
          authorization_token: string computed sensitive
          expires_at: string computed
          password: string computed sensitive
          proxy_endpoint: string computed
          region: string optional computed
          user_name: string computed
    "#]]
    .assert_eq(&text);

    let mut text = render(&provider["provider"]["block"], 0);
    for kind in ["resource_schemas", "data_source_schemas"] {
        text += &format!("{kind}: {}\n", provider[kind].as_object().map_or(0, serde_json::Map::len));
    }
    expect![[r#"
        access_key: string optional
        profile: string optional
        region: string optional
        secret_key: string optional sensitive
        shared_config_files: [list,string] optional
        shared_credentials_files: [list,string] optional
        skip_region_validation: bool optional
        token: string optional sensitive
        endpoints (set block)
          ecr: string optional
          sts: string optional
        resource_schemas: 0
        data_source_schemas: 0
    "#]]
    .assert_eq(&text);
}

/// `name: type flags` for each attribute, then the nested blocks.
fn render(block: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::new();
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let kind = attribute["type"].to_string().replace('"', "");
        let flags = ["required", "optional", "computed", "sensitive", "deprecated", "write_only"];
        let flags = flags.iter().filter(|flag| attribute[**flag] == true).map(|flag| format!(" {flag}"));
        text += &format!("{indent}{name}: {kind}{}\n", flags.collect::<String>());
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        let mode = nested["nesting_mode"].as_str().unwrap_or_default();
        text += &format!("{indent}{name} ({mode} block)\n{}", render(&nested["block"], depth + 1));
    }
    text
}
