//! The Docker `config.json` of a token: real clients push and pull with it, at a real registry behind the sandbox.

use ecr_sandbox::Options;

use test_support::{image, registry::Registry};

use crate::{Test, configuration::REQUIRED_PROVIDERS, project::Project, sandbox::Aws, stage::Stage};

pub(crate) const NEEDS: [&str; 8] =
    ["docker", "docker-registry", "mkdir", "moto_server", "python", "rm", "sh", "skopeo"];

pub(crate) const TESTS: &[Test] = &[
    ("clients_pull_with_the_file_of_logins", clients_pull_with_the_file_of_logins),
    ("clients_pull_from_another_account", clients_pull_from_another_account),
    ("a_login_for_a_path_is_for_what_is_below", a_login_for_a_path_is_for_what_is_below),
];

/// Takes the file from its environment and leaves nothing of it behind.
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

/// Docker is left out: it would cut the path off.
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

fn clients_pull_with_the_file_of_logins(stage: &Stage) {
    clients_of_docker_pull(stage, "");
}

/// The sandbox lets nobody else in there than whoever has asked for that account.
fn clients_pull_from_another_account(stage: &Stage) {
    clients_of_docker_pull(stage, "registry_id = \"111122223333\"");
}

fn clients_of_docker_pull(stage: &Stage, arguments: &str) {
    let manifest = pull(stage, arguments, LOGINS, SCRIPT).read("manifest.json");
    assert!(manifest.contains("application/vnd.oci.image.manifest.v1+json"), "{manifest}");
}

fn a_login_for_a_path_is_for_what_is_below(stage: &Stage) {
    let token = "ephemeral.aws_ecr_authorization_token.token";
    let login = format!("{{ username = {token}.user_name, password = {token}.password }}");
    let logins = format!("provider::aws::docker_config_json({{ \"${{{token}.registry}}/team\" = {login} }})");
    pull(stage, "", &logins, SCRIPT_FOR_A_PATH);
}

/// Runs a script that pushes the image of the project and pulls it again.
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
    let mut options = Options::default();
    options.registry = Some(registry.url.parse().expect("a URL"));
    let aws = Aws::with(&project, options);
    let digest = image::write(&project.path("work/image"), 1024);
    let project = project.env("AWS_ENDPOINT_URL", aws.url());
    let output = project.run(&["apply", "-auto-approve"]);
    let printed = std::fs::read_to_string(project.path("work/output")).unwrap_or_default();
    assert_eq!(output.code, Some(0), "{printed}\n{output}");
    assert_eq!(image::read(&project.path("work/pulled")), digest);
    assert_eq!(aws.left_behind(&project, &[]), Vec::<String>::new());
    project
}
