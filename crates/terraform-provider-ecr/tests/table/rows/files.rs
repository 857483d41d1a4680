//! Rows with shared files that are missing or damaged.

use expect_test::expect;

use test_support::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    let files = |name| row(name).requests(0);
    vec![
        files("rejects_a_missing_profile").env("AWS_PROFILE", "deploy").file(".aws/config", "[default]\n").tells(expect![[r#"
            Error: AWS Profile Not Found [the provider block]
            The profile "deploy", which the environment variable AWS_PROFILE names, does not exist. Files that were searched:

              <home>/.aws/config
              <home>/.aws/credentials (which does not exist)

            In a config file, its section begins with [profile deploy]. In a credentials file, the section begins with the name alone in brackets. `aws configure list-profiles` lists the existing profiles.
        "#]]),
        files("rejects_a_config_file_that_is_a_directory").env("AWS_CONFIG_FILE", "<home>").in_the_guide().tells(expect![[r#"
            Error: Unreadable AWS Configuration [the provider block]
            The shared AWS files cannot be read: <home> (from the environment variable AWS_CONFIG_FILE) cannot be read: Is a directory (os error 21).
        "#]]),
        files("rejects_a_config_directory_with_a_named_profile")
            .env("AWS_CONFIG_FILE", "<home>")
            .env("AWS_PROFILE", "ci")
            .tells(expect![[r#"
                Error: Unreadable AWS Configuration [the provider block]
                The shared AWS files cannot be read: <home> (from the environment variable AWS_CONFIG_FILE) cannot be read: Is a directory (os error 21).
            "#]]),
        files("rejects_a_truncated_section_head")
            .file(".aws/config", "[default]\nregion = eu-west-1\n\n[profile ci\naws_secret_access_key = hunter2\n")
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the profile "default": line 4 of <home>/.aws/config begins with `[` but is not a valid section header. The keys below it may belong to this profile or to another. Write the header as `[profile NAME]`, or as `[NAME]` in a credentials file.
            "#]]),
        files("rejects_an_endless_config_file").env("AWS_CONFIG_FILE", "/dev/zero").tells(expect![[r#"
            Error: Unreadable AWS Configuration [the provider block]
            The shared AWS files cannot be read: /dev/zero (from the environment variable AWS_CONFIG_FILE) cannot be read: it is longer than 16 MiB.
        "#]]),
        files("rejects_a_profile_with_an_incomplete_key_pair")
            .file(".aws/credentials", "[default]\naws_access_key_id = AKIDDEFAULT\n")
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the profile "default": it has only one of aws_access_key_id and aws_secret_access_key. Write both in the same file.
            "#]]),
        files("reports_a_misspelled_key_in_a_profile")
            .file(".aws/credentials", "[default]\naws_acess_key_id = AKIDDEFAULT\naws_secret_acess_key = hunter2\n")
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" has no credentials
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: switched off by the environment variable AWS_EC2_METADATA_DISABLED

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        files("rejects_a_profile_with_a_missing_source_profile")
            .env("AWS_PROFILE", "ci")
            .file(".aws/config", "[profile ci]\nrole_arn = arn:aws:iam::111111111111:role/ci\nsource_profile = base\n")
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the profile "ci": its `source_profile` "base" is missing in <home>/.aws/config, <home>/.aws/credentials (which does not exist).
            "#]]),
    ]
}
