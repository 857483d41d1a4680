//! Tests in which Terraform is killed and cannot stop the provider. The provider has to detect the end of Terraform and end itself.

use test_support::terraform::Terraform;

use crate::{Test, project::Project};

pub(crate) const TESTS: &[Test] = &[
    ("nothing_is_left_after_a_kill_while_the_provider_starts", while_the_provider_starts),
    ("nothing_is_left_after_a_kill_in_configure", in_configure),
    ("nothing_is_left_after_a_kill_in_open", in_open),
    ("nothing_is_left_after_a_kill_between_open_and_close", between_open_and_close),
];

/// Kills Terraform before the provider starts. When the provider then starts, Terraform is not the parent process any more, and the provider's
/// first line is not read.
fn while_the_provider_starts(terraform: &Terraform) {
    let mut project = Project::silent("");
    let (started, gate) = (project.path("started"), project.path("gate"));
    project.wrap_provider(&format!("#!/bin/sh\n: >{started:?}\n: <{gate:?}\nexec <provider>\n"));
    let mut plan = project.start(terraform, &["plan"]);
    plan.writes("started");
    plan.kill();
    assert_eq!(plan.processes().len(), 1, "only the script is left, which then becomes the provider");
    project.open_gate();
    project.leaves_nothing(&plan);
}

fn in_configure(terraform: &Terraform) {
    let project = Project::silent(
        r#"
provider "aws" {
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }
}
"#,
    );
    let mut plan = project.start(terraform, &["plan"]);
    project.is_called();
    plan.kill();
    project.leaves_nothing(&plan);
}

fn in_open(terraform: &Terraform) {
    let project = Project::silent("");
    let mut plan = project.start(terraform, &["plan"]);
    project.is_called();
    plan.kill();
    project.leaves_nothing(&plan);
}

/// The provisioner is a third process, which the provider does not control. This process ends when the test opens the FIFO.
fn between_open_and_close(terraform: &Terraform) {
    let project = Project::new(
        r#"
resource "terraform_data" "consumer" {
  provisioner "local-exec" {
    command = ": >../provisioning; : <../gate"

    environment = {
      password = ephemeral.aws_ecr_authorization_token.token.password
    }
  }
}
"#,
    );
    let mut apply = project.start(terraform, &["apply", "-auto-approve"]);
    apply.writes("provisioning");
    apply.kill();
    project.open_gate();
    project.leaves_nothing(&apply);
}
