//! Where ECR and STS are asked, where that is not AWS.

use serde_json::json;
use test_support::row::{Row, row};

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

/// Why the endpoint of all services is asked for a role of a profile or of the environment as well.
const FOR_EVERY_ROLE: &str = "the peer does the same for the roles of its block; leaving it out here is a trap";

/// A row in which no variable says where AWS is; what is asked there is seen at the proxy.
fn bare(name: &'static str) -> Row {
    row(name).default_endpoints()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        bare("block_beats_all").terraform()
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .block("endpoints", json!({"ecr": "http://<block>"}))
            .asks(["ecr GetAuthorizationToken by AKIDENV at block"]),
        bare("service_variable_beats_global_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .asks(["ecr GetAuthorizationToken by AKIDENV at variable"]),
        bare("global_variable_beats_services_section")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .config(SERVICES)
            .asks(["ecr GetAuthorizationToken by AKIDENV at global"]),
        bare("services_section_beats_profile").terraform()
            .env_keys()
            .config(SERVICES)
            .asks(["ecr GetAuthorizationToken by AKIDENV at section"]),
        bare("profile")
            .env_keys()
            .config("[default]\nendpoint_url = http://<profile>\n")
            .asks(["ecr GetAuthorizationToken by AKIDENV at profile"]),
        bare("profile_argument_beside_block_keys")
            .config("[profile ci]\nendpoint_url = http://<profile>\n")
            .set("profile", "ci")
            .set("access_key", "AKIDBLOCK")
            .set("secret_key", "hunter2")
            .asks(["ecr GetAuthorizationToken by AKIDBLOCK at profile"]),
        bare("ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config(SERVICES)
            .asks(["proxy: CONNECT api.ecr.eu-west-1.amazonaws.com:443"]),
        bare("ignored_by_profile")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .config("[default]\nignore_configured_endpoint_urls = true\n")
            .asks(["proxy: CONNECT api.ecr.eu-west-1.amazonaws.com:443"]),
        bare("block_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .block("endpoints", json!({"ecr": "http://<block>"}))
            .asks(["ecr GetAuthorizationToken by AKIDENV at block"]),
        bare("empty_in_block")
            .env_keys()
            .env("AWS_ENDPOINT_URL_ECR", "http://<variable>")
            .block("endpoints", json!({"ecr": ""}))
            .asks(["ecr GetAuthorizationToken by AKIDENV at variable"]),
        bare("empty_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_ECR", "")
            .asks(["ecr GetAuthorizationToken by AKIDENV at global"]),
        bare("profile_argument")
            .config(
                "[profile ci]\nendpoint_url = http://<profile>\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 [default]\nendpoint_url = http://<other>\n",
            )
            .set("profile", "ci")
            .asks(["ecr GetAuthorizationToken by AKIDCI at profile"]),
        bare("sts_variable_of_a_role_of_a_profile_is_not_ignored")
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(ROLE_OF_PROFILE)
            .set("profile", "ci")
            .block("endpoints", json!({"ecr": "http://<ecr>"}))
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ]),
        bare("sts_variable_is_not_ignored")
            .env_keys()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .block("endpoints", json!({"ecr": "http://<ecr>"}))
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ]),
        bare("of_another_service")
            .env_keys()
            .block("endpoints", json!({"s3": "http://<other>", "ecrpublic": "http://<other>"}))
            .asks(["proxy: CONNECT api.ecr.eu-west-1.amazonaws.com:443"]),
        bare("two_blocks").terraform()
            .env_keys()
            .block("endpoints", json!({"ecr": "http://<ecr>"}))
            .block("endpoints", json!({"sts": "http://<sts>"}))
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at sts",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ]).warns(["Invalid Attribute Value", "endpoints"]),
        bare("sts_block_beats_variables")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(SERVICES)
            .block("endpoints", json!({"sts": "http://<block>"}))
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("sts_variable")
            .env_keys()
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .config(SERVICES)
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("sts_global_variable").env_keys().env("AWS_ENDPOINT_URL", "http://<global>").role(ROLE).asks([
            "sts AssumeRole deploy (900s) by AKIDENV at global",
            "ecr GetAuthorizationToken by ASIADEPLOY at global",
        ]),
        bare("sts_global_variable_with_block_keys")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .set("access_key", "AKIDBLOCK")
            .set("secret_key", "hunter2")
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBLOCK at global",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("sts_services_section").env_keys().config(SERVICES).role(ROLE).asks([
            "sts AssumeRole deploy (900s) by AKIDENV at section",
            "ecr GetAuthorizationToken by ASIADEPLOY at section",
        ]),
        bare("sts_profile").env_keys().config("[default]\nendpoint_url = http://<profile>\n").role(ROLE).asks([
            "sts AssumeRole deploy (900s) by AKIDENV at profile",
            "ecr GetAuthorizationToken by ASIADEPLOY at profile",
        ]),
        bare("sts_older_name_of_the_variable")
            .env_keys()
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<ecr>")
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at older",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ])
            .warns(["Deprecated"]),
        bare("sts_variable_of_terraform")
            .env_keys()
            .env("TF_AWS_STS_ENDPOINT", "http://<terraform>")
            .env("AWS_STS_ENDPOINT", "http://<older>")
            .env("AWS_ENDPOINT_URL_ECR", "http://<ecr>")
            .role(ROLE)
            .asks([
                "sts AssumeRole deploy (900s) by AKIDENV at terraform",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ])
            .warns(["Deprecated"]),
        bare("role_of_profile_block_beats_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .set("profile", "ci")
            .block("endpoints", json!({"sts": "http://<block>"}))
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("role_of_profile_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .env("AWS_ENDPOINT_URL_STS", "http://<variable>")
            .set("profile", "ci")
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at variable",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("role_of_profile_global_variable")
            .config(ROLE_OF_PROFILE)
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .set("profile", "ci")
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at global",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ])
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 endpoint_url = http://<profile>\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .set("profile", "ci")
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at profile",
                "ecr GetAuthorizationToken by ASIADEPLOY at profile",
            ])
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
        bare("role_of_profile_services_section")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 services = local\n\
                 [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n\
                 [services local]\nsts =\n  endpoint_url = http://<section>\n",
            )
            .set("profile", "ci")
            .block("endpoints", json!({"ecr": "http://<ecr>"}))
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE at section",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ]),
        bare("web_identity_of_profile_block")
            .file("token", "hunter2-identity")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n",
            )
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .set("profile", "ci")
            .block("endpoints", json!({"sts": "http://<block>"}))
            .asks([
                "AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("role_of_profile_sts_region")
            .config(ROLE_OF_PROFILE)
            .set("profile", "ci")
            .set("sts_region", "eu-west-2")
            .block("endpoints", json!({"sts": "http://<block>", "ecr": "http://<ecr>"}))
            .asks([
                "sts AssumeRole deploy (900s) by AKIDBASE in eu-west-2 at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at ecr",
            ]),
        bare("web_identity_block")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .block("endpoints", json!({"sts": "http://<block>"}))
            .block("assume_role_with_web_identity", json!({"role_arn": "arn:aws:iam::123456789012:role/deploy", "web_identity_token": "hunter2-inline"}))
            .asks([
                "AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("web_identity_global_variable")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .block("assume_role_with_web_identity", json!({"role_arn": "arn:aws:iam::123456789012:role/deploy", "web_identity_token": "hunter2-inline"}))
            .asks([
                "AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned at global",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("env_web_identity_block")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .file("token", "hunter2-identity")
            .block("endpoints", json!({"sts": "http://<block>"}))
            .asks([
                "AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at block",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ]),
        bare("env_web_identity_global_variable")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ENDPOINT_URL", "http://<global>")
            .file("token", "hunter2-identity")
            .asks([
                "AssumeRoleWithWebIdentity deploy (hunter2-identity) unsigned at global",
                "ecr GetAuthorizationToken by ASIADEPLOY at global",
            ])
            .peer_asks(["proxy: CONNECT sts.eu-west-1.amazonaws.com:443"], FOR_EVERY_ROLE),
    ]
}
