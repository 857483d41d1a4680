//! `assume_role_with_web_identity`: where the token comes from.

use crate::{
    row::{Row, row},
    rows::{DEPLOY, ROLE},
};

const ROLE_ALONE: &str = r#"assume_role_with_web_identity {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }"#;

/// Why variables are taken that the peer does not take.
const DOCUMENTED: &str = "its documentation names both variables";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("inline_token_beats_env_keys")
            .env_keys()
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["AssumeRoleWithWebIdentity deploy (inline-token) unsigned", DEPLOY]),
        row("block_keys_beat_it")
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["ecr GetAuthorizationToken by AKIDBLOCK in us-east-1"]),
        row("it_beats_the_profile_argument")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .block(r#"profile = "ci""#)
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["AssumeRoleWithWebIdentity deploy (inline-token) unsigned", DEPLOY]),
        row("every_argument")
            .file("token", "file-token")
            .block(
                r#"assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::123456789012:role/deploy"
    duration                = "20m"
    policy                  = "{}"
    policy_arns             = ["arn:aws:iam::123456789012:policy/p"]
    session_name            = "named"
    web_identity_token_file = "~/token"
  }"#,
            )
            .sees([
                "AssumeRoleWithWebIdentity deploy (1200s, Policy={}, \
                 PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p, file-token, session=named) unsigned",
                DEPLOY,
            ]),
        row("file_of_the_environment")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .file("token", "env-file-token")
            .block(ROLE_ALONE)
            .sees(["AssumeRoleWithWebIdentity deploy (env-file-token) unsigned", DEPLOY])
            .ours_only("version 5 takes no token of the environment for this block"),
        row("file_of_the_environment_without_its_role")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "env-file-token")
            .block(ROLE_ALONE)
            .sees(["AssumeRoleWithWebIdentity deploy (env-file-token) unsigned", DEPLOY])
            .ours_only("version 5 takes no token of the environment for this block"),
        row("token_of_the_environment")
            .env("TF_AWS_WEB_IDENTITY_TOKEN", "env-token")
            .block(ROLE_ALONE)
            .sees(["AssumeRoleWithWebIdentity deploy (env-token) unsigned", DEPLOY])
            .ours_only("version 5 takes no token of the environment for this block"),
        row("inline_token_beats_the_environment")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .file("token", "env-file-token")
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["AssumeRoleWithWebIdentity deploy (inline-token) unsigned", DEPLOY]),
        row("role_and_session_name_of_the_environment")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .block(r#"assume_role_with_web_identity { web_identity_token = "inline-token" }"#)
            .sees(["AssumeRoleWithWebIdentity deploy (inline-token, session=from-env) unsigned", DEPLOY])
            .peer_fails([], ["Role ARN was not set"], DOCUMENTED),
        row("session_name_of_the_environment")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["AssumeRoleWithWebIdentity deploy (inline-token, session=from-env) unsigned", DEPLOY])
            .peer_sees(["AssumeRoleWithWebIdentity deploy (inline-token) unsigned", DEPLOY], DOCUMENTED),
        row("with_a_role_on_top")
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/pod"
    web_identity_token = "inline-token"
  }"#,
            )
            .block(ROLE)
            .sees([
                "AssumeRoleWithWebIdentity pod (inline-token) unsigned",
                "sts AssumeRole deploy (900s) by ASIAPOD in us-east-1",
                DEPLOY,
            ]),
        row("no_token").block(ROLE_ALONE).fails(["web_identity_token"]),
        row("no_role")
            .block(r#"assume_role_with_web_identity { web_identity_token = "inline-token" }"#)
            .fails(["role"]),
        row("both_tokens")
            .block(
                r#"assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token      = "inline-token"
    web_identity_token_file = "~/token"
  }"#,
            )
            .fails(["web_identity_token"]),
        row("file_is_missing")
            .block(
                r#"assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::123456789012:role/deploy"
    web_identity_token_file = "~/token"
  }"#,
            )
            .fails(["token"]),
        row("denied")
            .block(
                r#"assume_role_with_web_identity {
    role_arn           = "arn:aws:iam::123456789012:role/denied"
    web_identity_token = "inline-token"
  }"#,
            )
            .sees(["AssumeRoleWithWebIdentity denied (inline-token) unsigned"])
            .fails(["AccessDenied", "not for you"]),
    ]
}
