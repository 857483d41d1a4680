//! Where the credentials come from: the recorded signature says which key was used.

use crate::{Test, configuration::project_with_provider, digests::expected, project::Project, stage::Stage};

pub(crate) const TESTS: &[Test] = &[
    ("credentials_from_the_environment", credentials_from_the_environment),
    ("credentials_of_the_provider_block", credentials_of_the_provider_block),
    ("credentials_from_a_shared_file", credentials_from_a_shared_file),
    ("credentials_from_the_home_directory", credentials_from_the_home_directory),
];

const KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// The project's own key signed both calls.
fn signs(stage: &Stage, project: &Project<'_>) {
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
    assert_eq!(stage.moto().token_calls(project.access_key()).len(), 2, "a call in the plan and one in the apply");
}

fn credentials_from_the_environment(stage: &Stage) {
    signs(stage, &project_with_provider(stage, ""));
}

/// They win over the environment, whose keys are wrong here.
fn credentials_of_the_provider_block(stage: &Stage) {
    let project = project_with_provider(
        stage,
        r#"
  access_key = var.access_key
  secret_key = var.secret_key
"#,
    );
    let variables = format!(
        r#"
variable "access_key" {{
  default = "{}"
}}

variable "secret_key" {{
  default = "{}"
}}
"#,
        project.access_key(),
        project.secret_key()
    );
    let project = project.file("variables.tf", &variables);
    signs(stage, &project.env("AWS_ACCESS_KEY_ID", "AKIAFOREIGN").env("AWS_SECRET_ACCESS_KEY", "foreign"));
}

/// A profile that the configuration names wins over the environment, whose keys are wrong here.
fn credentials_from_a_shared_file(stage: &Stage) {
    let arguments = r#"
  profile                  = "ci"
  shared_credentials_files = ["credentials"]
"#;
    let project = project_with_provider(stage, arguments);
    let file = profile_file("ci", &project);
    let project = project.file("credentials", &file);
    signs(stage, &project.env("AWS_ACCESS_KEY_ID", "AKIAFOREIGN").env("AWS_SECRET_ACCESS_KEY", "foreign"));
}

fn credentials_from_the_home_directory(stage: &Stage) {
    let project = project_with_provider(stage, "");
    let file = profile_file("from-environment", &project);
    let project = project.file("../home/.aws/credentials", &file).without_env(KEYS);
    signs(stage, &project.env("AWS_PROFILE", "from-environment"));
}

fn profile_file(profile: &str, project: &Project<'_>) -> String {
    let (access_key, secret_key) = (project.access_key(), project.secret_key());
    format!("[{profile}]\naws_access_key_id = {access_key}\naws_secret_access_key = {secret_key}\n")
}
