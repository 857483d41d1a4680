//! Tests in which real container clients log in to the sandbox with a token. The configurations are similar to published examples.

use crate::{
    Test,
    configuration::{ADDRESS, REQUIRED_PROVIDERS, TOKEN},
    project::Project,
    sandbox::Aws,
    stage::Stage,
};

pub(crate) const NEEDS: [&str; 6] = ["grep", "moto_server", "python", "rm", "sh", "skopeo"];

pub(crate) const TESTS: &[Test] = &[
    ("local_exec_logs_in", local_exec_logs_in),
    ("each_region_logs_in", each_region_logs_in),
    ("each_alias_logs_in", each_alias_logs_in),
    ("a_map_of_hosts_logs_in", a_map_of_hosts_logs_in),
    ("a_module_is_tested_offline", a_module_is_tested_offline),
];

const MODULE: &str = include_str!("../../../../examples/testing-offline/main.tf");
const MODULE_TEST: &str = include_str!("../../../../examples/testing-offline/tests/login.tftest.hcl");

/// Returns a resource that logs in with this token.
fn login(name: &str, token: &str) -> String {
    format!(
        r#"
resource "terraform_data" "{name}" {{
  provisioner "local-exec" {{
    command = "printf %s \"$PASSWORD\" | skopeo login --tls-verify=false --authfile {name}.json --username AWS --password-stdin \"$REGISTRY\""

    environment = {{
      PASSWORD = {token}.password
      REGISTRY = trimprefix({token}.proxy_endpoint, "http://")
    }}
  }}
}}
"#
    )
}

/// Creates a project that uses the sandbox as AWS.
fn project<'a>(stage: &'a Stage, body: &str) -> (Project<'a>, Aws) {
    let project = Project::new(stage).file("main.tf", &format!("{REQUIRED_PROVIDERS}{body}"));
    at_a_sandbox(project)
}

fn at_a_sandbox(project: Project<'_>) -> (Project<'_>, Aws) {
    let aws = Aws::new(&project);
    (project.env("AWS_ENDPOINT_URL", aws.url()), aws)
}

fn local_exec_logs_in(stage: &Stage) {
    let (project, aws) = project(stage, &format!("{TOKEN}\n{}", login("client", ADDRESS)));
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(
        (aws.registries_answered(200), aws.regions()),
        (1, vec!["us-east-1".to_owned(); 2]),
        "a token for the plan, and one for the apply"
    );
    assert_eq!(aws.left_behind(&project, &["client.json"]), Vec::<String>::new());
}

fn each_region_logs_in(stage: &Stage) {
    let regions = ["eu-west-1", "us-west-2"];
    let logins =
        regions.map(|region| login(region, &format!("ephemeral.aws_ecr_authorization_token.of[\"{region}\"]")));
    let tokens = format!(
        "ephemeral \"aws_ecr_authorization_token\" \"of\" {{\n  for_each = toset({regions:?})\n  region   = each.key\n}}\n"
    );
    let (project, aws) = project(stage, &format!("{tokens}{}", logins.concat()));
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(
        (aws.registries_answered(200), aws.regions()),
        (2, ["eu-west-1", "eu-west-1", "us-west-2", "us-west-2"].map(str::to_owned).into())
    );
    assert_eq!(aws.left_behind(&project, &["eu-west-1.json", "us-west-2.json"]), Vec::<String>::new());
}

fn each_alias_logs_in(stage: &Stage) {
    let alias = |name: &str, region: &str| {
        let block = format!("provider \"aws\" {{\n  alias  = \"{name}\"\n  region = \"{region}\"\n}}\n");
        let token = format!("ephemeral \"aws_ecr_authorization_token\" \"{name}\" {{\n  provider = aws.{name}\n}}\n");
        [block, token, login(name, &format!("ephemeral.aws_ecr_authorization_token.{name}"))].concat()
    };
    let (project, aws) = project(stage, &[alias("one", "eu-north-1"), alias("other", "sa-east-1")].concat());
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(aws.registries_answered(200), 2);
}

/// Stores the login under the host without a scheme, as many tools do. The sandbox accepts the login, and then responds with 404, because
/// this sandbox has no registry.
fn a_map_of_hosts_logs_in(stage: &Stage) {
    let body = format!(
        r#"{TOKEN}
resource "terraform_data" "client" {{
  provisioner "local-exec" {{
    command = "printf %s \"$AUTH\" >auth.json; skopeo inspect --tls-verify=false --authfile auth.json \"docker://$HOST/app\" 2>said; rm auth.json; grep -q 'without a registry' said"

    environment = {{
      AUTH = jsonencode({{
        auths = {{
          (trimprefix({ADDRESS}.proxy_endpoint, "http://")) = {{ auth = {ADDRESS}.authorization_token }}
        }}
      }})
      HOST = trimprefix({ADDRESS}.proxy_endpoint, "http://")
    }}
  }}
}}
"#
    );
    let (project, aws) = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(aws.registries_answered(404), 1, "the sandbox accepts the login before the response 404");
}

/// Runs the example of the guide "Testing offline".
fn a_module_is_tested_offline(stage: &Stage) {
    let module = Project::new(stage).file("main.tf", MODULE).file("tests/login.tftest.hcl", MODULE_TEST);
    let (project, aws) = at_a_sandbox(module);
    project.run(&["fmt", "-check", "-diff", "-recursive"]).succeeds();
    project.run(&["test", "-no-color"]).succeeds().says(&["2 passed, 0 failed"]);
    assert_eq!(aws.registries_answered(200), 2);
    assert!(["eu-west-1", "us-east-2"].iter().all(|region| aws.regions().contains(&(*region).to_owned())), "{aws:?}");
}
