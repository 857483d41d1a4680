//! Tests in which real container clients push and pull images with the Docker `config.json` of a token. The sandbox forwards the requests
//! of the clients to a real registry.

use std::process::Command;

use ecr_sandbox::Options;

use test_support::{image, registry::Registry};

use crate::{Test, configuration::REQUIRED_PROVIDERS, project::Project, sandbox::Aws, stage::Stage};

pub(crate) const NEEDS: [&str; 9] =
    ["docker", "docker-registry", "mkdir", "mktemp", "moto_server", "python", "rm", "sh", "skopeo"];

pub(crate) const TESTS: &[Test] = &[
    ("clients_pull_with_the_docker_config_file", clients_pull_with_the_docker_config_file),
    ("clients_pull_from_another_account", clients_pull_from_another_account),
    ("a_login_for_a_path_applies_below_the_path", a_login_for_a_path_applies_below_the_path),
    ("the_token_of_the_example_can_only_pull", the_token_of_the_example_can_only_pull),
];

const PULL_ONLY: &str = include_str!("../../../../examples/pull-only/main.tf");

/// A shell script that pushes and pulls an image. The script reads the `config.json` from the environment, writes the `config.json` to a
/// file, and removes the file at the end.
const SCRIPT: &str = r#"
set -eu
umask 077
mkdir logins
printf %s "$LOGINS" >logins/config.json
skopeo --insecure-policy copy -q --preserve-digests --dest-tls-verify=false --authfile logins/config.json oci:image "docker://$REGISTRY/app:1"
skopeo --insecure-policy copy -q --preserve-digests --src-tls-verify=false --authfile logins/config.json "docker://$REGISTRY/app:1" oci:pulled
DOCKER_CONFIG=logins docker manifest inspect --insecure "$REGISTRY/app:1" >manifest.json
rm -r logins
"#;

/// A shell script that pushes and pulls an image with a login for a path. Docker is not tested, because Docker would remove
/// the path from the key in `config.json`.
const SCRIPT_FOR_A_PATH: &str = r#"
set -eu
umask 077
mkdir logins
printf %s "$LOGINS" >logins/config.json
push() {
  skopeo --insecure-policy copy -q --preserve-digests --dest-tls-verify=false --authfile logins/config.json oci:image "docker://$REGISTRY/$1:1"
}
push team/app
if push team-b/app; then exit 1; fi
skopeo --insecure-policy copy -q --preserve-digests --src-tls-verify=false --authfile logins/config.json "docker://$REGISTRY/team/app:1" oci:pulled
rm -r logins
"#;

const LOGINS: &str = "ephemeral.aws_ecr_authorization_token.token.docker_config_json";

fn clients_pull_with_the_docker_config_file(stage: &Stage) {
    clients_of_docker_pull(stage, "");
}

/// Uses a token for another account. For this account, the sandbox accepts only a token whose request named the account.
fn clients_pull_from_another_account(stage: &Stage) {
    clients_of_docker_pull(stage, "registry_id = \"111122223333\"");
}

fn clients_of_docker_pull(stage: &Stage, arguments: &str) {
    let manifest = pull(stage, arguments, LOGINS, SCRIPT).read("manifest.json");
    assert!(manifest.contains("application/vnd.oci.image.manifest.v1+json"), "{manifest}");
}

fn a_login_for_a_path_applies_below_the_path(stage: &Stage) {
    let token = "ephemeral.aws_ecr_authorization_token.token";
    let login = format!("{{ username = {token}.user_name, password = {token}.password }}");
    let logins = format!("provider::aws::docker_config_json({{ \"${{{token}.registry}}/team\" = {login} }})");
    pull(stage, "", &logins, SCRIPT_FOR_A_PATH);
}

