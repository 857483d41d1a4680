//! The Docker `config.json` of a token: real clients push and pull with it, at a real registry behind the sandbox.

use ecr_sandbox::Options;

use test_support::{image, registry::Registry};

use crate::{Test, configuration::REQUIRED_PROVIDERS, project::Project, sandbox::Aws, stage::Stage};

pub(crate) const NEEDS: [&str; 8] =
    ["docker", "docker-registry", "mkdir", "moto_server", "python", "rm", "sh", "skopeo"];

pub(crate) const TESTS: &[Test] = &[
    ("clients_pull_with_the_file_of_logins", clients_pull_with_the_file_of_logins),
    ("clients_pull_from_another_account", clients_pull_from_another_account),
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

fn clients_pull_with_the_file_of_logins(stage: &Stage) {
    pull(stage, "");
}

/// The sandbox lets nobody else in there than whoever has asked for that account.
fn clients_pull_from_another_account(stage: &Stage) {
    pull(stage, "registry_id = \"111122223333\"");
}

fn pull(stage: &Stage, arguments: &str) {
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
      LOGINS   = ephemeral.aws_ecr_authorization_token.token.docker_config_json
      REGISTRY = ephemeral.aws_ecr_authorization_token.token.registry
    }}
  }}
}}
"#
    );
    let project = Project::new(stage).file("main.tf", &body).file("client.sh", SCRIPT);
    let mut options = Options::default();
    options.registry = Some(registry.url.parse().expect("a URL"));
    let aws = Aws::with(&project, options);
    let digest = image::write(&project.path("work/image"), 1024);
    let project = project.env("AWS_ENDPOINT_URL", aws.url());
    let output = project.run(&["apply", "-auto-approve"]);
    let printed = std::fs::read_to_string(project.path("work/output")).unwrap_or_default();
    assert_eq!(output.code, Some(0), "{printed}\n{output}");
    assert_eq!(image::read(&project.path("work/pulled")), digest);
    let manifest = project.read("manifest.json");
    assert!(manifest.contains("application/vnd.oci.image.manifest.v1+json"), "{manifest}");
    assert_eq!(aws.left_behind(&project, &[]), Vec::<String>::new());
}
