//! Rows about the precedence of keys, profiles and identity tokens.

use test_support::row::{Row, keys, row};

use super::ROLE;

/// The reason why an access key ID without a secret key, or a secret key without an ID, is an error. hashicorp/aws ignores such a key and
/// uses another source.
pub(super) const HALF: &str = "hashicorp/aws silently uses the keys of another source";

/// Profiles with access key IDs that show the names of the profiles.
const PROFILES: &str = "
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = hunter2

[ci]
aws_access_key_id = AKIDCI
aws_secret_access_key = hunter2

[other]
aws_access_key_id = AKIDOTHER
aws_secret_access_key = hunter2
";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("a_line_break_in_the_execution_environment_is_removed")
            .env("AWS_EXECUTION_ENV", "AWS_ECS\nFARGATE\x1b\n")
            .agent("exec-env/AWS_ECSFARGATE")
            .token_by("AKIDENV as exec-env/AWS_ECSFARGATE")
            .ours_only("it writes dashes in place of these characters"),
        keys("block_keys_beat_all_other_sources")
            .terraform()
            .env("AWS_PROFILE", "ci")
            .web_identity("pod")
            .credentials(PROFILES)
            .block_keys()
            .profile("other")
            .token_by("AKIDBLOCK"),
        row("block_keys_may_have_a_token")
            .block_keys()
            .set("token", "hunter2-block")
            .token_by("AKIDBLOCK with hunter2-block"),
        keys("empty_block_keys_are_ignored")
            .set("access_key", "")
            .set("secret_key", "")
            .set("token", "")
            .token_by("AKIDENV"),
        keys("profile_argument_beats_env_keys")
            .terraform()
            .credentials(PROFILES)
            .profile("ci")
            .token_by("AKIDCI")
            .warns(["Configuration conflict detected"]),
        row("profile_argument_beats_env_web_identity")
            .web_identity("pod")
            .credentials(PROFILES)
            .profile("ci")
            .token_by("AKIDCI"),
        row("profile_argument_beats_aws_profile")
            .env("AWS_PROFILE", "other")
            .credentials(PROFILES)
            .profile("ci")
            .token_by("AKIDCI"),
        keys("env_keys_beat_default_profile").credentials(PROFILES).token_by("AKIDENV"),
        keys("env_keys_beat_aws_profile").env("AWS_PROFILE", "ci").credentials(PROFILES).token_by("AKIDENV"),
        keys("env_keys_may_have_a_session_token")
            .env("AWS_SESSION_TOKEN", " hunter2-env\t")
            .token_by("AKIDENV with hunter2-env"),
        keys("env_keys_beat_env_web_identity").web_identity("pod").token_by("AKIDENV"),
        row("deprecated_names_of_env_keys_are_accepted")
            .env("AWS_ACCESS_KEY", "AKIDOLDER")
            .env("AWS_SECRET_KEY", "hunter2")
            .token_by("AKIDOLDER"),
        row("rejects_an_env_access_key_without_a_secret")
            .env("AWS_ACCESS_KEY_ID", "AKIDENV")
            .credentials(PROFILES)
            .fails(["AWS_ACCESS_KEY_ID", "it is set, and AWS_SECRET_ACCESS_KEY is not. Set both variables, or neither"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDDEFAULT"], HALF),
        row("env_web_identity_beats_default_profile")
            .terraform()
            .web_identity("pod")
            .credentials(PROFILES)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .token_by("ASIAPOD"),
        row("env_web_identity_beats_aws_profile")
            .web_identity("pod")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .env("AWS_PROFILE", "ci")
            .credentials(PROFILES)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity, session=from-env) unsigned"])
            .token_by("ASIAPOD"),
        row("rejects_env_web_identity_without_a_role")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2-identity")
            .fails(["role"]),
        row("aws_profile_is_used").env("AWS_PROFILE", "ci").credentials(PROFILES).token_by("AKIDCI"),
        row("aws_default_profile_is_used").env("AWS_DEFAULT_PROFILE", "ci").credentials(PROFILES).token_by("AKIDCI"),
        row("aws_profile_beats_aws_default_profile")
            .env("AWS_PROFILE", "ci")
            .env("AWS_DEFAULT_PROFILE", "other")
            .credentials(PROFILES)
            .token_by("AKIDCI"),
        row("the_default_profile_is_used").credentials(PROFILES).token_by("AKIDDEFAULT"),
        keys("a_missing_aws_default_profile_is_ignored_beside_env_keys")
            .credentials(PROFILES)
            .env("AWS_DEFAULT_PROFILE", "nope")
            .token_by("AKIDENV"),
        row("rejects_a_missing_profile_of_the_argument").credentials(PROFILES).profile("nope").fails(["nope"]),
        row("rejects_a_missing_aws_profile")
            .terraform()
            .credentials(PROFILES)
            .env("AWS_PROFILE", "nope")
            .fails(["nope"]),
        keys("rejects_a_missing_aws_profile_beside_env_keys")
            .credentials(PROFILES)
            .env("AWS_PROFILE", "nope")
            .fails(["nope"]),
        keys("profile_argument_may_name_the_default_profile")
            .credentials(PROFILES)
            .profile("default")
            .token_by("AKIDDEFAULT")
            .warns(["Configuration conflict detected"]),
        keys("an_empty_profile_argument_is_ignored").credentials(PROFILES).profile("").token_by("AKIDENV"),
        row("an_empty_aws_profile_is_ignored")
            .env("AWS_PROFILE", "")
            .env("AWS_DEFAULT_PROFILE", "ci")
            .credentials(PROFILES)
            .token_by("AKIDCI"),
        row("rejects_an_empty_env_access_key_with_a_secret")
            .terraform()
            .env("AWS_ACCESS_KEY_ID", "")
            .env("AWS_SECRET_ACCESS_KEY", "hunter2")
            .credentials(PROFILES)
            .fails(["AWS_SECRET_ACCESS_KEY", "it is set, and AWS_ACCESS_KEY_ID is not. Set both variables, or neither"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDDEFAULT"], HALF),
        row("an_incomplete_env_key_pair_is_ignored_beside_a_profile_argument")
            .env("AWS_SECRET_ACCESS_KEY", "hunter2")
            .credentials(PROFILES)
            .set("profile", "ci")
            .token_by("AKIDCI"),
        row("rejects_an_incomplete_env_key_pair_that_a_profile_needs")
            .env("AWS_SECRET_KEY", "hunter2")
            .config(format!("[profile ci]\nrole_arn = {ROLE}\ncredential_source = environment\n"))
            .set("profile", "ci")
            .fails(["AWS_SECRET_KEY", "it is set, and AWS_ACCESS_KEY_ID is not. Set both variables, or neither"])
            .peer_fails([], ["credential_source values must be"], "version 5 takes `Environment` in this case alone"),
        row("env_session_token_alone_is_ignored")
            .env("AWS_SESSION_TOKEN", "hunter2")
            .credentials(PROFILES)
            .token_by("AKIDDEFAULT"),
        row("env_role_without_token_file_is_ignored")
            .env("TF_AWS_WEB_IDENTITY_TOKEN", "hunter2")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .credentials(PROFILES)
            .token_by("AKIDDEFAULT"),
        row("rejects_a_missing_env_web_identity_token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/missing")
            .credentials(PROFILES)
            .fails(["missing"]),
        row("env_web_identity_token_file_does_not_expand_a_tilde")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token")
            .file("token", "hunter2-identity")
            .fails(["~/token"]),
        keys("env_keys_beat_the_role_of_the_default_profile")
            .config(
                "[default]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = Environment\n",
            )
            .token_by("AKIDENV"),
        // CI systems set a variable to an empty text if the variable has no value.
        keys("empty_variables_count_as_unset")
            .env("AWS_ENDPOINT_URL_ECR", "")
            .env("AWS_ENDPOINT_URL_STS", "")
            .env("AWS_PROFILE", "")
            .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
            .env("AWS_REGION", "")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .token_by("AKIDENV in us-east-2"),
        row("a_final_line_break_of_an_identity_token_file_is_removed")
            .web_identity("pod")
            .file("token", "hunter2-identity\n")
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .token_by("ASIAPOD")
            .peer_asks(
                ["AssumeRoleWithWebIdentity pod (hunter2-identity\n) unsigned", "ecr GetAuthorizationToken by ASIAPOD"],
                "no identity token ends in a line break, and files do",
            ),
    ]
}
