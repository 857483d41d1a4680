//! Rows with profiles of IAM Identity Center. Most rows have a cache file with a token, as `aws sso login` writes it.

use test_support::row::{Row, row};

use super::ROLE;

/// The cache file for the start URL `https://example.awsapps.com/start`.
const CACHE_OF_START_URL: &str = ".aws/sso/cache/e8be5486177c5b5392bd9aa76563515b29358e6e.json";
/// The cache file for the session `corp`.
const CACHE_OF_SESSION: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const TOKEN: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1",
 "accessToken": "hunter2-sso", "expiresAt": "2099-01-01T00:00:00Z"}"#;
const EXPIRED: &str = r#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1",
 "accessToken": "hunter2-sso", "expiresAt": "2020-01-01T00:00:00Z"}"#;

const LEGACY: &str = "
[profile ci]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
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
sso_region = us-east-1
";

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("legacy_sso_settings_are_used")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV"),
        row("an_sso_session_is_used")
            .terraform()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_PROFILE", "ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV"),
        row("a_session_name_may_be_in_quotes")
            .terraform()
            .config(SESSION.replace("= corp", "= My Corp").replace("[sso-session corp]", "[sso-session 'My Corp']"))
            .file(".aws/sso/cache/204ad4b9731f737f3f80683e2c37a7c6ad58355d.json", TOKEN)
            .env("AWS_PROFILE", "ci")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV")
            .peer_fails([], ["failed to find SSO session section, My Corp"], "the AWS CLI needs the quotes"),
        row("rejects_a_session_with_a_different_region_in_the_profile")
            .config(SESSION.replace("sso_role_name = Dev", "sso_role_name = Dev\nsso_region = eu-west-1"))
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .requests(0)
            .fails(["its `sso_region` is \"eu-west-1\", but in the section [sso-session corp] it is \"us-east-1\""])
            .peer_fails([], ["must match sso_region in sso-session"], "the same, in other words"),
        row("rejects_a_session_with_a_different_start_url_in_the_profile")
            .config(
                SESSION.replace("sso_role_name = Dev", "sso_role_name = Dev\nsso_start_url = https://other.example"),
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .requests(0)
            .fails(["its `sso_start_url` is \"https://other.example\"", "remove the key from the profile"])
            .peer_fails([], ["must match sso_start_url in sso-session"], "the same, in other words"),
        row("accepts_a_session_repeated_in_the_profile")
            .config(SESSION.replace("sso_role_name = Dev", "sso_role_name = Dev\nsso_region = us-east-1"))
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV"),
        row("the_endpoint_of_the_block_is_used")
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<sso>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso at sso"])
            .token_by("ASIADEV"),
        row("the_endpoint_of_the_block_is_used_beside_dual_stack")
            .default_endpoints()
            .config(LEGACY)
            .file(CACHE_OF_START_URL, TOKEN)
            .env("HTTPS_PROXY", "http://<proxy>")
            .profile("ci")
            .set("use_dualstack_endpoint", true)
            .endpoint("sso", "http://<sso>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso at sso"])
            .connects("ecr.eu-west-1.api.aws:443"),
        row("the_endpoint_of_the_block_beats_the_variable")
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_ENDPOINT_URL_SSO", "http://<other>")
            .profile("ci")
            .endpoint("sso", "http://<sso>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso at sso"])
            .token_by("ASIADEV"),
        row("the_endpoint_variable_is_used")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, TOKEN)
            .env("AWS_ENDPOINT_URL_SSO", "http://<sso>")
            .profile("ci")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso at sso"])
            .token_by("ASIADEV"),
        row("the_endpoint_variable_of_all_services_is_used")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .profile("ci")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV")
            .peer_asks(
                ["proxy: CONNECT portal.sso.us-east-1.amazonaws.com:443"],
                "it is the endpoint of all services, and hashicorp/aws uses it for others",
            ),
        row("the_endpoint_variable_can_be_ignored")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL_SSO", "http://<sso>")
            .profile("ci")
            .connects("portal.sso.us-east-1.amazonaws.com:443"),
        row("the_region_of_the_portal_is_used")
            .default_endpoints()
            .config(SESSION)
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .connects("portal.sso.us-east-1.amazonaws.com:443"),
        row("sso_is_used_as_source_profile")
            .config(
                "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = ci\n\
                 [profile ci]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("deploy")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .assumes("deploy (900s) by ASIADEV")
            .token_by("ASIADEPLOY"),
        row("sso_assumes_the_role_of_the_same_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .assumes("deploy (900s) by ASIADEV")
            .token_by("ASIADEPLOY"),
        row("a_profile_may_be_its_own_source")
            .config(format!("{SESSION}[profile ci]\nrole_arn = {ROLE}\nsource_profile = ci\n"))
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .assumes("deploy (900s) by ASIADEV")
            .token_by("ASIADEPLOY"),
        row("keys_beat_sso_of_the_same_profile")
            .config(
                "[profile ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .token_by("AKIDCI"),
        row("sso_beats_a_process_of_the_same_profile")
            .config(
                "[profile ci]\ncredential_process = /bin/false\n\
                 sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n\
                 [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
            )
            .file(CACHE_OF_SESSION, TOKEN)
            .profile("ci")
            .endpoint("sso", "http://<aws>")
            .asks(["sso credentials Dev of 123456789012 with hunter2-sso"])
            .token_by("ASIADEV"),
        row("rejects_an_expired_login")
            .config(LEGACY)
            .file(CACHE_OF_START_URL, EXPIRED)
            .profile("ci")
            .fails(["sso", "expired"]),
        row("rejects_an_undefined_session")
            .config("[profile ci]\nsso_session = nope\nsso_account_id = 123456789012\nsso_role_name = Dev\n")
            .profile("ci")
            .fails(["nope"]),
    ]
}
