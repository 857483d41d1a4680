//! Tests of roles in ephemeral blocks. With such roles, one provider block serves many accounts.

use std::fs;

use ecr_sandbox::Options;

use crate::{Test, configuration::REQUIRED_PROVIDERS, project::Project, sandbox::Aws, stage::Stage};

pub(crate) const TESTS: &[Test] = &[
    ("one_provider_block_serves_every_account_and_region", one_provider_block_serves_every_account_and_region),
    ("an_unknown_role_is_deferred_to_apply", an_unknown_role_is_deferred_to_apply),
    ("an_invalid_late_value_is_reported_at_apply", an_invalid_late_value_is_reported_at_apply),
];

/// The tokens of 20 accounts in 5 Regions. The registry of a token belongs to the account of the token's role.
const TOKENS: &str = r#"
locals {
  accounts = [for number in range(20) : format("1234567890%02d", number)]
  regions  = ["eu-central-1", "eu-west-1", "eu-west-2", "us-east-1", "us-west-2"]

  registries = {
    for pair in setproduct(local.accounts, local.regions) :
    "${pair[0]}/${pair[1]}" => { account_id = pair[0], region = pair[1] }
  }
}

ephemeral "aws_ecr_authorization_token" "of" {
  for_each = local.registries
  region   = each.value.region

  assume_role {
    role_arn = "arn:aws:iam::${each.value.account_id}:role/pull"
  }

  lifecycle {
    postcondition {
      condition     = self.registry == "${each.value.account_id}.dkr.ecr.${each.value.region}.amazonaws.com"
      error_message = "another registry"
    }
  }
}
"#;

/// A check that uses the token. OpenTofu does not open an ephemeral resource that is not used.
const NEEDS_TOKEN: &str = r#"
check "user_name" {
  assert {
    condition     = ephemeral.aws_ecr_authorization_token.token.user_name == "AWS"
    error_message = "another user name"
  }
}
"#;

const ONE_TOKEN: &str = "ephemeral \"aws_ecr_authorization_token\" \"token\" {}\n";

fn at_sandbox<'a>(stage: &'a Stage, body: &str) -> (Project<'a>, Aws) {
    let project = Project::new(stage).file("main.tf", &format!("{REQUIRED_PROVIDERS}{body}"));
    let mut options = Options::default();
    options.proxy_endpoint = Some("https://{account}.dkr.ecr.{region}.amazonaws.com".to_owned());
    let aws = Aws::with(&project, options);
    (project.env("AWS_ENDPOINT_URL", aws.url()), aws)
}

/// Plans, and returns the number of processes of this provider that Terraform started.
fn processes(project: &Project<'_>) -> usize {
    project.run(&["plan"]).succeeds();
    let log = fs::read_to_string(project.path("log")).expect("Terraform's log");
    log.lines().filter(|line| line.contains("plugin started") && line.contains("provider-ecr")).count()
}

fn one_provider_block_serves_every_account_and_region(stage: &Stage) {
    let (one, _aws) = at_sandbox(stage, ONE_TOKEN);
    let (many, aws) = at_sandbox(stage, TOKENS);
    let processes_of_one = processes(&one);
    assert!(processes_of_one > 0);
    assert_eq!(processes(&many), processes_of_one);
    // There are 20 roles and 100 tokens. On a busy machine, a few calls take longer than 10 seconds, and are retried.
    let (roles, tokens) = (aws.count("AssumeRole"), aws.count("GetAuthorizationToken"));
    assert!((20..30).contains(&roles) && (100..110).contains(&tokens), "{roles} {tokens}");
}

/// Creates a project with an ephemeral block whose role has these `arguments`. The arguments can use a value that is only known after
/// apply.
fn with_late_value<'a>(stage: &'a Stage, value: &str, arguments: &str) -> (Project<'a>, Aws) {
    let made = format!("resource \"terraform_data\" \"late\" {{\n  input = \"{value}\"\n}}\n");
    let token =
        format!("ephemeral \"aws_ecr_authorization_token\" \"token\" {{\n  assume_role {{\n{arguments}  }}\n}}\n");
    at_sandbox(stage, &format!("{made}{token}{NEEDS_TOKEN}"))
}

fn an_unknown_role_is_deferred_to_apply(stage: &Stage) {
    let argument = "    role_arn = terraform_data.late.output\n";
    let (project, aws) = with_late_value(stage, "arn:aws:iam::123456789012:role/pull", argument);
    project.run(&["plan"]).succeeds().says(&["Check block assertion known after apply"]);
    assert_eq!(aws.count("AssumeRole"), 0);
    project.run(&["apply", "-auto-approve"]).succeeds().says_nothing_of(&["Check block assertion failed"]);
    assert_eq!((aws.count("AssumeRole"), aws.count("GetAuthorizationToken")), (1, 1));
}

/// Checks that the error shows the line of the invalid value. If validation fails immediately before Terraform opens the
/// resource, Terraform does not show a line.
fn an_invalid_late_value_is_reported_at_apply(stage: &Stage) {
    let arguments =
        "    role_arn = \"arn:aws:iam::123456789012:role/pull\"\n    duration = terraform_data.late.output\n";
    let (project, aws) = with_late_value(stage, "1 hour", arguments);
    project.run(&["plan"]).succeeds();
    let place = ["with ephemeral.aws_ecr_authorization_token.token", "duration = terraform_data.late.output"];
    project.run(&["apply", "-auto-approve"]).fails().says(&["Invalid Session Duration"]).says(&place);
    assert_eq!(aws.count("AssumeRole"), 0);
}
