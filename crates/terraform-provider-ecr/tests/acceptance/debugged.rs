//! Terraform attaches to a provider that a developer started with `-debug`.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    Test,
    project::Project,
    stage::{PROVIDER, Stage},
};

pub(crate) const TESTS: &[Test] =
    &[("each_provider_block_of_a_debugged_provider_uses_its_own_key", each_provider_block_uses_its_own_key)];

/// The provider process that the developer started.
#[derive(Debug)]
struct Debugged {
    process: Child,
    /// The value of `TF_REATTACH_PROVIDERS`.
    reattach: String,
    _directory: TempDir,
}

impl Debugged {
    fn start(stage: &Stage) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut command = Command::new(PROVIDER);
        command.arg("-debug").env_clear().env("TMPDIR", directory.path()).env("HOME", directory.path());
        command.env("AWS_ENDPOINT_URL", stage.moto().url()).env("AWS_EC2_METADATA_DISABLED", "true");
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the provider starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut values = lines.map_while(Result::ok).filter_map(|line| {
            let (_, value) = line.split_once("TF_REATTACH_PROVIDERS='")?;
            Some(value.strip_suffix('\'')?.to_owned())
        });
        let reattach = values.next().expect("the provider prints TF_REATTACH_PROVIDERS");
        Self { process, reattach, _directory: directory }
    }
}

impl Drop for Debugged {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).ok();
    }
}

/// Terraform opens the tokens `second` and `third` after it has configured both provider blocks. These two tokens need different keys, so a
/// single configuration for the whole process would fail.
fn each_provider_block_uses_its_own_key(stage: &Stage) {
    let debugged = Debugged::start(stage);
    let project = Project::new(stage).env("TF_REATTACH_PROVIDERS", &debugged.reattach);
    let (one, secret) = (project.access_key().to_owned(), project.secret_key().to_owned());
    let other = one.replace("AKIA", "AKIB");
    let body = format!(
        r#"
terraform {{
  required_providers {{
    aws = {{
      source = "terraform-ecr/ecr"
    }}
  }}
}}

provider "aws" {{
  region     = "us-east-1"
  access_key = "{one}"
  secret_key = "{secret}"
}}

provider "aws" {{
  alias      = "other"
  region     = "us-east-1"
  access_key = "{other}"
  secret_key = "{secret}"
}}

ephemeral "aws_ecr_authorization_token" "first" {{}}

ephemeral "aws_ecr_authorization_token" "second" {{
  provider   = aws.other
  depends_on = [ephemeral.aws_ecr_authorization_token.first]
}}

ephemeral "aws_ecr_authorization_token" "third" {{
  region     = "us-west-2"
  depends_on = [ephemeral.aws_ecr_authorization_token.second]
}}
"#
    );
    let project = project.file("main.tf", &body);
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(&one), ["us-east-1", "us-west-2"]);
    assert_eq!(stage.moto().token_calls(&other), ["us-east-1"]);
}
