//! The forms in which public configurations use the block.

use crate::{
    Test,
    configuration::{ADDRESS, TOKEN, project},
    digests::{PASSWORD, SCRIPT, consumer, digest, expected, registry},
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("count", count),
    ("for_each_region", for_each_region),
    ("two_aliases", two_aliases),
    ("beside_hashicorp_aws", beside_hashicorp_aws),
    ("registry_as_map_key", registry_as_map_key),
    ("values_configure_a_provider", values_configure_a_provider),
];

fn count(stage: &Stage) {
    let body = format!(
        "ephemeral \"aws_ecr_authorization_token\" \"many\" {{\n  count = 2\n}}\n{}{}",
        consumer("first", "ephemeral.aws_ecr_authorization_token.many[0]"),
        consumer("second", "ephemeral.aws_ecr_authorization_token.many[1]"),
    );
    let project = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("first"), expected("us-east-1"));
    assert_eq!(project.read("second"), expected("us-east-1"));
}

fn for_each_region(stage: &Stage) {
    let regions = ["ap-southeast-2", "eu-west-1", "us-west-2"];
    let consumers = regions.map(|region| {
        let token = format!("ephemeral.aws_ecr_authorization_token.regional[\"{region}\"]");
        consumer(region, &token)
    });
    let body = format!(
        r#"
ephemeral "aws_ecr_authorization_token" "regional" {{
  for_each = toset({regions:?})
  region   = each.key
}}
{}"#,
        consumers.concat()
    );
    let project = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    for region in regions {
        assert_eq!(project.read(region), expected(region));
    }
    let mut calls = stage.moto().token_calls(project.access_key());
    calls.sort();
    let each_twice = ["ap-southeast-2", "ap-southeast-2", "eu-west-1", "eu-west-1", "us-west-2", "us-west-2"];
    assert_eq!(calls, each_twice, "one call for each Region and walk");
}

fn two_aliases(stage: &Stage) {
    let body = format!(
        r#"
provider "aws" {{
  alias  = "frankfurt"
  region = "eu-central-1"
}}

provider "aws" {{
  alias  = "oregon"
  region = "us-west-2"
}}

ephemeral "aws_ecr_authorization_token" "frankfurt" {{
  provider = aws.frankfurt
}}

ephemeral "aws_ecr_authorization_token" "oregon" {{
  provider = aws.oregon
}}
{}{}"#,
        consumer("frankfurt", "ephemeral.aws_ecr_authorization_token.frankfurt"),
        consumer("oregon", "ephemeral.aws_ecr_authorization_token.oregon"),
    );
    let project = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("frankfurt"), expected("eu-central-1"));
    assert_eq!(project.read("oregon"), expected("us-west-2"));
}

/// With `aws` left to hashicorp/aws, this provider takes another name and the block says so.
fn beside_hashicorp_aws(stage: &Stage) {
    let body = format!(
        r#"
terraform {{
  required_providers {{
    ecr = {{
      source = "terraform-ecr/ecr"
    }}
  }}
}}

provider "ecr" {{
  region = "eu-north-1"
}}

ephemeral "aws_ecr_authorization_token" "token" {{
  provider = ecr
}}
{}"#,
        consumer("consumer", ADDRESS)
    );
    let project = Project::new(stage).file("main.tf", &body).file("digests.sh", SCRIPT);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("eu-north-1"));
}

/// As in a registry configuration file: host name without the scheme, then the credentials.
fn registry_as_map_key(stage: &Stage) {
    let body = format!(
        r#"{TOKEN}
resource "terraform_data" "configuration_file" {{
  provisioner "local-exec" {{
    command = "printf %s \"$CONFIGURATION\" | sha256sum > configuration"
    environment = {{
      CONFIGURATION = jsonencode({{
        (trimprefix({ADDRESS}.proxy_endpoint, "https://")) = {ADDRESS}.password
      }})
    }}
  }}
}}
"#
    );
    let project = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    let file = format!("{{\"{}\":\"{PASSWORD}\"}}", registry("us-east-1"));
    assert_eq!(project.read("configuration").split_whitespace().next(), Some(&*digest(&file)));
}

/// What the reference example does with the docker provider, here with a second configuration of this one.
fn values_configure_a_provider(stage: &Stage) {
    let body = format!(
        r#"{TOKEN}

provider "aws" {{
  alias      = "configured"
  region     = "eu-west-3"
  access_key = trimprefix({ADDRESS}.proxy_endpoint, "https://")
  secret_key = {ADDRESS}.password
}}

ephemeral "aws_ecr_authorization_token" "configured" {{
  provider = aws.configured
}}
{}"#,
        consumer("consumer", "ephemeral.aws_ecr_authorization_token.configured")
    );
    let project = project(stage, &body);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("eu-west-3"));
    let calls = stage.moto().token_calls(&registry("us-east-1"));
    assert!(calls.iter().all(|region| region == "eu-west-3") && calls.len() >= 2, "{calls:?}");
}
