//! The pieces of configuration that most tests share.

use crate::{digests, project::Project, stage::Stage};

/// All that the reference example needs beside itself.
pub(crate) const REQUIRED_PROVIDERS: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}
"#;

/// The ephemeral block of the reference example, to the letter.
pub(crate) const TOKEN: &str = r#"ephemeral "aws_ecr_authorization_token" "token" {}"#;

/// The address of [`TOKEN`].
pub(crate) const ADDRESS: &str = "ephemeral.aws_ecr_authorization_token.token";

/// A project whose `main.tf` is `required_providers` and `body`.
pub(crate) fn project<'a>(stage: &'a Stage, body: &str) -> Project<'a> {
    Project::new(stage).file("main.tf", &format!("{REQUIRED_PROVIDERS}{body}")).file("digests.sh", digests::SCRIPT)
}

/// A project with a provider block that holds `arguments`, [`TOKEN`], and a consumer that writes `work/consumer`.
pub(crate) fn project_with_provider<'a>(stage: &'a Stage, arguments: &str) -> Project<'a> {
    let consumer = digests::consumer("consumer", ADDRESS);
    project(stage, &format!("provider \"aws\" {{\n{arguments}\n}}\n\n{TOKEN}\n{consumer}"))
}
