//! Rows about the hosts of AWS that are called: FIPS, dual-stack, Regions and partitions.
//!
//! hashicorp/aws resolves the FIPS host of ECR before each request, even if the request goes through a proxy. These rows can run with
//! hashicorp/aws only if DNS works.

use test_support::row::{Row, row};

use super::{ROLE, ROLE_OF_PROFILE};

/// The reason why hashicorp/aws and this provider call different hosts.
const OLDER_RULES: &str = "the endpoint rules of AWS have changed since version 5";

/// Returns a row in which `AKIDENV` signs requests to AWS's own endpoints through `<proxy>`.
fn aws(name: &'static str) -> Row {
    row(name).default_endpoints().env_keys()
}

/// A profile with a role, and with an endpoint only for STS.
const STS_OF_PROFILE: &str = "
[profile endpoint]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
services = local

[services local]
sts =
  endpoint_url = http://<sts>
";

pub(super) fn rows() -> Vec<Row> {
    vec![
        aws("calls_the_host_of_ecr").connects("api.ecr.eu-west-1.amazonaws.com:443"),
        aws("calls_the_host_of_ecr_in_china").set("region", "cn-north-1").connects("api.ecr.cn-north-1.amazonaws.com.cn:443"),
        aws("calls_the_host_of_ecr_in_govcloud").set("region", "us-gov-west-1").connects("api.ecr.us-gov-west-1.amazonaws.com:443"),
        aws("calls_the_host_of_ecr_in_the_european_cloud")
            .set("region", "eusc-de-east-1")
            .connects("api.ecr.eusc-de-east-1.amazonaws.eu:443")
            .peer_asks(["proxy: CONNECT api.ecr.eusc-de-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_argument_selects_a_fips_host")
            .terraform()
            .set("use_fips_endpoint", true)
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(["proxy: CONNECT ecr-fips.eu-west-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_variable_selects_a_fips_host")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(["proxy: CONNECT ecr-fips.eu-west-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_profile_selects_a_fips_host")
            .config("[default]\nuse_fips_endpoint = true\n")
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(["proxy: CONNECT ecr-fips.eu-west-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_argument_cannot_disable_the_variable")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .set("use_fips_endpoint", false)
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(["proxy: CONNECT ecr-fips.eu-west-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_argument_beats_variable")
            .env("AWS_USE_FIPS_ENDPOINT", "False")
            .set("use_fips_endpoint", true)
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(
                ["proxy: CONNECT api.ecr.eu-west-1.amazonaws.com:443"],
                "in version 5 the variable goes before the argument, and FIPS would be off where the configuration wants it",
            ),
        aws("fips_variable_disables_the_profile")
            .env("AWS_USE_FIPS_ENDPOINT", "false")
            .config("[default]\nuse_fips_endpoint = true\n")
            .connects("api.ecr.eu-west-1.amazonaws.com:443"),
        aws("fips_is_ignored_for_an_endpoint_of_ecr")
            .set("use_fips_endpoint", true)
            .endpoint("ecr", "http://<ecr>")
            .token_by("AKIDENV at ecr"),
        aws("fips_is_ignored_for_an_endpoint_of_a_variable")
            .env("AWS_ENDPOINT_URL_ECR", "http://<ecr>")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .token_by("AKIDENV at ecr"),
        aws("fips_is_ignored_for_only_ecr")
            .set("use_fips_endpoint", true)
            .endpoint("ecr", "http://<ecr>")
            .role(ROLE)
            .connects("sts-fips.eu-west-1.amazonaws.com:443"),
        aws("fips_is_ignored_for_only_sts")
            .set("use_fips_endpoint", true)
            .endpoint("sts", "http://<sts>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at sts")
            .connects("api.ecr-fips.eu-west-1.amazonaws.com:443")
            .peer_asks(
                [
                    "sts AssumeRole deploy (900s) by AKIDENV at sts",
                    "proxy: CONNECT ecr-fips.eu-west-1.amazonaws.com:443",
                ],
                OLDER_RULES,
            ),
        aws("fips_applies_to_the_role_of_a_profile")
            .without(["AWS_ACCESS_KEY_ID"])
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("use_fips_endpoint", true)
            .connects("sts-fips.eu-west-1.amazonaws.com:443"),
        aws("fips_is_requested_in_a_region_without_it")
            .set("region", "eu-north-1")
            .set("use_fips_endpoint", true)
            .connects("api.ecr-fips.eu-north-1.amazonaws.com:443")
            .peer_asks(
                ["proxy: CONNECT api.ecr.eu-north-1.amazonaws.com:443"],
                "FIPS that was asked for is not dropped because a name is not found",
            ),
        aws("dual_stack_argument_selects_a_dual_stack_host").set("use_dualstack_endpoint", true).connects("ecr.eu-west-1.api.aws:443"),
        aws("dual_stack_variable_selects_a_dual_stack_host").env("AWS_USE_DUALSTACK_ENDPOINT", "true").connects("ecr.eu-west-1.api.aws:443"),
        aws("dual_stack_profile_selects_a_dual_stack_host")
            .config("[default]\nuse_dualstack_endpoint = true\n")
            .connects("ecr.eu-west-1.api.aws:443"),
        aws("dual_stack_and_fips_can_be_combined")
            .set("use_dualstack_endpoint", true)
            .set("use_fips_endpoint", true)
            .connects("ecr-fips.eu-west-1.api.aws:443"),
        aws("dual_stack_applies_to_sts").set("use_dualstack_endpoint", true).role(ROLE).connects("sts.eu-west-1.api.aws:443"),
        aws("rejects_dual_stack_with_an_endpoint")
            .set("use_dualstack_endpoint", true)
            .endpoint("ecr", "http://<ecr>")
            .fails(["dualstack"]),
        aws("accepts_dual_stack_with_an_endpoint_of_sts_for_a_role")
            .set("use_dualstack_endpoint", true)
            .endpoint("sts", "http://<sts>")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at sts")
            .connects("ecr.eu-west-1.api.aws:443"),
        aws("accepts_dual_stack_with_an_endpoint_of_sts_for_the_role_of_a_profile")
            .without(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            .config(ROLE_OF_PROFILE)
            .env("AWS_PROFILE", "ci")
            .env("AWS_USE_DUALSTACK_ENDPOINT", "true")
            .env("AWS_ENDPOINT_URL_STS", "http://<sts>")
            .assumes("deploy (900s) by AKIDBASE at sts")
            .connects("ecr.eu-west-1.api.aws:443"),
        aws("rejects_dual_stack_with_an_endpoint_of_sts_in_the_profile")
            .without(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            .config([ROLE_OF_PROFILE, STS_OF_PROFILE].concat())
            .profile("endpoint")
            .set("use_dualstack_endpoint", true)
            .asks([])
            .fails(["`use_dualstack_endpoint`", "the endpoint of STS (from the profile \"endpoint\")"])
            .peer_fails([], ["ualstack and custom endpoint"], "the same, in other words"),
        aws("accepts_dual_stack_with_an_unused_endpoint_of_sts_in_the_profile")
            .config([ROLE_OF_PROFILE, STS_OF_PROFILE].concat())
            .env("AWS_PROFILE", "endpoint")
            .set("use_dualstack_endpoint", true)
            .connects("ecr.eu-west-1.api.aws:443"),
        aws("rejects_dual_stack_with_an_endpoint_of_ecr_public_before_assuming_a_role")
            .public()
            .without(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("use_dualstack_endpoint", true)
            .endpoint("ecrpublic", "http://<public>")
            .asks([])
            .fails(["the endpoint of ECR Public (from the argument `endpoints`)"])
            .peer_fails(
                ["proxy: CONNECT sts.eu-west-1.api.aws:443"],
                ["AssumeRole"],
                "nothing needs to be asked to find it",
            ),
        aws("accepts_dual_stack_with_an_endpoint_of_an_unused_service")
            .set("use_dualstack_endpoint", true)
            .endpoint("sts", "http://<sts>")
            .connects("ecr.eu-west-1.api.aws:443"),
        aws("an_unreachable_fips_endpoint_of_ecr_public_is_reported")
            .public()
            .set("use_fips_endpoint", true)
            .set("https_proxy", "http://<closed>")
            .fails(["endpoints { ecrpublic = \"https://api.ecr-public.us-east-1.amazonaws.com\" }"]),
        aws("calls_the_host_of_sts").role(ROLE).connects("sts.eu-west-1.amazonaws.com:443"),
        aws("calls_the_host_of_sts_in_the_region")
            .set("region", "eu-central-1")
            .role(ROLE)
            .connects("sts.eu-central-1.amazonaws.com:443"),
        aws("calls_the_host_of_sts_in_sts_region").set("sts_region", "eu-west-2").role(ROLE).connects("sts.eu-west-2.amazonaws.com:443"),
        aws("sts_region_is_not_used_for_the_role_of_a_profile_without_an_sts_endpoint")
            .without(["AWS_ACCESS_KEY_ID"])
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("sts_region", "eu-west-2")
            .connects("sts.eu-west-1.amazonaws.com:443"),
        aws("legacy_sts_regional_endpoints_are_ignored")
            .env("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
            .role(ROLE)
            .connects("sts.eu-west-1.amazonaws.com:443"),
    ]
}
