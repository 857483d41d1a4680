//! The hosts of AWS that are asked: FIPS, dual-stack, Regions and partitions.
//!
//! The peer looks the FIPS host of ECR up before it asks it, through a proxy as well: it wants a DNS that answers.

use crate::{
    row::{Row, row},
    rows::{ROLE, ROLE_OF_PROFILE},
};

/// Why the peer asks another host.
const OLDER_RULES: &str = "the endpoint rules of AWS have changed since version 5";

/// A row in which AWS is asked through `<proxy>`, by `AKIDENV`.
fn aws(name: &'static str) -> Row {
    row(name).default_endpoints().env_keys()
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        aws("ecr").sees(["proxy: CONNECT api.ecr.us-east-1.amazonaws.com:443"]),
        aws("ecr_of_china")
            .block(r#"region = "cn-north-1""#)
            .sees(["proxy: CONNECT api.ecr.cn-north-1.amazonaws.com.cn:443"]),
        aws("ecr_of_govcloud")
            .block(r#"region = "us-gov-west-1""#)
            .sees(["proxy: CONNECT api.ecr.us-gov-west-1.amazonaws.com:443"]),
        aws("ecr_of_the_european_cloud")
            .block(r#"region = "eusc-de-east-1""#)
            .sees(["proxy: CONNECT api.ecr.eusc-de-east-1.amazonaws.eu:443"])
            .peer_sees(["proxy: CONNECT api.ecr.eusc-de-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_argument")
            .block("use_fips_endpoint = true")
            .sees(["proxy: CONNECT api.ecr-fips.us-east-1.amazonaws.com:443"])
            .peer_sees(["proxy: CONNECT ecr-fips.us-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_variable")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .sees(["proxy: CONNECT api.ecr-fips.us-east-1.amazonaws.com:443"])
            .peer_sees(["proxy: CONNECT ecr-fips.us-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_profile")
            .config("[default]\nuse_fips_endpoint = true\n")
            .sees(["proxy: CONNECT api.ecr-fips.us-east-1.amazonaws.com:443"])
            .peer_sees(["proxy: CONNECT ecr-fips.us-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_argument_cannot_turn_the_variable_off")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .block("use_fips_endpoint = false")
            .sees(["proxy: CONNECT api.ecr-fips.us-east-1.amazonaws.com:443"])
            .peer_sees(["proxy: CONNECT ecr-fips.us-east-1.amazonaws.com:443"], OLDER_RULES),
        aws("fips_variable_turns_the_profile_off")
            .env("AWS_USE_FIPS_ENDPOINT", "false")
            .config("[default]\nuse_fips_endpoint = true\n")
            .sees(["proxy: CONNECT api.ecr.us-east-1.amazonaws.com:443"]),
        aws("fips_is_dropped_for_an_endpoint_of_ecr")
            .block("use_fips_endpoint = true")
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        aws("fips_is_dropped_for_an_endpoint_of_a_variable")
            .env("AWS_ENDPOINT_URL_ECR", "<ecr>")
            .env("AWS_USE_FIPS_ENDPOINT", "true")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        aws("fips_is_dropped_for_ecr_alone")
            .block("use_fips_endpoint = true")
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .block(ROLE)
            .sees(["proxy: CONNECT sts-fips.us-east-1.amazonaws.com:443"]),
        aws("fips_is_dropped_for_sts_alone")
            .block("use_fips_endpoint = true")
            .block(r#"endpoints { sts = "<sts>" }"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at sts",
                "proxy: CONNECT api.ecr-fips.us-east-1.amazonaws.com:443",
            ])
            .peer_sees(
                [
                    "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at sts",
                    "proxy: CONNECT ecr-fips.us-east-1.amazonaws.com:443",
                ],
                OLDER_RULES,
            ),
        aws("fips_of_the_role_of_a_profile")
            .without("AWS_ACCESS_KEY_ID")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .block("use_fips_endpoint = true")
            .sees(["proxy: CONNECT sts-fips.us-east-1.amazonaws.com:443"]),
        aws("fips_in_a_region_without_it")
            .block(r#"region = "eu-north-1""#)
            .block("use_fips_endpoint = true")
            .sees(["proxy: CONNECT api.ecr-fips.eu-north-1.amazonaws.com:443"])
            .peer_sees(
                ["proxy: CONNECT api.ecr.eu-north-1.amazonaws.com:443"],
                "FIPS that was asked for is not dropped because a name is not found",
            ),
        aws("dual_stack_argument")
            .block("use_dualstack_endpoint = true")
            .sees(["proxy: CONNECT ecr.us-east-1.api.aws:443"]),
        aws("dual_stack_variable")
            .env("AWS_USE_DUALSTACK_ENDPOINT", "true")
            .sees(["proxy: CONNECT ecr.us-east-1.api.aws:443"]),
        aws("dual_stack_profile")
            .config("[default]\nuse_dualstack_endpoint = true\n")
            .sees(["proxy: CONNECT ecr.us-east-1.api.aws:443"]),
        aws("dual_stack_and_fips")
            .block("use_dualstack_endpoint = true")
            .block("use_fips_endpoint = true")
            .sees(["proxy: CONNECT ecr-fips.us-east-1.api.aws:443"]),
        aws("dual_stack_of_sts")
            .block("use_dualstack_endpoint = true")
            .block(ROLE)
            .sees(["proxy: CONNECT sts.us-east-1.api.aws:443"]),
        aws("dual_stack_with_an_endpoint")
            .block("use_dualstack_endpoint = true")
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .fails(["dualstack"]),
        aws("sts").block(ROLE).sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"]),
        aws("sts_of_the_region")
            .block(r#"region = "eu-central-1""#)
            .block(ROLE)
            .sees(["proxy: CONNECT sts.eu-central-1.amazonaws.com:443"]),
        aws("sts_region")
            .block(r#"sts_region = "eu-west-2""#)
            .block(ROLE)
            .sees(["proxy: CONNECT sts.eu-west-2.amazonaws.com:443"]),
        aws("sts_region_is_not_for_the_role_of_a_profile_where_sts_has_no_endpoint")
            .without("AWS_ACCESS_KEY_ID")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .block(r#"sts_region = "eu-west-2""#)
            .sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"]),
        aws("sts_regional_endpoints_are_not_legacy")
            .env("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
            .block(ROLE)
            .sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"]),
    ]
}
