//! Tests the ephemeral block in the ways in which public configurations use the block.

use crate::{
    Test,
    configuration::{ADDRESS, project},
    digests::{SCRIPT, consumer, expected},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("blocks_of_one_command_share_a_call", blocks_of_one_command_share_a_call),
    ("works_beside_hashicorp_aws", beside_hashicorp_aws),
];

/// Counts the calls of a plan and of an apply. Terraform starts one provider process for the plan, and one for the apply.
fn blocks_of_one_command_share_a_call(stage: &Stage) {
    let consumer = |name: &str, token: &str| consumer(name, &format!("ephemeral.aws_ecr_authorization_token.{token}"));
    let body = [
        "ephemeral \"aws_ecr_authorization_token\" \"many\" {\n  count = 10\n}\n",
        "ephemeral \"aws_ecr_authorization_token\" \"named\" {\n  region = \"us-east-1\"\n}\n",
        &consumer("first", "many[0]"),
        &consumer("last", "many[9]"),
        &consumer("named", "named"),
    ];
    let project = project(stage, &body.concat());
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()), ["us-east-1"], "in the plan");
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()), ["us-east-1"; 3], "in plan and apply");
    for name in ["first", "last", "named"] {
        assert_eq!(project.read(name), expected("us-east-1"), "{name}");
    }
}

/// Tests this provider together with hashicorp/aws, which has the local name `aws`. The `provider` argument of the ephemeral block selects
/// the local name of this provider.
fn beside_hashicorp_aws(stage: &Stage) {
    let body = format!(
        r#"
terraform {{
  required_providers {{
    ecr = {{
      source = "terraform-ecr/ecr"
    }}
  }}
}}

provider "ecr" {{
  region = "eu-north-1"
}}

ephemeral "aws_ecr_authorization_token" "token" {{
  provider = ecr
}}
{}"#,
        consumer("consumer", ADDRESS)
    );
    let project = Project::new(stage).file("main.tf", &body).file("digests.sh", SCRIPT);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("eu-north-1"));
}
