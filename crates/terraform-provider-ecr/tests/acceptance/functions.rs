//! Calls the functions in every place where Terraform allows a function. Functions do not call AWS, so these tests need no credentials.

use crate::{Test, configuration::project, project::Project, stage::Stage};

pub(crate) const TESTS: &[Test] = &[
    ("functions_give_the_same_result_at_plan_and_apply", functions_give_the_same_result_at_plan_and_apply),
    ("functions_accept_unknown_and_null_arguments", functions_accept_unknown_and_null_arguments),
    ("function_errors_name_the_argument", function_errors_name_the_argument),
    (
        "the_user_agent_function_works_in_an_aliased_provider_block",
        the_user_agent_function_works_in_an_aliased_provider_block,
    ),
];

/// The tests that OpenTofu 1.12 cannot pass. The console of OpenTofu prints "BUG: Uninitialized function provider". A provider block
/// without an alias cannot call functions of the same provider.
pub(crate) const TESTS_OF_TERRAFORM: &[Test] = &[
    ("functions_work_in_the_console", functions_work_in_the_console),
    ("the_user_agent_function_works_in_the_provider_block", the_user_agent_function_works_in_the_provider_block),
];

const ROLE: &str = "\"arn:aws:iam::123456789012:role/path/deploy\"";
const IMAGE: &str = "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/team/app:1.0";

const APP: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/app";

/// Returns an expression that decodes a session policy to a value.
fn decoded(permissions: &str) -> String {
    format!("jsondecode(provider::aws::session_policy({{ {permissions} }}))")
}

fn without_credentials<'a>(stage: &'a Stage, body: &str) -> Project<'a> {
    project(stage, body).without_env(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"])
}

fn functions_work_in_the_console(stage: &Stage) {
    let project = without_credentials(stage, "");
    for (expression, value) in [
        (
            r#"provider::aws::registry_host("123456789012", "eu-west-1", null)"#.to_owned(),
            "\"123456789012.dkr.ecr.eu-west-1.amazonaws.com\"",
        ),
        (
            r#"provider::aws::registry_host("123456789012", "us-east-1", { fips = true, dual_stack = true })"#
                .to_owned(),
            "\"123456789012.dkr-ecr-fips.us-east-1.on.aws\"",
        ),
        (format!("provider::aws::parse_image_uri(\"{IMAGE}\").digest"), "tostring(null)"),
        (
            r#"provider::aws::docker_config_json({ "public.ecr.aws" = { username = "AWS", password = "eyJ" } })"#
                .to_owned(),
            r#""{\"auths\":{\"public.ecr.aws\":{\"auth\":\"QVdTOmV5Sg==\"}}}""#,
        ),
        (format!("provider::aws::arn_parse({ROLE}).account_id"), "\"123456789012\""),
        (
            r#"provider::aws::arn_build("aws", "ecr", "eu-west-1", 123456789012, "repository/app")"#.to_owned(),
            "\"arn:aws:ecr:eu-west-1:123456789012:repository/app\"",
        ),
        (format!("provider::aws::trim_iam_role_path({ROLE})"), "\"arn:aws:iam::123456789012:role/deploy\""),
        (
            format!("{}.Statement[1].Resource", decoded(&format!("pull = [\"{APP}\"]"))),
            "\"arn:aws:ecr:eu-west-1:123456789012:repository/app\"",
        ),
        (format!("length({}.Statement[1].Action)", decoded(&format!("push = [\"{APP}\"]"))), "7"),
        // Sets, lists of different lengths, and null.
        (
            format!(
                "length({}.Statement)",
                decoded(&format!("pull = toset([\"{APP}-1\", \"{APP}-2\"]), push = [\"{APP}\"]"))
            ),
            "3",
        ),
        (format!("length({}.Statement)", decoded(&format!("pull = null, push = [\"{APP}\"]"))), "2"),
        (format!("length({}.Statement)", decoded(&format!("pull = [\"{APP}\"], push = []"))), "2"),
    ] {
        let output = project.run_with_input(&["console"], &format!("{expression}\n")).succeeds();
        assert_eq!(output.stdout.trim(), value, "{expression}");
    }
}

/// Checks that the plan already shows the result of a function if the arguments are known. The test has no credentials, because parsing an
/// image name needs no token.
fn functions_give_the_same_result_at_plan_and_apply(stage: &Stage) {
    let body = format!(
        r#"
locals {{
  image = provider::aws::parse_image_uri("{IMAGE}")
}}

output "host" {{
  value = provider::aws::registry_host(local.image.account_id, local.image.region, {{ fips = true }})
}}

output "image" {{
  value = local.image
}}
"#
    );
    let project = without_credentials(stage, &body);
    project.run(&["validate"]).succeeds();
    project.run(&["plan"]).succeeds().says(&["+ host = \"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com\""]);
    project.run(&["apply", "-auto-approve"]).succeeds();
    let output = project.run(&["output", "-json", "image"]).succeeds();
    let image: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
    let expected = serde_json::json!({
        "registry": "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
        "account_id": "123456789012",
        "region": "us-east-1",
        "repository": "team/app",
        "tag": "1.0",
        "digest": null,
    });
    assert_eq!(image, expected);
}

