//! A Terraform and OpenTofu provider that gets Amazon ECR authorization tokens.

use std::process::ExitCode;

use terraform_plugin::{Logging, Server};

mod assume_role;
mod checks;
mod configuration;
mod diagnostics;
mod ephemeral;
mod functions;
mod provider;

fn main() -> ExitCode {
    Server::builder("terraform-ecr/ecr", provider::EcrProvider)
        .version(env!("CARGO_PKG_VERSION"))
        .logging(logging())
        .run()
}

/// Configures the log. It has no lines from AWS's SDK: after a failed call, the SDK may log the whole request or response, at DEBUG
/// and above.
fn logging() -> Logging {
    Logging::new().own("aws_base").own("ecr_token").silent("aws_")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Log lines of the SDK are dropped, because they could contain whole responses, including tokens.
    #[test]
    fn the_aws_sdk_does_not_log() {
        for target in ["aws_smithy_runtime::client::orchestrator", "aws_sdk_ecr", "aws_config"] {
            assert!(!logging().allows(target, tracing::Level::ERROR), "{target}");
        }
    }
}
