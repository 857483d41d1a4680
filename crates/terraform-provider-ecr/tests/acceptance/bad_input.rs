//! Mistakes of the user: each gets an error that names what to change, in seconds.

use std::{net::TcpListener, time::Duration};

use ecr_sandbox::{Blocking, Effect, Fault, Options};

use crate::{
    Test,
    configuration::{project, project_with_provider},
    output::Output,
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("endpoint_without_scheme", endpoint_without_scheme),
    ("endpoint_with_impossible_port", endpoint_with_impossible_port),
    ("endpoint_variable_without_scheme", endpoint_variable_without_scheme),
    ("endpoint_refuses_connections", endpoint_refuses_connections),
    ("proxy_refuses_connections", proxy_refuses_connections),
    ("no_region", no_region),
    ("nonsense_region_in_provider_block", nonsense_region_in_provider_block),
    ("nonsense_region_on_the_block", nonsense_region_on_the_block),
    ("region_of_another_partition", region_of_another_partition),
    ("no_credentials", no_credentials),
    ("no_credentials_and_metadata_refuses", no_credentials_and_metadata_refuses),
    ("profile_that_does_not_exist", profile_that_does_not_exist),
    ("access_key_without_secret_key", access_key_without_secret_key),
    ("session_that_is_too_short", session_that_is_too_short),
];

const KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// A plan fails, soon.
#[track_caller]
fn fails(project: &Project<'_>) -> Output {
    project.run(&["plan"]).fails().within(Duration::from_secs(5))
}

fn endpoint_without_scheme(stage: &Stage) {
    let project = project_with_provider(stage, "endpoints {\n  ecr = \"127.0.0.1:5599\"\n}");
    fails(&project).says(&["127.0.0.1:5599", "endpoints", "ecr", "http"]);
}

fn endpoint_with_impossible_port(stage: &Stage) {
    let project = project_with_provider(stage, "endpoints {\n  ecr = \"http://127.0.0.1:99999\"\n}");
    fails(&project).says(&["http://127.0.0.1:99999", "endpoints", "ecr"]);
}

fn endpoint_variable_without_scheme(stage: &Stage) {
    let project = project_with_provider(stage, "").env("AWS_ENDPOINT_URL_ECR", "127.0.0.1:5599");
    fails(&project).says(&["127.0.0.1:5599", "AWS_ENDPOINT_URL_ECR"]);
}

fn endpoint_refuses_connections(stage: &Stage) {
    // Nobody listens on a port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address").to_string();
    drop(listener);
    let project = project_with_provider(stage, &format!("endpoints {{\n  ecr = \"http://{address}\"\n}}"));
    fails(&project).says(&[&address, "refused", "us-east-1"]);
}

/// The proxy is to blame, and not the host behind it.
fn proxy_refuses_connections(stage: &Stage) {
    let project = project_with_provider(stage, "").env("AWS_ENDPOINT_URL", "https://ecr.invalid");
    fails(&project).says(&["Proxy", "HTTPS_PROXY", "NO_PROXY"]);
}

fn no_region(stage: &Stage) {
    let project = project_with_provider(stage, "").without_env(&["AWS_REGION"]);
    fails(&project).says(&["region", "AWS_REGION"]);
}

fn nonsense_region_in_provider_block(stage: &Stage) {
    let project = project_with_provider(stage, "region = \"narnia-1\"");
    fails(&project).says(&["narnia-1", "region = \"narnia-1\"", "provider \"aws\""]);
}

fn nonsense_region_on_the_block(stage: &Stage) {
    let output = fails(&project(stage, &token_in("narnia-1")));
    output.says(&["Invalid Region Value", "narnia-1", "region = \"narnia-1\""]);
}

fn region_of_another_partition(stage: &Stage) {
    let output = fails(&project(stage, &token_in("cn-north-1")));
    output.says(&["Error: Invalid Region Value", "region = \"cn-north-1\"", "aws-cn", "cn-north-1"]);
}

fn token_in(region: &str) -> String {
    format!("ephemeral \"aws_ecr_authorization_token\" \"token\" {{\n  region = \"{region}\"\n}}\n")
}

/// The metadata service is asked as well, and says nothing: outside of EC2 its address often swallows packets.
fn no_credentials(stage: &Stage) {
    let silent = sandbox();
    silent.hold();
    no_credentials_with_metadata_at(&silent, stage);
}

/// The metadata service of another cloud, or of an instance where it is closed, refuses.
fn no_credentials_and_metadata_refuses(stage: &Stage) {
    let closed = sandbox();
    closed.fault(Fault::of("/latest/api/token", Effect::answer(403, "text/plain", "")));
    no_credentials_with_metadata_at(&closed, stage);
}

fn sandbox() -> Blocking {
    Blocking::start(Options::default()).expect("a sandbox")
}

fn no_credentials_with_metadata_at(sandbox: &Blocking, stage: &Stage) {
    let project = project_with_provider(stage, "")
        .without_env(KEYS)
        .without_env(&["AWS_EC2_METADATA_DISABLED"])
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", sandbox.url());
    fails(&project).says(&["AWS_ACCESS_KEY_ID", "`profile`"]);
    assert!(sandbox.call_count() > 0, "it was asked");
}

fn profile_that_does_not_exist(stage: &Stage) {
    let arguments = r#"
  profile                  = "nowhere"
  shared_config_files      = ["config"]
  shared_credentials_files = ["credentials"]
"#;
    let project = project_with_provider(stage, arguments)
        .file("config", "[profile other]\nregion = us-east-1\n")
        .file("credentials", "[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n");
    fails(&project).says(&["nowhere", "profile", "config", "credentials"]);
}

fn access_key_without_secret_key(stage: &Stage) {
    let project = project_with_provider(stage, "access_key = \"AKIALONELY\"");
    fails(&project).says(&["access_key", "secret_key"]);
}

/// The line of the nested block is shown, and no role is assumed.
fn session_that_is_too_short(stage: &Stage) {
    let role = "arn:aws:iam::123456789012:role/deploy";
    let project =
        project_with_provider(stage, &format!("assume_role {{\n  role_arn = \"{role}\"\n  duration = \"5m\"\n}}"));
    fails(&project).says(&["duration = \"5m\"", "between 15 minutes (15m) and 12 hours (12h), inclusive"]);
}
