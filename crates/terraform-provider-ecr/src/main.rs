//! Terraform and OpenTofu provider for Amazon ECR authorization tokens.

use std::process::ExitCode;

mod configuration;
mod diagnostics;
mod ephemeral;
mod functions;
mod provider;

fn main() -> ExitCode {
    terraform_plugin::serve(provider::EcrProvider)
}
