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

/// The schema as Terraform understands it: the reference's arguments and attributes, and what is added to them.
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
          docker_config_json: string computed sensitive
          expires_at: string computed
          password: string computed sensitive
          proxy_endpoint: string computed
          region: string optional computed
          registry: string computed
          registry_id: string optional computed
          user_name: string computed
        aws_ecrpublic_authorization_token
          authorization_token: string computed sensitive
          docker_config_json: string computed sensitive
          expires_at: string computed
          password: string computed sensitive
          region: string optional computed
          registry: string computed
          user_name: string computed
    "#]]
    .assert_eq(&text);

    let mut provider_block = provider["provider"]["block"].clone();
    let endpoints = provider_block["block_types"]["endpoints"]["block"]["attributes"].as_object_mut();
    endpoints.expect("endpoints").retain(|service, _| ["ecr", "ecrpublic", "sso", "sts"].contains(&service.as_str()));
    let mut text = render(&provider_block, 0);
    for kind in ["resource_schemas", "data_source_schemas"] {
        text += &format!("{kind}: {}\n", provider[kind].as_object().map_or(0, serde_json::Map::len));
    }
    expect![[r#"
        access_key: string optional
        allowed_account_ids: [set,string] optional
        custom_ca_bundle: string optional
        ec2_metadata_service_endpoint: string optional
        ec2_metadata_service_endpoint_mode: string optional
        forbidden_account_ids: [set,string] optional
        http_proxy: string optional
        https_proxy: string optional
        insecure: bool optional
        max_retries: number optional
        no_proxy: string optional
        profile: string optional
        region: string optional
        retry_mode: string optional
        s3_us_east_1_regional_endpoint: string optional
        s3_use_path_style: bool optional
        secret_key: string optional sensitive
        shared_config_files: [list,string] optional
        shared_credentials_files: [list,string] optional
        skip_credentials_validation: bool optional
        skip_metadata_api_check: string optional
        skip_region_validation: bool optional
        skip_requesting_account_id: bool optional
        sts_region: string optional
        tag_policy_compliance: string optional
        token: string optional sensitive
        token_bucket_rate_limiter_capacity: number optional
        use_dualstack_endpoint: bool optional
        use_fips_endpoint: bool optional
        user_agent: [list,string] optional
        assume_role (list block)
          duration: string optional
          external_id: string optional
          policy: string optional
          policy_arns: [set,string] optional
          role_arn: string optional
          session_name: string optional
          source_identity: string optional
          tags: [map,string] optional
          transitive_tag_keys: [set,string] optional
        assume_role_with_web_identity (list block)
          duration: string optional
          policy: string optional
          policy_arns: [set,string] optional
          role_arn: string optional
          session_name: string optional
          web_identity_token: string optional sensitive
          web_identity_token_file: string optional
        default_tags (list block)
          tags: [map,string] optional
        endpoints (set block)
          ecr: string optional
          ecrpublic: string optional
          sso: string optional
          sts: string optional
        ignore_tags (list block)
          key_prefixes: [set,string] optional
          keys: [set,string] optional
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