fn functions_accept_unknown_and_null_arguments(stage: &Stage) {
    let body = r#"
variable "region" {
  default = "eu-west-1"
}

resource "terraform_data" "account" {
  input = "123456789012"
}

output "host" {
  value = provider::aws::registry_host(terraform_data.account.output, var.region)
}

output "policy" {
  value = provider::aws::session_policy({
    pull = ["arn:aws:ecr:${var.region}:${terraform_data.account.output}:repository/app"]
  })
}
"#;
    let project = without_credentials(stage, body);
    let unknown = ["+ host = (known after apply)", "+ policy = (known after apply)"];
    project.run(&["plan"]).succeeds().says(&unknown);
    project.run(&["apply", "-auto-approve"]).succeeds();
    project.run(&["output", "-raw", "policy"]).succeeds().says(&[":repository/app"]);
    let output = project.run(&["output", "-raw", "host"]).succeeds();
    assert_eq!(output.stdout, "123456789012.dkr.ecr.eu-west-1.amazonaws.com");

    let null = "output \"host\" {\n  value = provider::aws::registry_host(null, \"eu-west-1\")\n}\n";
    without_credentials(stage, null).run(&["validate"]).fails().says(&["account_id", "must not be null"]);
}

fn function_errors_name_the_argument(stage: &Stage) {
    for (call, words) in [
        (r#"registry_host("1234", "eu-west-1")"#, &["account_id", "12 digits"][..]),
        (r#"registry_host("123456789012", "narnia-1")"#, &["region", "narnia-1"]),
        (r#"registry_host("123456789012", "eu-west-1", { ipv6 = true })"#, &["options", "`dual_stack`"]),
        (r#"parse_image_uri("nginx:latest")"#, &["uri", "nginx:latest", "does not begin with the host"]),
        (r#"parse_image_uri("https://public.ecr.aws/nginx")"#, &["uri", "trimprefix"]),
        (
            r#"docker_config_json({ "https://public.ecr.aws" = { username = "AWS", password = "eyJ" } })"#,
            &["logins", "it begins with a scheme"],
        ),
        (r#"docker_config_json({ "public.ecr.aws" = { username = "AWS" } })"#, &["logins", "password"]),
        (r#"arn_parse("app")"#, &["Invalid value for \"arn\" parameter: arn: invalid prefix. Write the whole ARN"]),
        (r#"trim_iam_role_path("arn:aws:iam::123456789012:user/x")"#, &["arn", "resource must begin with \"role/\""]),
        (r#"user_agent("", "1.0", "a comment")"#, &["product_name must be set"]),
        (r#"session_policy({})"#, &["permissions", "name at least one in `pull` or `push`"]),
        (r#"session_policy(null)"#, &["permissions", "must not be null"]),
        (
            r#"session_policy({ pul = ["arn:aws:ecr:*:*:repository/app"] })"#,
            &["permissions", "\"pul\" is not a permission"],
        ),
        (r#"session_policy({ pull = "arn:aws:ecr:*:*:repository/app" })"#, &["permissions", "list of string required"]),
        (r#"session_policy({ pull = ["*"] })"#, &["permissions", "`pull[0]` matches everything"]),
        (r#"session_policy({ push = [null] })"#, &["permissions", "`push[0]` is null"]),
        (r#"session_policy({ pull = ["arn:aws:ecr:*:*:repository/$${aws:username}"] })"#, &["policy variable"]),
    ] {
        let body = format!("output \"value\" {{\n  value = provider::aws::{call}\n}}\n");
        without_credentials(stage, &body).run(&["validate"]).fails().says(words);
    }
}

const PRODUCT: &str = r#"provider::aws::user_agent("module", "1.0", "a comment")"#;

/// Terraform calls the function before it configures the provider.
fn the_user_agent_function_works_in_the_provider_block(stage: &Stage) {
    let provider = format!("provider \"aws\" {{\n  user_agent = [{PRODUCT}]\n}}\n");
    plans_with_product(stage, &format!("{provider}ephemeral \"aws_ecr_authorization_token\" \"token\" {{}}\n"));
}

fn the_user_agent_function_works_in_an_aliased_provider_block(stage: &Stage) {
    let provider = format!("provider \"aws\" {{\n  alias      = \"own\"\n  user_agent = [{PRODUCT}]\n}}\n");
    let token = "ephemeral \"aws_ecr_authorization_token\" \"token\" {\n  provider = aws.own\n}\n";
    plans_with_product(stage, &format!("{provider}{token}"));
}

fn plans_with_product(stage: &Stage, body: &str) {
    let project = project(stage, body);
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()), ["us-east-1"]);
}
