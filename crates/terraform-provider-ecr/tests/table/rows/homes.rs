//! Rows with unusual home directories, paths and variables.

use expect_test::expect;
use test_support::row::{Row, keys, row};

const PAIR: &str = "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n";
const OTHERS: &str = "[default]\naws_access_key_id = AKIDMODULE\naws_secret_access_key = hunter2\n";
const RELATIVE: &str = "hashicorp/aws reads files of the working directory";
const SILENT: &str = "hashicorp/aws silently uses another source";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = homes();
    rows.extend(paths());
    rows.extend(variables());
    rows
}

fn homes() -> Vec<Row> {
    vec![
        // Without HOME, the home directory comes from the user database. A row cannot write to this directory, so the row names its files
        // in variables.
        row("a_missing_home_is_ignored_beside_named_files")
            .without(["HOME"])
            .env("AWS_CONFIG_FILE", "<home>/first")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/missing")
            .file("first", PAIR)
            .module_file("~/.aws/config", OTHERS)
            .token_by("AKIDFIRST")
            .warns(["AWS_SHARED_CREDENTIALS_FILE", "<home>/missing"]),
        row("rejects_a_relative_home")
            .terraform()
            .env("HOME", "h")
            .module_file("h/.aws/credentials", OTHERS)
            .on_ec2()
            .fails(["HOME", "it is \"h\", which is not an absolute path"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDMODULE"], RELATIVE),
        // The long name makes the path unreadable, like the home directory of another user. Permissions could not make the path unreadable,
        // because the tests may run as root.
        row("warns_about_an_unreadable_home")
            .env("HOME", format!("<home>/{}", "h".repeat(300)))
            .on_ec2()
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE")
            .tells(expect![[r#"
                Warning: AWS File Not Readable [the provider block]
                <home>/hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh/.aws/config cannot be read: File name too long (os error 36). The file counts as empty, as in hashicorp/aws, so credentials may come from another source.

                Make the file readable for this user, or set HOME to the home directory of this user.
                Warning: AWS File Not Readable [the provider block]
                <home>/hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh/.aws/credentials cannot be read: File name too long (os error 36). The file counts as empty, as in hashicorp/aws, so credentials may come from another source.

                Make the file readable for this user, or set HOME to the home directory of this user.
            "#]]),
        row("rejects_a_relative_home_with_a_profile")
            .env("HOME", ".")
            .module_file(".aws/credentials", OTHERS)
            .profile("default")
            .fails(["HOME", "it is \".\", which is not an absolute path"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDMODULE"], RELATIVE),
        keys("an_unused_relative_home_is_ignored").env("HOME", "h").token_by("AKIDENV"),
        row("a_relative_home_is_ignored_beside_named_files")
            .env("HOME", "h")
            .env("AWS_CONFIG_FILE", "<home>/missing")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/first")
            .file("first", PAIR)
            .token_by("AKIDFIRST")
            .warns(["AWS_CONFIG_FILE", "<home>/missing"]),
    ]
}

fn paths() -> Vec<Row> {
    vec![
        row("rejects_the_home_of_another_user")
            .set("shared_credentials_files", ["~bob/.aws/credentials"])
            .module_file("~bob/.aws/credentials", OTHERS)
            .fails(["~bob/.aws/credentials begins with another user's home directory. Write the whole path"])
            .peer_fails([], ["cannot expand user-specific home dir"], "the same, in other words"),
        row("rejects_a_tilde_with_a_relative_home")
            .env("HOME", "h")
            .set("shared_credentials_files", ["~/.aws/credentials"])
            .module_file("h/.aws/credentials", OTHERS)
            .fails(["HOME", "it is \"h\", which is not an absolute path"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDMODULE"], RELATIVE),
        row("accepts_an_explicit_relative_path")
            .terraform()
            .set("shared_credentials_files", ["../home/first"])
            .file("first", PAIR)
            .token_by("AKIDFIRST"),
        row("accepts_a_relative_path_in_a_command")
            .needs(&["sh"])
            .module_file(
                "get.sh",
                "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOOL\",\"SecretAccessKey\":\"hunter2\"}'",
            )
            .config("[default]\ncredential_process = sh ./get.sh\n")
            .token_by("AKIDTOOL"),
        row("rejects_an_unreadable_named_file")
            .set("shared_credentials_files", ["<home>"])
            .on_ec2()
            .fails(["<home> (from the argument `shared_credentials_files`) cannot be read: Is a directory"])
            .peer_fails([], ["failed to load shared config file"], "the same, in other words"),
        row("rejects_a_directory_instead_of_a_file")
            .file(".aws/credentials/x", "")
            .on_ec2()
            .fails(["<home>/.aws/credentials cannot be read: Is a directory"])
            .peer_fails([], ["failed to load shared config file"], "the same, in other words"),
        row("warns_about_a_missing_named_file")
            .terraform()
            .set("shared_config_files", ["<home>/missing"])
            .on_ec2()
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE")
            .tells(expect![[r#"
                Warning: AWS File Not Found [shared_config_files of the provider block]
                <home>/missing does not exist, but the argument `shared_config_files` names it. The file counts as empty, as in hashicorp/aws, so credentials may come from another source.

                Create the file, or remove its name from the setting.
            "#]]),
        row("warns_about_a_named_profile_without_credentials")
            .terraform()
            .config("[profile ci]\nregion = us-east-1\n")
            .profile("ci")
            .on_ec2()
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE")
            .tells(expect![[r#"
                Warning: AWS Profile Without Credentials [profile of the provider block]
                The profile "ci", which the argument `profile` names, has no credentials. The credentials of this container or EC2 instance are used, as in hashicorp/aws.

                Add credentials to the profile, or do not name it.
            "#]]),
        row("warns_about_a_profile_of_the_environment_without_credentials")
            .config("[profile ci]\nregion = us-east-1\n")
            .env("AWS_PROFILE", "ci")
            .in_a_container()
            .asks(["container credentials with \"\""])
            .token_by("ASIACONTAINER")
            .warns(["Profile Without Credentials", "\"ci\""]),
        keys("keys_beat_the_profile_of_the_environment")
            .config("[profile ci]\nregion = us-east-1\n")
            .env("AWS_PROFILE", "ci")
            .token_by("AKIDENV"),
    ]
}

fn variables() -> Vec<Row> {
    let not_utf8 = |name: &'static str, variable: &'static str, value: &[u8]| {
        keys(name).env(variable, value).fails([variable, "it is not UTF-8 text"]).ours_only(SILENT)
    };
    vec![
        not_utf8("rejects_a_profile_that_is_not_utf8", "AWS_PROFILE", b"gr\xf6sse"),
        not_utf8("rejects_a_secret_that_is_not_utf8", "AWS_SECRET_ACCESS_KEY", b"hunter2\xa0").on_ec2(),
        not_utf8("rejects_a_key_id_that_is_not_utf8", "AWS_ACCESS_KEY_ID", b"AKID\xa0").on_ec2(),
        not_utf8("rejects_a_session_token_that_is_not_utf8", "AWS_SESSION_TOKEN", b"hunter2\xa0"),
        not_utf8("rejects_a_region_that_is_not_utf8", "AWS_REGION", b"eu-west-1\xa0"),
        not_utf8("rejects_an_endpoint_that_is_not_utf8", "AWS_ENDPOINT_URL_ECR", b"http://\xe9"),
        not_utf8("rejects_a_proxy_that_is_not_utf8", "HTTPS_PROXY", b"http://\xe9"),
        row("rejects_a_role_that_is_not_utf8")
            .web_identity("pod")
            .env("AWS_ROLE_ARN", b"arn:aws:iam::123456789012:role/\xe9")
            .fails(["AWS_ROLE_ARN", "it is not UTF-8 text"])
            .ours_only(SILENT),
        keys("an_unused_variable_that_is_not_utf8_is_ignored").env("AWS_ROLE_ARN", b"\xe9").token_by("AKIDENV"),
        row("reads_a_path_that_is_not_utf8")
            .env("AWS_SHARED_CREDENTIALS_FILE", b"<home>/gr\xf6sse")
            .fails(["No valid credential sources found"])
            .warns(["AWS File Not Found"]),
    ]
}
