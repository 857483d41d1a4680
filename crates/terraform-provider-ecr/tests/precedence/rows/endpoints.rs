//! Where ECR and STS are asked, where that is not AWS.

use crate::{
    row::{Row, row},
    rows::{ROLE, ROLE_OF_PROFILE},
};

const SERVICES: &str = "
[default]
services = local
endpoint_url = <profile>

[services local]
ecr =
  endpoint_url = <section>
sts =
  endpoint_url = <section>
";

/// Why the endpoint of all services is asked for a role of a profile or of the environment as well.
const FOR_EVERY_ROLE: &str = "the peer does the same for the roles of its block; leaving it out here is a trap";

/// A row in which no variable says where AWS is; what is asked there is seen at the proxy.
fn bare(name: &'static str) -> Row {
    row(name).default_endpoints()
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        bare("block_beats_all")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_ECR", "<variable>")
            .config(SERVICES)
            .block(r#"endpoints { ecr = "<block>" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at block"]),
        bare("service_variable_beats_global_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_ECR", "<variable>")
            .config(SERVICES)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at variable"]),
        bare("global_variable_beats_services_section")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .config(SERVICES)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at global"]),
        bare("services_section_beats_profile")
            .env_keys()
            .config(SERVICES)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at section"]),
        bare("profile")
            .env_keys()
            .config("[default]\nendpoint_url = <profile>\n")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at profile"]),
        bare("profile_argument_beside_block_keys")
            .config("[profile ci]\nendpoint_url = <profile>\n")
            .block(r#"profile = "ci""#)
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .sees(["ecr GetAuthorizationToken by AKIDBLOCK in us-east-1 at profile"]),
        bare("ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_ECR", "<variable>")
            .config(SERVICES)
            .sees(["proxy: CONNECT api.ecr.us-east-1.amazonaws.com:443"]),
        bare("ignored_by_profile")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "<variable>")
            .config("[default]\nignore_configured_endpoint_urls = true\n")
            .sees(["proxy: CONNECT api.ecr.us-east-1.amazonaws.com:443"]),
        bare("block_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .block(r#"endpoints { ecr = "<block>" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at block"]),
        bare("empty_in_block")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "<variable>")
            .block(r#"endpoints { ecr = "" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at variable"]),
        bare("empty_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_ECR", "")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at global"]),
        bare("profile_argument")
            .config(
                "[profile ci]\nendpoint_url = <profile>\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 [default]\nendpoint_url = <other>\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1 at profile"]),
        bare("sts_variable_of_a_role_of_a_profile_is_not_ignored")
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ]),
        bare("sts_variable_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ]),
        bare("of_another_service")
            .env_keys()
            .block(
                r#"endpoints {
    s3 = "<other>"
    ecrpublic = "<other>"
  }"#,
            )
            .sees(["proxy: CONNECT api.ecr.us-east-1.amazonaws.com:443"]),
        bare("two_blocks")
            .env_keys()
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .block(r#"endpoints { sts = "<sts>" }"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at sts",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ]),
        bare("sts_block_beats_variables")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .config(SERVICES)
            .block(r#"endpoints { sts = "<block>" }"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("sts_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .config(SERVICES)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("sts_global_variable").env_keys().env("AWS_ENDPOINT_URL", "<global>").block(ROLE).sees([
            "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at global",
            "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
        ]),
        bare("sts_global_variable_with_block_keys")
            .env("AWS_ENDPOINT_URL", "<global>")
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBLOCK in us-east-1 at global",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("sts_services_section").env_keys().config(SERVICES).block(ROLE).sees([
            "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at section",
            "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at section",
        ]),
        bare("sts_profile").env_keys().config("[default]\nendpoint_url = <profile>\n").block(ROLE).sees([
            "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at profile",
            "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at profile",
        ]),
        bare("sts_older_name_of_the_variable")
            .env_keys()
            .env("AWS_STS_ENDPOINT", "<older>")
            .env("AWS_ENDPOINT_URL_ECR", "<ecr>")
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at older",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ])
            .says(["Deprecated"]),
        bare("sts_variable_of_terraform")
            .env_keys()
            .env("TF_AWS_STS_ENDPOINT", "<terraform>")
            .env("AWS_STS_ENDPOINT", "<older>")
            .env("AWS_ENDPOINT_URL_ECR", "<ecr>")
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 at terraform",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ])
            .says(["Deprecated"]),
        bare("role_of_profile_block_beats_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sts = "<block>" }"#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("role_of_profile_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "<global>")
            .env("AWS_ENDPOINT_URL_STS", "<variable>")
            .block(r#"profile = "ci""#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("role_of_profile_global_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "<global>")
            .block(r#"profile = "ci""#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at global",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ])
            .peer_sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 endpoint_url = <profile>\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at profile",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at profile",
            ])
            .peer_sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_services_section")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 services = local\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n\
                 [services local]\nsts =\n  endpoint_url = <section>\n",
            )
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { ecr = "<ecr>" }"#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 at section",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ]),
        bare("web_identity_of_profile_block")
            .file("token", "identity-token")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n",
            )
            .env("AWS_ENDPOINT_URL", "<global>")
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sts = "<block>" }"#)
            .sees([
                "AssumeRoleWithWebIdentity deploy (identity-token) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("role_of_profile_sts_region")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .block(r#"sts_region = "eu-west-2""#)
            .block(
                r#"endpoints {
    sts = "<block>"
    ecr = "<ecr>"
  }"#,
            )
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in eu-west-2 at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at ecr",
            ]),
        bare("web_identity_block")
            .env("AWS_ENDPOINT_URL", "<global>")
            .block(r#"endpoints { sts = "<block>" }"#)
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees([
                "AssumeRoleWithWebIdentity deploy (inline-token) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("web_identity_global_variable")
            .env("AWS_ENDPOINT_URL", "<global>")
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees([
                "AssumeRoleWithWebIdentity deploy (inline-token) unsigned at global",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("env_web_identity_block")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ENDPOINT_URL", "<global>")
            .file("token", "identity-token")
            .block(r#"endpoints { sts = "<block>" }"#)
            .sees([
                "AssumeRoleWithWebIdentity deploy (identity-token) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ]),
        bare("env_web_identity_global_variable")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ENDPOINT_URL", "<global>")
            .file("token", "identity-token")
            .sees([
                "AssumeRoleWithWebIdentity deploy (identity-token) unsigned at global",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 at global",
            ])
            .peer_sees(["proxy: CONNECT sts.us-east-1.amazonaws.com:443"], FOR_EVERY_ROLE),
    ]
}