/// Runs the build of the example. Then runs other commands with the token of the example: a push, and a pull from another repository.
fn the_token_of_the_example_can_only_pull(stage: &Stage) {
    let registry = Registry::start(stage.programs.path("docker-registry"));
    let project = project_of_example(stage, PULL_ONLY);
    let aws = aws_before(&registry, &project);
    let digest = image::write(&project.path("work/image"), 1024);
    let behind = registry.url.trim_start_matches("http://");
    for repository in ["team/base", "team/other"] {
        let mut skopeo = Command::new(stage.programs.path("skopeo"));
        skopeo.args(["--insecure-policy", "copy", "-q", "--preserve-digests", "--dest-tls-verify=false"]);
        skopeo
            .arg(format!("oci:{}", project.path("work/image").display()))
            .arg(format!("docker://{behind}/{repository}:1"));
        assert!(skopeo.status().expect("skopeo starts").success());
    }
    let first = project.env("AWS_ENDPOINT_URL", aws.url());
    first.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(image::read(&first.path("work/base")), digest);
    assert_eq!(aws.registries_answered(403), 0);

    let pull = "--src-tls-verify=\"$TLS\" --authfile /dev/fd/3 \"docker://$IMAGE\" oci:base:1";
    let push = "--dest-tls-verify=\"$TLS\" --authfile /dev/fd/3 oci:image \"docker://$IMAGE\"";
    let other = pull.replace("$IMAGE", "$${IMAGE%base:1}other:1");
    assert!(PULL_ONLY.contains(pull), "{PULL_ONLY}");
    // A push begins with a request that checks for a layer. If the registry refuses this request, the response has no message.
    for (command, refusal) in [(push, "403 (Forbidden)"), (&*other, "ecr:BatchGetImage")] {
        let project = project_of_example(stage, &PULL_ONLY.replace(pull, command));
        // Writes another image. The registry does not have the layers of this image, so the client has to push these layers.
        image::write(&project.path("work/image"), 2048);
        let project = project.env("AWS_ENDPOINT_URL", aws.url());
        let project = project.env("AWS_ACCESS_KEY_ID", first.access_key()).secret(first.secret_key());
        project.run(&["apply", "-auto-approve"]).fails().says(&[refusal]);
    }
}

/// Creates the project of an example. A policy file makes skopeo accept images without signatures. Debian's package of skopeo has the same
/// policy.
fn project_of_example<'a>(stage: &'a Stage, main: &str) -> Project<'a> {
    let policy = r#"{"default": [{"type": "insecureAcceptAnything"}]}"#;
    Project::new(stage).file("main.tf", main).file("../home/.config/containers/policy.json", policy)
}

/// Starts a sandbox that forwards authorized requests to this registry.
fn aws_before(registry: &Registry, project: &Project<'_>) -> Aws {
    let mut options = Options::default();
    options.registry = Some(registry.url.parse().expect("a URL"));
    Aws::with(project, options)
}

/// Runs a script that pushes the image of the project, and then pulls the image.
fn pull<'a>(stage: &'a Stage, arguments: &str, logins: &str, script: &str) -> Project<'a> {
    let registry = Registry::start(stage.programs.path("docker-registry"));
    let body = format!(
        r#"{REQUIRED_PROVIDERS}
ephemeral "aws_ecr_authorization_token" "token" {{
  {arguments}
}}

resource "terraform_data" "client" {{
  provisioner "local-exec" {{
    command = "sh client.sh >output 2>&1"

    environment = {{
      LOGINS   = {logins}
      REGISTRY = ephemeral.aws_ecr_authorization_token.token.registry
    }}
  }}
}}
"#
    );
    let project = Project::new(stage).file("main.tf", &body).file("client.sh", script);
    let aws = aws_before(&registry, &project);
    let digest = image::write(&project.path("work/image"), 1024);
    let project = project.env("AWS_ENDPOINT_URL", aws.url());
    let output = project.run(&["apply", "-auto-approve"]);
    let printed = std::fs::read_to_string(project.path("work/output")).unwrap_or_default();
    assert_eq!(output.code, Some(0), "{printed}\n{output}");
    assert_eq!(image::read(&project.path("work/pulled")), digest);
    assert_eq!(aws.left_behind(&project, &[]), Vec::<String>::new());
    project
}
