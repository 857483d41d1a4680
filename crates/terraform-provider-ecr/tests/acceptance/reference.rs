//! Plans and applies the unmodified reference example.

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project},
    digests::{consumer, digest, expected},
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("the_reference_example_works", reference_example),
    ("sensitive_values_are_not_shown", sensitive_values_are_not_shown),
    ("the_region_may_be_null_or_empty", the_region_may_be_null_or_empty),
];

/// The configuration has no provider block, so Region, credentials and endpoint come from the environment.
fn reference_example(stage: &Stage) {
    let project = project(stage, &format!("{TOKEN}\n{}", consumer("consumer", ADDRESS)));

    project.run(&["validate"]).succeeds();
    project.run(&["plan"]).succeeds().says(&["Plan: 1 to add"]);
    project.run(&["apply", "-auto-approve"]).succeeds().says(&["Apply complete! Resources: 1 added"]);
    assert_eq!(project.read("consumer"), expected("us-east-1"));
    assert_eq!(stage.moto().token_calls(project.access_key()), ["us-east-1"; 3], "one call for each walk");

    let log = project.read("../log");
    assert!(
        log.contains("terraform-provider-ecr"),
        "the log that was searched for secrets includes the log of the provider"
    );
    project.run(&["apply", "-auto-approve"]).succeeds().says(&["No changes"]);
}

/// Terraform does not show the output of a provisioner if the environment of the provisioner has ephemeral values.
fn sensitive_values_are_not_shown(stage: &Stage) {
    let body = format!(
        r#"{TOKEN}
resource "terraform_data" "talkative" {{
  provisioner "local-exec" {{
    command     = "printenv PASSWORD"
    environment = {{ PASSWORD = {ADDRESS}.password }}
  }}
}}
"#
    );
    project(stage, &body).run(&["apply", "-auto-approve"]).succeeds().says(&["output suppressed"]);
}

/// With a null `region`, the attribute is the Region in use. With an empty `region`, the attribute stays empty, because Terraform
/// requires that configured values are returned unchanged.
fn the_region_may_be_null_or_empty(stage: &Stage) {
    let block = |name: &str, region: &str| {
        let address = format!("ephemeral.aws_ecr_authorization_token.{name}");
        let consumer = consumer(name, &address);
        format!("ephemeral \"aws_ecr_authorization_token\" \"{name}\" {{\n  region = {region}\n}}\n{consumer}")
    };
    let project = project(stage, &(block("null", "null") + &block("empty", "\"\"")));
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("null"), expected("us-east-1"));
    assert_eq!(project.read("empty"), expected("us-east-1").replace(&digest("us-east-1"), &digest("")));
}
