//! Tests provider configurations with values that are known only after apply. OpenTofu does not accept such configurations.

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project},
    digests::{consumer, expected},
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("an_unknown_region_is_deferred_to_apply", an_unknown_region_is_deferred_to_apply),
    ("an_irrelevant_unknown_region_is_not_deferred", an_irrelevant_unknown_region_is_not_deferred),
];

/// A provider block with an unknown Region, and a check that shows whether the plan has the values of the token.
const UNKNOWN_REGION: &str = r#"
resource "terraform_data" "region" {
  input = "eu-west-1"
}

provider "aws" {
  region = terraform_data.region.output
}

check "user_name" {
  assert {
    condition     = ephemeral.aws_ecr_authorization_token.token.user_name == "AWS"
    error_message = "another user name"
  }
}
"#;

fn an_unknown_region_is_deferred_to_apply(stage: &Stage) {
    let project = project(stage, &format!("{UNKNOWN_REGION}\n{TOKEN}\n{}", consumer("consumer", ADDRESS)));

    project.run(&["plan"]).succeeds().says(&["Plan: 2 to add", "Check block assertion known after apply"]);
    let calls = stage.moto().token_calls(project.access_key());
    assert_eq!(calls, Vec::<String>::new(), "no Region, no call, although AWS_REGION is set");

    project.run(&["apply", "-auto-approve"]).succeeds().says_nothing_of(&["Check block assertion failed"]);
    assert_eq!(project.read("consumer"), expected("eu-west-1"));
    assert_eq!(stage.moto().token_calls(project.access_key()), ["eu-west-1"]);
}

/// The ephemeral block names a Region, so the values of the token are known at plan.
fn an_irrelevant_unknown_region_is_not_deferred(stage: &Stage) {
    let token = "ephemeral \"aws_ecr_authorization_token\" \"token\" {\n  region = \"eu-west-2\"\n}\n";
    let project = project(stage, &format!("{UNKNOWN_REGION}\n{token}"));
    project.run(&["plan"]).succeeds().says_nothing_of(&["Check block assertion"]);
    assert_eq!(stage.moto().token_calls(project.access_key()), ["eu-west-2"]);
}
