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

/// Configures the log. Lines from AWS's SDK are dropped, because lines at DEBUG and above can contain the whole request or response of a
/// failed call.
fn logging() -> Logging {
    Logging::new().own("aws_base").own("ecr_token").silent("aws_")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that log lines of the SDK are dropped. Such lines could contain whole responses, including tokens.
    #[test]
    fn the_aws_sdk_does_not_log() {
        for target in ["aws_smithy_runtime::client::orchestrator", "aws_sdk_ecr", "aws_config"] {
            assert!(!logging().allows(target, tracing::Level::ERROR), "{target}");
        }
    }
}
