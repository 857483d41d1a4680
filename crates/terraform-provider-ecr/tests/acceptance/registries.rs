//! Tests of additions to the ephemeral resource of hashicorp/aws: registries of other accounts and the hosts of these registries, Docker
//! `config.json`, and ECR Public.

use crate::{
    Test,
    configuration::{REQUIRED_PROVIDERS, project},
    project::Project,
    sandbox::Aws,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("registries_of_three_accounts_need_one_call", registries_of_three_accounts_need_one_call),
    ("an_empty_registry_id_is_the_account_of_the_token", an_empty_registry_id_is_the_account_of_the_token),
    ("rejects_a_registry_id_without_12_digits", rejects_a_registry_id_without_12_digits),
    ("docker_config_files_have_every_login", docker_config_files_have_every_login),
    ("ecr_public_is_called_in_its_region", ecr_public_is_called_in_its_region),
    ("registries_have_the_host_names_of_aws_behind_a_proxy", registries_have_the_host_names_of_aws),
];

/// Returns a check block. If the condition is false, the output of the plan has a warning. The condition can use ephemeral values.
fn check(name: &str, condition: &str) -> String {
    let (condition, message) = (format!("condition     = {condition}"), format!("error_message = \"{name}\""));
    format!("check \"{name}\" {{\n  assert {{\n    {condition}\n    {message}\n  }}\n}}\n")
}

/// Plans, and asserts that all checks pass. The plan succeeds even if a check fails, because a failed check is only a warning.
fn holds(project: &Project<'_>) {
    let output = project.run(&["plan"]).succeeds();
    output.says_nothing_of(&["Check block assertion failed", "known after apply"]);
}

const ACCOUNTS: [&str; 3] = ["123456789012", "111122223333", "444455556666"];

fn of_accounts() -> String {
    format!(
        "ephemeral \"aws_ecr_authorization_token\" \"of\" {{\n  for_each    = toset({ACCOUNTS:?})\n  registry_id = each.key\n}}\n"
    )
}

fn each_account_has_its_host(region: &str) -> String {
    let hosts = ACCOUNTS.map(|account| {
        let token = format!("ephemeral.aws_ecr_authorization_token.of[\"{account}\"]");
        let host = format!("{account}.dkr.ecr.{region}.amazonaws.com");
        check(
            &format!("of_{account}"),
            &format!("{token}.registry == \"{host}\" && {token}.registry_id == \"{account}\""),
        )
    });
    hosts.concat()
}

fn registries_of_three_accounts_need_one_call(stage: &Stage) {
    let endpoint = check(
        "proxy_endpoint",
        "ephemeral.aws_ecr_authorization_token.of[\"111122223333\"].proxy_endpoint == \"https://123456789012.dkr.ecr.us-east-1.amazonaws.com\"",
    );
    let project = project(stage, &[of_accounts(), each_account_has_its_host("us-east-1"), endpoint].concat());
    holds(&project);
    assert_eq!(stage.moto().token_calls(project.access_key()), ["us-east-1"]);
}

fn an_empty_registry_id_is_the_account_of_the_token(stage: &Stage) {
    let body = r#"
ephemeral "aws_ecr_authorization_token" "unset" {}

ephemeral "aws_ecr_authorization_token" "empty" {
  registry_id = ""
}
"#;
    let token = |name: &str| format!("ephemeral.aws_ecr_authorization_token.{name}");
    let host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    let unset = format!("{0}.registry_id == \"123456789012\" && {0}.registry == \"{host}\"", token("unset"));
    // Terraform requires that a configured value is returned unchanged, so an empty value stays empty.
    let empty = format!("{0}.registry_id == \"\" && {0}.registry == \"{host}\"", token("empty"));
    let project = project(stage, &[body, &check("unset", &unset), &check("empty", &empty)].concat());
    holds(&project);
}

