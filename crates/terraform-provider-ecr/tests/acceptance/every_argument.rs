//! Runs Terraform with a provider block that sets every argument of hashicorp/aws.

use std::{fmt::Write, iter};

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project},
    digests::{consumer, expected},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[("every_argument_is_accepted", every_argument_is_accepted)];

/// The arguments and blocks in the provider block of hashicorp/aws, as lines of `path: type`. The names in `endpoints` are not
/// listed.
const REFERENCE: &str = include_str!("../provider-block.txt");

/// The names in `endpoints`. After the comments, each line has all names of one service.
const ENDPOINTS: &str = include_str!("../../src/provider/endpoint-names.txt");

/// Applies the provider block with every argument. Arguments that cannot be combined with another argument are null.
fn every_argument_is_accepted(stage: &Stage) {
    let project = project(stage, &format!("{TOKEN}\n{}", consumer("consumer", ADDRESS)));
    let provider = provider_block(stage, &project);
    let is_missing = |name: &&str| !provider.contains(&format!(" {name} "));
    let names = REFERENCE.lines().filter_map(|line| line.split(": ").next()?.rsplit('.').next());
    assert_eq!(names.filter(is_missing).collect::<Vec<_>>(), Vec::<&str>::new(), "arguments that are not in the block");

    let meta = "terraform {\n  provider_meta \"aws\" {\n    user_agent = [\"module/1.0\"]\n  }\n}\n";
    let project = project
        .file("provider.tf", &provider)
        .file("meta.tf", meta)
        .file("config", "[profile ci]\nregion = eu-west-1\n")
        .file("credentials", "[ci]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = hunter2\n")
        .file("root.pem", ROOT)
        .without_env(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    // The list does not have the word "Warning", because Terraform also warns about development overrides.
    let warnings =
        ["Invalid Attribute", "Missing HTTPS Proxy", "Configuration conflict", "Missing required", "deprecated"];
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]).says_nothing_of(&warnings);
    project.run(&["apply", "-auto-approve"]).succeeds().says_nothing_of(&warnings);
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

fn provider_block(stage: &Stage, project: &Project<'_>) -> String {
    let (access_key, secret_key, moto) = (project.access_key(), project.secret_key(), stage.moto().url());
    let mut endpoints = String::new();
    for line in ENDPOINTS.lines().filter(|line| !line.starts_with('#')) {
        let names = line.split_whitespace().filter(|word| !word.starts_with('#'));
        // Only the first name of a service has a URL, because a second URL for the service causes a warning.
        for (name, url) in names.zip(iter::once(moto).chain(iter::repeat(""))) {
            writeln!(endpoints, "    {name} = \"{url}\"").expect("a text takes all");
        }
    }
    format!(
        r#"
provider "aws" {{
  access_key                         = "{access_key}"
  allowed_account_ids                = ["123456789012"]
  custom_ca_bundle                   = "root.pem"
  ec2_metadata_service_endpoint      = "http://127.0.0.1:1"
  ec2_metadata_service_endpoint_mode = "IPv4"
  forbidden_account_ids              = null
  http_proxy                         = "http://127.0.0.1:1"
  https_proxy                        = "http://127.0.0.1:1"
  insecure                           = false
  max_retries                        = 5
  no_proxy                           = "127.0.0.1,localhost"
  profile                            = "ci"
  region                             = "us-east-1"
  retry_mode                         = "standard"
  s3_us_east_1_regional_endpoint     = "legacy"
  s3_use_path_style                  = true
  secret_key                         = "{secret_key}"
  shared_config_files                = ["config"]
  shared_credentials_files           = ["credentials"]
  skip_credentials_validation        = false
  skip_metadata_api_check            = true
  skip_region_validation             = false
  skip_requesting_account_id         = false
  sts_region                         = "us-east-1"
  tag_policy_compliance              = "error"
  token                              = null
  token_bucket_rate_limiter_capacity = 100
  use_dualstack_endpoint             = false
  use_fips_endpoint                  = false
  user_agent                         = ["product/1.0 (comment)"]

  assume_role {{
    duration            = "1h"
    external_id         = "external"
    policy              = jsonencode({{ Version = "2012-10-17", Statement = [] }})
    policy_arns         = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    role_arn            = "arn:aws:iam::123456789012:role/first"
    session_name        = "session"
    source_identity     = "me"
    tags                = {{ team = "build" }}
    transitive_tag_keys = ["team"]
  }}

  assume_role {{
    role_arn = "arn:aws:iam::123456789012:role/second"
  }}

  assume_role_with_web_identity {{
    duration                = "15m"
    policy                  = "{{}}"
    policy_arns             = []
    role_arn                = "arn:aws:iam::123456789012:role/identity"
    session_name            = "session"
    web_identity_token      = "identity"
    web_identity_token_file = null
  }}

  default_tags {{
    tags = {{ team = "build" }}
  }}

  endpoints {{
{endpoints}  }}

  ignore_tags {{
    key_prefixes = ["aws:"]
    keys         = ["team"]
  }}
}}
"#
    )
}

/// A root certificate to trust in these tests. This root certificate has not signed any certificate.
const ROOT: &str = "\
-----BEGIN CERTIFICATE-----
MIIBizCCATGgAwIBAgIUJiMYMqRX+RQ31kcJ7HmS6pW/cNIwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPUm9vdCBvZiBub3RoaW5nMCAXDTI2MTEyMzIyMTI0MFoYDzIx
MjYxMDMwMjIxMjQwWjAaMRgwFgYDVQQDDA9Sb290IG9mIG5vdGhpbmcwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATu29LiMUCpVBDPwetoDxYz8qzp+ZWoT0PG1hlw
8XG7+w9MI3TSGOKL7Vg9tLgbcmmDuai85GxrUiAynO/jHko4o1MwUTAdBgNVHQ4E
FgQUt4VZQJb40sPUgRLx1cM9dCKffKgwHwYDVR0jBBgwFoAUt4VZQJb40sPUgRLx
1cM9dCKffKgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA6ZAP
gBmCuXWnrxb7/PbbttuaugrKT3bXPKyG+3zuQGECIB6bGVS5pTgjCyCAmF/1kDoh
vS8It0GwBuixu3FsP/Bj
-----END CERTIFICATE-----
";
