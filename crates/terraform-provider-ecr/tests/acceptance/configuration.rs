//! The parts of a configuration that most tests use.

use crate::{digests, project::Project, stage::Stage};

/// The `required_providers` block that the reference example needs.
pub(crate) const REQUIRED_PROVIDERS: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}
"#;

/// The ephemeral block of the reference example, unchanged.
pub(crate) const TOKEN: &str = r#"ephemeral "aws_ecr_authorization_token" "token" {}"#;

/// The address of the ephemeral block [`TOKEN`].
pub(crate) const ADDRESS: &str = "ephemeral.aws_ecr_authorization_token.token";

/// Creates a project whose `main.tf` is [`REQUIRED_PROVIDERS`] and `body`.
pub(crate) fn project<'a>(stage: &'a Stage, body: &str) -> Project<'a> {
    Project::new(stage).file("main.tf", &format!("{REQUIRED_PROVIDERS}{body}")).file("digests.sh", digests::SCRIPT)
}

/// Creates a project with a provider block that has these `arguments`, with [`TOKEN`], and with a consumer that writes
/// `work/consumer`.
pub(crate) fn project_with_provider<'a>(stage: &'a Stage, arguments: &str) -> Project<'a> {
    let consumer = digests::consumer("consumer", ADDRESS);
    project(stage, &format!("provider \"aws\" {{\n{arguments}\n}}\n\n{TOKEN}\n{consumer}"))
}
