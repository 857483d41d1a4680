//! Where the Region comes from, in order: the block, the provider block, the environment, the profile.

use crate::{
    Test,
    configuration::{ADDRESS, project, project_with_provider},
    digests::{consumer, digest, expected},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("region_of_the_block_wins", region_of_the_block_wins),
    ("region_of_the_block_may_be_null_or_empty", region_of_the_block_may_be_null_or_empty),
    ("region_of_the_provider_block", region_of_the_provider_block),
    ("region_from_aws_region", region_from_aws_region),
    ("region_from_aws_default_region", region_from_aws_default_region),
    ("region_from_a_profile", region_from_a_profile),
];

/// The value, what `region` reports and the Region of the signature all agree.
fn gives(stage: &Stage, project: &Project<'_>, region: &str) {
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected(region));
    assert_eq!(stage.moto().token_calls(project.access_key()), [region; 2], "a call in the plan and one in the apply");
}

fn region_of_the_block_wins(stage: &Stage) {
    let body = format!(
        r#"
provider "aws" {{
  region = "eu-central-1"
}}

ephemeral "aws_ecr_authorization_token" "token" {{
  region = "sa-east-1"
}}
{}"#,
        consumer("consumer", ADDRESS)
    );
    gives(stage, &project(stage, &body), "sa-east-1");
}

/// Null gets the effective Region. Terraform has every value of the configuration come back unchanged, so "" stays "".
fn region_of_the_block_may_be_null_or_empty(stage: &Stage) {
    let body = format!(
        r#"
ephemeral "aws_ecr_authorization_token" "null" {{
  region = null
}}

ephemeral "aws_ecr_authorization_token" "empty" {{
  region = ""
}}
{}{}"#,
        consumer("consumer", "ephemeral.aws_ecr_authorization_token.null"),
        consumer("empty", "ephemeral.aws_ecr_authorization_token.empty")
    );
    let project = project(stage, &body);
    gives(stage, &project, "us-east-1");
    assert_eq!(project.read("empty"), expected("us-east-1").replace(&digest("us-east-1"), &digest("")));
}

fn region_of_the_provider_block(stage: &Stage) {
    gives(stage, &project_with_provider(stage, r#"region = "eu-central-1""#), "eu-central-1");
}

fn region_from_aws_region(stage: &Stage) {
    let project =
        project_with_provider(stage, "").env("AWS_REGION", "eu-west-2").env("AWS_DEFAULT_REGION", "us-west-1");
    gives(stage, &project, "eu-west-2");
}

fn region_from_aws_default_region(stage: &Stage) {
    let project =
        project_with_provider(stage, "").without_env(&["AWS_REGION"]).env("AWS_DEFAULT_REGION", "ca-central-1");
    gives(stage, &project, "ca-central-1");
}

fn region_from_a_profile(stage: &Stage) {
    let arguments = r#"
  profile             = "ci"
  shared_config_files = ["config"]
"#;
    let project = project_with_provider(stage, arguments);
    let (access_key, secret_key) = (project.access_key(), project.secret_key());
    let config = format!(
        "[profile ci]\nregion = il-central-1\naws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n"
    );
    let project = project.without_env(&["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    gives(stage, &project.file("config", &config), "il-central-1");
}
