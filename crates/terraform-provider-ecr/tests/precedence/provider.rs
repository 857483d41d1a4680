//! The providers that a row can be run with.

use std::path::PathBuf;

use crate::row::Row;

/// A provider, and what asks it for a token.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) path: PathBuf,
    pub(crate) source: &'static str,
    /// The block that gets a token, up to its name.
    token: &'static str,
    is_peer: bool,
}

impl Provider {
    /// The provider under test: the dev binary that cargo built for this suite.
    pub(crate) fn ours() -> Self {
        Self {
            path: env!("CARGO_BIN_EXE_terraform-provider-ecr").into(),
            source: "terraform-ecr/ecr",
            token: r#"ephemeral "aws_ecr_authorization_token""#,
            is_peer: false,
        }
    }

    /// hashicorp/aws of version 5, whose data source makes the same call.
    pub(crate) fn peer(path: PathBuf) -> Self {
        Self { path, source: "hashicorp/aws", token: r#"data "aws_ecr_authorization_token""#, is_peer: true }
    }

    pub(crate) fn is_peer(&self) -> bool {
        self.is_peer
    }

    /// Whether this request twice in a row counts as once: another attempt at a proxy that refuses, and the peer's
    /// trial run of each role of its block.
    pub(crate) fn may_repeat(&self, request: &str) -> bool {
        request.contains(": CONNECT ") || self.is_peer && request.contains("AssumeRole")
    }

    /// `main.tf` for this row, with placeholders.
    pub(crate) fn configuration(&self, row: &Row) -> String {
        let (source, token, arguments) = (self.source, self.token, row.arguments);
        let mut block = row.block.join("\n  ");
        if self.is_peer && !block.contains("skip_") && !block.contains("account_ids") {
            block += "\n  skip_credentials_validation = true\n  skip_requesting_account_id  = true";
        }
        if self.is_peer && !block.contains("max_retries") {
            block += "\n  max_retries = 1";
        }
        format!(
            r#"
terraform {{
  required_providers {{
    aws = {{
      source = "{source}"
    }}
  }}
}}

provider "aws" {{
  {block}
}}

{token} "token" {{
  {arguments}
}}
"#
        )
    }
}