/// Invalid account IDs are reported before any call. For a known value, the error shows the line in the configuration.
fn rejects_a_registry_id_without_12_digits(stage: &Stage) {
    let body = "ephemeral \"aws_ecr_authorization_token\" \"token\" {\n  registry_id = \"1234\"\n}\n";
    let literal = project(stage, body);
    let output = literal.run(&["validate"]).fails();
    output.says(&["Invalid Attribute Value", "registry_id = \"1234\"", "12 digits"]);
    assert_eq!(stage.moto().token_calls(literal.access_key()), Vec::<String>::new());

    // The value of the variable is not known in `validate`, so the plan reports the error, with the name of the argument. The error does
    // not show the value, because the value may be a secret.
    let body = "variable \"id\" {\n  default   = \"hunter2-value\"\n  sensitive = true\n}\n\n\
                ephemeral \"aws_ecr_authorization_token\" \"token\" {\n  registry_id = var.id\n}\n";
    let project = project(stage, body);
    project.run(&["validate"]).succeeds();
    let output = project.run(&["plan"]).fails();
    output.says(&["Invalid Attribute Value", "`registry_id`", "12 digits"]);
    assert_eq!(stage.moto().token_calls(project.access_key()), Vec::<String>::new());
}

/// Compares three texts: the attribute `docker_config_json`, the result of the function, and JSON that the configuration itself writes. The
/// three texts must be equal.
fn docker_config_files_have_every_login(stage: &Stage) {
    let body = r#"
ephemeral "aws_ecr_authorization_token" "token" {
  registry_id = "111122223333"
}

locals {
  token = ephemeral.aws_ecr_authorization_token.token
  login = { username = local.token.user_name, password = local.token.password }
  by_hand = jsonencode({ auths = { (local.token.registry) = { auth = local.token.authorization_token } } })
}
"#;
    let by_hand = check("by_hand", "local.token.docker_config_json == local.by_hand");
    let function = "provider::aws::docker_config_json({ (local.token.registry) = local.login })";
    let function = check("function", &format!("local.token.docker_config_json == {function}"));
    holds(&project(stage, &[body, &by_hand, &function].concat()));
}

const PUBLIC: &str = "ephemeral \"aws_ecrpublic_authorization_token\" \"public\" {}\n";

fn public_project<'a>(stage: &'a Stage, body: &str) -> (Project<'a>, Aws) {
    let project = Project::new(stage).file("main.tf", &format!("{REQUIRED_PROVIDERS}{body}"));
    let aws = Aws::new(&project);
    (project.env("AWS_ENDPOINT_URL", aws.url()).env("AWS_REGION", "eu-west-1"), aws)
}

/// The token of ECR Public does not depend on the Region of the provider block.
fn ecr_public_is_called_in_its_region(stage: &Stage) {
    let token = "ephemeral.aws_ecrpublic_authorization_token.public";
    let login = format!("{{ ({token}.registry) = {{ auth = {token}.authorization_token }} }}");
    let conditions = [
        format!("{token}.region == \"us-east-1\" && {token}.registry == \"public.ecr.aws\""),
        format!("{token}.user_name == \"AWS\" && startswith({token}.password, \"eyJ\")"),
        format!("{token}.authorization_token == base64encode(\"AWS:${{{token}.password}}\")"),
        format!("timecmp({token}.expires_at, plantimestamp()) == 1"),
        format!("{token}.docker_config_json == jsonencode({{ auths = {login} }})"),
    ];
    let checks: String =
        conditions.iter().enumerate().map(|(number, condition)| check(&format!("check{number}"), condition)).collect();
    let (project, aws) = public_project(stage, &format!("{PUBLIC}{checks}"));
    holds(&project);
    assert_eq!(aws.asked(), ["ecr-public us-east-1"]);
    assert_eq!(aws.left_behind(&project, &[]), Vec::<String>::new());
}

/// Without configured endpoints, the provider calls AWS's own hosts. The sandbox is the proxy, and responds instead of these hosts.
fn registries_have_the_host_names_of_aws(stage: &Stage) {
    let body = [of_accounts(), each_account_has_its_host("eu-west-1"), PUBLIC.to_owned()].concat();
    let (project, aws) = public_project(stage, &body);
    let project = project.file("ca.pem", aws.ca_certificate());
    let ca = project.path("work/ca.pem");
    let project = project.without_env(&["AWS_ENDPOINT_URL"]).env("HTTPS_PROXY", aws.url()).env("AWS_CA_BUNDLE", ca);
    holds(&project);
    let mut asked = aws.asked();
    asked.sort();
    assert_eq!(asked, ["ecr eu-west-1", "ecr-public us-east-1"]);
}
