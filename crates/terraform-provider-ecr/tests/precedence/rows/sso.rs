//! Profiles of IAM Identity Center, with the token that `aws sso login` leaves behind.

use crate::{
    row::{Row, row},
    rows::DEPLOY,
};

/// Of `https://example.awsapps.com/start`.
const CACHE_OF_START_URL: &str = ".aws/sso/cache/e8be5486177c5b5392bd9aa76563515b29358e6e.json";
/// Of the session `corp`.
const CACHE_OF_SESSION: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const TOKEN: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "eu-west-1",
 "accessToken": "sso-token", "expiresAt": "2099-01-01T00:00:00Z"}"#;
const EXPIRED: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "eu-west-1",
 "accessToken": "sso-token", "expiresAt": "2020-01-01T00:00:00Z"}"#;

const LEGACY: &str = "
[profile ci]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Dev
";
const SESSION: &str = "
[profile ci]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Dev

[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
";

const SSO: &str = "ecr GetAuthorizationToken by ASIADEV in us-east-1";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("legacy")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, TOKEN)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees(["sso credentials Dev of 123456789012 with sso-token", SSO]),
        row("session")
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_PROFILE", "ci")
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees(["sso credentials Dev of 123456789012 with sso-token", SSO]),
        row("endpoint_of_the_block")
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<sso>" }"#)
            .sees(["sso credentials Dev of 123456789012 with sso-token at sso", SSO]),
        row("endpoint_of_the_block_beats_variable")
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_ENDPOINT_URL_SSO", "<other>")
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<sso>" }"#)
            .sees(["sso credentials Dev of 123456789012 with sso-token at sso", SSO]),
        row("endpoint_variable")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, TOKEN)
            .env("AWS_ENDPOINT_URL_SSO", "<sso>")
            .block(r#"profile = "ci""#)
            .sees(["sso credentials Dev of 123456789012 with sso-token at sso", SSO]),
        row("endpoint_variable_of_all_services")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_ENDPOINT_URL", "<all>")
            .block(r#"profile = "ci""#)
            .sees(["sso credentials Dev of 123456789012 with sso-token", SSO])
            .peer_sees(
                ["proxy: CONNECT portal.sso.eu-west-1.amazonaws.com:443"],
                "it is the endpoint of all services, and the peer takes it for others",
            ),
        row("endpoint_variable_is_ignored")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_SSO", "<sso>")
            .block(r#"profile = "ci""#)
            .sees(["proxy: CONNECT portal.sso.eu-west-1.amazonaws.com:443"]),
        row("region_of_the_portal")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "ci""#)
            .sees(["proxy: CONNECT portal.sso.eu-west-1.amazonaws.com:443"]),
        row("as_source_profile")
            .config(
                "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = ci\n\
                 [profile ci]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "deploy""#)
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees([
                "sso credentials Dev of 123456789012 with sso-token",
                "sts AssumeRole deploy (900s) by ASIADEV in us-east-1",
                DEPLOY,
            ]),
        row("role_of_the_same_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees([
                "sso credentials Dev of 123456789012 with sso-token",
                "sts AssumeRole deploy (900s) by ASIADEV in us-east-1",
                DEPLOY,
            ]),
        row("keys_of_the_same_profile")
            .config(
                "[profile ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("process_of_the_same_profile")
            .config(
                "[profile ci]\ncredential_process = /bin/false\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .block(r#"profile = "ci""#)
            .block(r#"endpoints { sso = "<all>" }"#)
            .sees(["sso credentials Dev of 123456789012 with sso-token", SSO]),
        row("login_is_missing").config(SESSION).block(r#"profile = "ci""#).fails(["sso"]),
        row("login_has_expired")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, EXPIRED)
            .block(r#"profile = "ci""#)
            .fails(["sso", "expired"]),
        row("session_is_not_defined")
            .config("[profile ci]\nsso_session = nope\nsso_account_id = 123456789012\nsso_role_name = Dev\n")
            .block(r#"profile = "ci""#)
            .fails(["nope"]),
    ]
}
