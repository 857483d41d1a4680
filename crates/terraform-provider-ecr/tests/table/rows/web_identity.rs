//! Rows about `assume_role_with_web_identity`: the sources of the token.

use serde_json::json;
use test_support::{
    answer::sts_refuses,
    row::{Row, keys, row},
};

use super::{POLICY, ROLE};

/// The reason why this provider reads variables that hashicorp/aws does not read.
const DOCUMENTED: &str = "its documentation names the variable";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("inline_token_beats_env_keys")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned"])
            .token_by("ASIADEPLOY"),
        row("block_keys_beat_web_identity")
            .block_keys()
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .token_by("AKIDBLOCK"),
        row("web_identity_beats_the_profile_argument")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned"])
            .token_by("ASIADEPLOY"),
        row("every_argument_is_sent")
            .terraform()
            .file("token", "hunter2-file")
            .block(
                "assume_role_with_web_identity",
                json!({
                    "role_arn": ROLE,
                    "duration": "20m",
                    "policy": POLICY,
                    "session_name": "named",
                    "web_identity_token_file": "~/token",
                }),
            )
            .asks([&format!(
                "AssumeRoleWithWebIdentity deploy (1200s, Policy={POLICY}, hunter2-file, session=named) unsigned"
            )])
            .token_by("ASIADEPLOY"),
        // The sandbox refuses this request, because the sandbox does not support managed policies.
        row("managed_policies_are_sent")
            .block(
                "assume_role_with_web_identity",
                json!({
                    "role_arn": ROLE,
                    "policy_arns": ["arn:aws:iam::123456789012:policy/p"],
                    "web_identity_token": "hunter2-inline",
                }),
            )
            .asks(["AssumeRoleWithWebIdentity deploy (PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p, \
                 hunter2-inline) unsigned"])
            .fails(["NotImplemented", "cannot enforce PolicyArns"]),
        row("token_file_of_the_environment_is_used")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .file("token", "hunter2-env-file")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-env-file) unsigned"])
            .token_by("ASIADEPLOY")
            .ours_only("version 5 takes no token of the environment for this block"),
        row("token_file_of_the_environment_is_used_without_its_role")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2-env-file")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-env-file) unsigned"])
            .token_by("ASIADEPLOY")
            .ours_only("version 5 takes no token of the environment for this block"),
        row("token_of_the_environment_is_used")
            .env("TF_AWS_WEB_IDENTITY_TOKEN", "hunter2-env")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-env) unsigned"])
            .token_by("ASIADEPLOY")
            .ours_only("version 5 takes no token of the environment for this block"),
        row("rejects_two_tokens_of_the_environment")
            .env("TF_AWS_WEB_IDENTITY_TOKEN", "hunter2-env")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .fails(["both TF_AWS_WEB_IDENTITY_TOKEN and AWS_WEB_IDENTITY_TOKEN_FILE are set"])
            .ours_only("version 5 takes no token of the environment for this block"),
        row("inline_token_beats_the_environment")
            .env("TF_AWS_WEB_IDENTITY_TOKEN", "hunter2-env")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .file("token", "hunter2-env-file")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned"])
            .token_by("ASIADEPLOY"),
        row("role_of_the_environment_is_used")
            .env("AWS_ROLE_ARN", ROLE)
            .block("assume_role_with_web_identity", json!({"web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned"])
            .token_by("ASIADEPLOY")
            .peer_fails([], ["Role ARN was not set"], DOCUMENTED),
        row("session_name_of_the_environment_is_not_used_with_an_inline_token")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-inline"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-inline) unsigned"])
            .token_by("ASIADEPLOY"),
        row("web_identity_assumes_another_role")
            .block(
                "assume_role_with_web_identity",
                json!({
                    "role_arn": "arn:aws:iam::123456789012:role/pod",
                    "web_identity_token": "hunter2-inline",
                }),
            )
            .role(ROLE)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-inline) unsigned"])
            .assumes("deploy (900s) by ASIAPOD")
            .token_by("ASIADEPLOY"),
        row("rejects_a_missing_token")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .fails(["web_identity_token"]),
        row("rejects_a_missing_role")
            .block("assume_role_with_web_identity", json!({"web_identity_token": "hunter2-inline"}))
            .fails(["role"]),
        row("rejects_a_missing_token_file")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token_file": "~/token"}))
            .fails(["token"]),
        row("accepts_a_token_file_with_a_final_line_break")
            .file("token", "hunter2-file\r\n")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token_file": "~/token"}))
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-file) unsigned"])
            .token_by("ASIADEPLOY")
            .ours_only("version 5 sends the line break"),
        row("rejects_a_token_file_with_a_line_break_inside")
            .web_identity("deploy")
            .file("token", "hunter2\nhunter2\n")
            .fails(["line break"])
            .ours_only("version 5 sends the line break"),
        row("rejects_a_token_with_a_line_break")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2\nhunter2"}))
            .fails(["line break"])
            .ours_only("version 5 sends the line break"),
        row("rejects_an_oversized_token_file")
            .file("token", "hunter2/".repeat(1 << 17) + "x")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token_file": "~/token"}))
            .fails(["longer than 1 MiB"])
            .ours_only("version 5 sends all of it"),
        row("a_denied_web_identity_is_reported")
            .answer("AssumeRoleWithWebIdentity", [sts_refuses(403, "AccessDenied", "not for you")])
            .block(
                "assume_role_with_web_identity",
                json!({
                    "role_arn": "arn:aws:iam::123456789012:role/denied",
                    "web_identity_token": "hunter2-inline",
                }),
            )
            .asks(["AssumeRoleWithWebIdentity denied (hunter2-inline) unsigned"])
            .fails(["AccessDenied", "not for you"]),
    ]
}
