//! Rows about configured endpoints of ECR and STS.

use serde_json::{Value, json};
use test_support::row::{Row, keys, row};

use super::{ROLE, ROLE_OF_PROFILE};

const SERVICES: &str = "
[default]
services = local
endpoint_url = http://<profile>

[services local]
ecr =
  endpoint_url = http://<section>
sts =
  endpoint_url = http://<section>
";

/// The reason why the endpoint for all services also applies to the role of a profile or of the environment.
const FOR_EVERY_ROLE: &str = "hashicorp/aws does the same for the roles of its block; to leave it out here is a trap";

/// Returns a row without a variable for the endpoint. Requests to AWS's own endpoints go through a proxy, so the row can expect the hosts
/// of these requests.
fn bare(name: &'static str) -> Row {
    row(name).default_endpoints()
}

/// Returns the value of `endpoints` with a URL for each of these services. The URLs belong to a server that must not be called.
fn elsewhere<const N: usize>(services: [&str; N]) -> Value {
    services.into_iter().map(|name| (name, "http://<other>")).collect()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("accepts_leading_zeros_in_a_port").at("http://127.0.0.1:0<ecr.port>/").token_by("AKIDENV at ecr"),
        keys("rejects_port_zero").at("http://127.0.0.1:0").fails(["port", "\"0\""]).peer_fails(
            [],
            ["connection refused"],
            "nothing can listen there",
        ),
        keys("rejects_a_port_with_a_sign").at("http://127.0.0.1:+5000").fails(["port", "\"+5000\""]).peer_fails(
            [],
            ["parse uri"],
            "the same, in other words",
        ),
        bare("the_block_beats_all_other_sources")
            .terraform()
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .endpoint("ecr", "http://<block>")
            .token_by("AKIDENV at block"),
        bare("service_variable_beats_global_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .token_by("AKIDENV at variable"),
        bare("global_variable_beats_services_section")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .config(SERVICES)
            .token_by("AKIDENV at global"),
        bare("services_section_beats_profile").terraform().env_keys().config(SERVICES).token_by("AKIDENV at section"),
        bare("the_profile_is_used")
            .env_keys()
            .config("[default]\nendpoint_url = http://<profile>\n")
            .token_by("AKIDENV at profile"),
        bare("profile_argument_is_used_beside_block_keys")
            .config("[profile ci]\nendpoint_url = http://<profile>\n")
            .profile("ci")
            .block_keys()
            .token_by("AKIDBLOCK at profile"),
        bare("ignore_configured_endpoints_ignores_variables")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .connects("api.ecr.eu-west-1.amazonaws.com:443"),
        bare("the_profile_can_ignore_configured_endpoints")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config("[default]\nignore_configured_endpoint_urls = true\n")
            .connects("api.ecr.eu-west-1.amazonaws.com:443"),
        bare("block_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .endpoint("ecr", "http://<block>")
            .token_by("AKIDENV at block"),
        bare("an_empty_endpoint_in_the_block_is_ignored")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .endpoint("ecr", "")
            .token_by("AKIDENV at variable"),
        bare("an_empty_variable_is_ignored")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "")
            .token_by("AKIDENV at global"),
        bare("the_profile_of_the_argument_is_used")
            .config(
                "[profile ci]\nendpoint_url = http://<profile>\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 [default]\nendpoint_url = http://<other>\n",
            )
            .profile("ci")
            .token_by("AKIDCI at profile"),
        bare("sts_variable_of_a_role_of_a_profile_is_not_ignored")
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .endpoint("ecr", "http://<ecr>")
            .assumes("deploy (900s) by AKIDBASE at variable")
            .token_by("ASIADEPLOY at ecr"),
        bare("sts_variable_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .endpoint("ecr", "http://<ecr>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at variable")
            .token_by("ASIADEPLOY at ecr"),
        bare("an_endpoint_of_another_service_is_not_used")
            .env_keys()
            .block("endpoints", json!({"s3": "http://<other>", "ecrpublic": "http://<other>"}))
            .connects("api.ecr.eu-west-1.amazonaws.com:443"),
        bare("accepts_services_that_version_6_dropped")
            .env_keys()
            .block(
                "endpoints",
                elsewhere(["iotanalytics", "iotevents", "lookoutmetrics", "opsworks", "sdb", "simpledb", "worklink"]),
            )
            .connects("api.ecr.eu-west-1.amazonaws.com:443")
            .warns(["Invalid Attribute Combination", "simpledb", "sdb"]),
        bare("accepts_services_added_in_version_6")
            .env_keys()
            .block(
                "endpoints",
                elsewhere([
                    "accountaccess",
                    "agentregistry",
                    "bedrockruntime",
                    "devopsagent",
                    "directoryservicedata",
                    "eventbridgev2",
                    "interconnect",
                    "lambdacore",
                    "lambdamicrovms",
                    "mailmanager",
                    "networksecuritymanager",
                    "resiliencehubv2",
                    "s3files",
                    "uxc",
                ]),
            )
            .connects("api.ecr.eu-west-1.amazonaws.com:443")
            .ours_only("version 5 does not have these services"),
        bare("endpoints_of_two_blocks_are_used")
            .terraform()
            .env_keys()
            .endpoint("ecr", "http://<ecr>")
            .endpoint("sts", "http://<sts>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at sts")
            .token_by("ASIADEPLOY at ecr")
            .warns(["Invalid Attribute Value", "endpoints"]),
        bare("sts_block_beats_variables")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(SERVICES)
            .endpoint("sts", "http://<block>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at block")
            .token_by("ASIADEPLOY at global"),
        bare("sts_variable_is_used")
            .env_keys()
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(SERVICES)
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at variable")
            .token_by("ASIADEPLOY at global"),
        bare("global_variable_is_used_for_sts")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at global")
            .token_by("ASIADEPLOY at global"),
        bare("global_variable_is_used_for_sts_with_block_keys")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .block_keys()
            .role(ROLE)
            .assumes("deploy (900s) by AKIDBLOCK at global")
            .token_by("ASIADEPLOY at global"),
        bare("services_section_is_used_for_sts")
            .env_keys()
            .config(SERVICES)
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at section")
            .token_by("ASIADEPLOY at section"),
        bare("profile_is_used_for_sts")
            .env_keys()
            .config("[default]\nendpoint_url = http://<profile>\n")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at profile")
            .token_by("ASIADEPLOY at profile"),
        bare("deprecated_sts_variable_is_used")
            .env_keys()
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<ecr>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at older")
            .token_by("ASIADEPLOY at ecr")
            .warns(["Deprecated", "variable AWS_STS_ENDPOINT is deprecated. Set AWS_ENDPOINT_URL_STS"]),
        bare("terraform_sts_variable_is_used")
            .env_keys()
            .env("TF_AWS_STS_ENDPOINT", "http://<terraform>")
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<ecr>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at terraform")
            .token_by("ASIADEPLOY at ecr")
            .warns(["Deprecated", "variable TF_AWS_STS_ENDPOINT is deprecated. Set AWS_ENDPOINT_URL_STS"]),
        bare("role_of_profile_block_beats_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .profile("ci")
            .endpoint("sts", "http://<block>")
            .assumes("deploy (900s) by AKIDBASE at block")
            .token_by("ASIADEPLOY at global"),
        bare("role_of_profile_uses_the_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE at variable")
            .token_by("ASIADEPLOY at global"),
        bare("role_of_profile_uses_the_global_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE at global")
            .token_by("ASIADEPLOY at global")
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_uses_the_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 endpoint_url = http://<profile>\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE at profile")
            .token_by("ASIADEPLOY at profile")
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_uses_the_services_section")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 services = local\nendpoint_url = http://<profile>\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n\
                 [services local]\nsts =\n  endpoint_url = http://<section>\n",
            )
            .profile("ci")
            .endpoint("ecr", "http://<ecr>")
            .assumes("deploy (900s) by AKIDBASE at section")
            .token_by("ASIADEPLOY at ecr"),
        bare("web_identity_of_profile_uses_the_block")
            .file("token", "hunter2-identity")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n",
            )
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .profile("ci")
            .endpoint("sts", "http://<block>")
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at block"])
            .token_by("ASIADEPLOY at global"),
        bare("role_of_profile_uses_sts_region")
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("sts_region", "eu-west-2")
            .block("endpoints", json!({"sts": "http://<block>", "ecr": "http://<ecr>"}))
            .assumes("deploy (900s) by AKIDBASE in eu-west-2 at block")
            .token_by("ASIADEPLOY at ecr"),
        bare("web_identity_uses_the_block")
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .endpoint("sts", "http://<block>")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned at block"])
            .token_by("ASIADEPLOY at global"),
        bare("web_identity_uses_the_global_variable")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned at global"])
            .token_by("ASIADEPLOY at global"),
        bare("env_web_identity_uses_the_block")
            .web_identity("deploy")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .endpoint("sts", "http://<block>")
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at block"])
            .token_by("ASIADEPLOY at global"),
        bare("env_web_identity_uses_the_global_variable")
            .web_identity("deploy")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at global"])
            .token_by("ASIADEPLOY at global")
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
    ]
}
