//! Keys, profiles and identity tokens: which one is taken.

use crate::row::{Row, row};

/// Profiles whose names are in their keys.
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

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("block_keys_beat_all")
            .env_keys()
            .env("AWS_PROFILE", "ci")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .credentials(PROFILES)
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .block(r#"profile = "other""#)
            .sees(["ecr GetAuthorizationToken by AKIDBLOCK in us-east-1"]),
        row("block_keys_with_token")
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .block(r#"token = "block-token""#)
            .sees(["ecr GetAuthorizationToken by AKIDBLOCK with block-token in us-east-1"]),
        row("block_keys_are_incomplete").env_keys().block(r#"access_key = "AKIDBLOCK""#).fails(["static credentials"]),
        row("block_keys_are_empty")
            .env_keys()
            .block(r#"access_key = """#)
            .block(r#"secret_key = """#)
            .block(r#"token = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("profile_argument_beats_env_keys")
            .env_keys()
            .credentials(PROFILES)
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("profile_argument_beats_env_web_identity")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .credentials(PROFILES)
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("profile_argument_beats_aws_profile")
            .env("AWS_PROFILE", "other")
            .credentials(PROFILES)
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("env_keys_beat_default_profile")
            .env_keys()
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("env_keys_beat_aws_profile")
            .env_keys()
            .env("AWS_PROFILE", "ci")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("env_keys_with_session_token")
            .env_keys()
            .env("AWS_SESSION_TOKEN", "env-token")
            .sees(["ecr GetAuthorizationToken by AKIDENV with env-token in us-east-1"]),
        row("env_keys_beat_env_web_identity")
            .env_keys()
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("older_names_of_env_keys")
            .env("AWS_ACCESS_KEY", "AKIDOLDER")
            .env("AWS_SECRET_KEY", "hunter2")
            .sees(["ecr GetAuthorizationToken by AKIDOLDER in us-east-1"]),
        row("env_access_key_without_secret_falls_to_profile")
            .env("AWS_ACCESS_KEY_ID", "AKIDENV")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("env_web_identity_beats_default_profile")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .credentials(PROFILES)
            .sees([
                "AssumeRoleWithWebIdentity pod (identity-token) unsigned",
                "ecr GetAuthorizationToken by ASIAPOD in us-east-1",
            ]),
        row("env_web_identity_beats_aws_profile")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .env("AWS_PROFILE", "ci")
            .file("token", "identity-token")
            .credentials(PROFILES)
            .sees([
                "AssumeRoleWithWebIdentity pod (identity-token, session=from-env) unsigned",
                "ecr GetAuthorizationToken by ASIAPOD in us-east-1",
            ]),
        row("env_web_identity_without_role")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .fails(["role"]),
        row("aws_profile")
            .env("AWS_PROFILE", "ci")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("aws_default_profile")
            .env("AWS_DEFAULT_PROFILE", "ci")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("aws_profile_beats_aws_default_profile")
            .env("AWS_PROFILE", "ci")
            .env("AWS_DEFAULT_PROFILE", "other")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("default_profile").credentials(PROFILES).sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("profile_argument_names_none").credentials(PROFILES).block(r#"profile = "nope""#).fails(["nope"]),
        row("aws_profile_names_none").credentials(PROFILES).env("AWS_PROFILE", "nope").fails(["nope"]),
        row("aws_profile_names_none_beside_env_keys")
            .env_keys()
            .credentials(PROFILES)
            .env("AWS_PROFILE", "nope")
            .fails(["nope"]),
        row("profile_argument_names_the_default_profile")
            .env_keys()
            .credentials(PROFILES)
            .block(r#"profile = "default""#)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("profile_argument_is_empty")
            .env_keys()
            .credentials(PROFILES)
            .block(r#"profile = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("aws_profile_is_empty")
            .env("AWS_PROFILE", "")
            .env("AWS_DEFAULT_PROFILE", "ci")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("env_access_key_is_empty")
            .env("AWS_ACCESS_KEY_ID", "")
            .env("AWS_SECRET_ACCESS_KEY", "hunter2")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("env_secret_key_alone_falls_to_profile")
            .env("AWS_SECRET_ACCESS_KEY", "hunter2")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("env_role_without_token_is_ignored")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .credentials(PROFILES)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("env_web_identity_token_is_missing")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/missing")
            .credentials(PROFILES)
            .fails(["missing"]),
        row("env_web_identity_is_denied")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/denied")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .credentials(PROFILES)
            .sees(["AssumeRoleWithWebIdentity denied (identity-token) unsigned"])
            .fails(["AccessDenied", "not for you"]),
        row("env_web_identity_token_file_with_tilde")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token")
            .file("token", "identity-token")
            .fails(["~/token"]),
        row("env_keys_beat_the_role_of_the_default_profile")
            .env_keys()
            .config("[default]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_source = Environment\n")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("nothing").fails(["No valid credential sources found"]),
    ]
}
