//! The shared files: which ones are read, and which of them wins.

use crate::row::{Row, row};

const FIRST: &str = "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n";
const SECOND: &str = "[default]\naws_access_key_id = AKIDSECOND\naws_secret_access_key = hunter2\n";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("credentials_file_beats_config_file")
            .credentials(FIRST)
            .config(SECOND)
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("keys_in_config_file").config(SECOND).sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("credentials_variable")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/second")
            .credentials(FIRST)
            .file("second", SECOND)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("config_variable")
            .env("AWS_CONFIG_FILE", "<home>/second")
            .config(FIRST)
            .file("second", SECOND)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("credentials_argument_beats_variable")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/first")
            .file("first", FIRST)
            .file("second", SECOND)
            .block(r#"shared_credentials_files = ["<home>/second"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("config_argument_beats_variable")
            .env("AWS_CONFIG_FILE", "<home>/first")
            .file("first", FIRST)
            .file("second", SECOND)
            .block(r#"shared_config_files = ["<home>/second"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("last_of_several_credentials_files")
            .file("first", FIRST)
            .file("second", SECOND)
            .block(r#"shared_credentials_files = ["<home>/first", "<home>/second"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("last_of_several_config_files")
            .file("first", FIRST)
            .file("second", SECOND)
            .block(r#"shared_config_files = ["<home>/first", "<home>/second"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("argument_with_tilde")
            .file("first", FIRST)
            .block(r#"shared_credentials_files = ["~/first"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("argument_with_variable")
            .env("WHERE", "<home>")
            .file("first", FIRST)
            .block(r#"shared_credentials_files = ["$WHERE/first"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("argument_with_variable_in_braces")
            .env("WHERE", "<home>")
            .file("first", FIRST)
            .block(r#"shared_config_files = ["$${WHERE}/first"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("config_variable_with_tilde")
            .env("AWS_CONFIG_FILE", "~/second")
            .file("second", SECOND)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"])
            .peer_fails([], ["No valid credential sources found"], "the tools of AWS expand it"),
        row("empty_list_is_none")
            .credentials(FIRST)
            .block("shared_credentials_files = []")
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("argument_leaves_the_other_file_alone")
            .config(SECOND)
            .block(r#"shared_credentials_files = ["<home>/missing"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("config_file_without_the_word_profile")
            .config("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .block(r#"profile = "ci""#)
            .fails(["ci"]),
        row("default_with_the_word_profile_wins")
            .config(
                "[profile default]\naws_access_key_id = AKIDWORD\naws_secret_access_key = hunter2\n\
                 [default]\naws_access_key_id = AKIDPLAIN\naws_secret_access_key = hunter2\n",
            )
            .sees(["ecr GetAuthorizationToken by AKIDWORD in us-east-1"]),
        row("keys_of_two_files_are_not_mixed")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\n")
            .config("[default]\naws_secret_access_key = hunter2\n")
            .fails(["credential"]),
        row("half_a_key_in_the_credentials_file_hides_a_whole_one")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\n")
            .config(SECOND)
            .fails(["credential"]),
        row("quotes_around_values")
            .credentials("[default]\naws_access_key_id = \"AKIDQUOTED\"\naws_secret_access_key = 'hunter2'\n")
            .sees(["ecr GetAuthorizationToken by AKIDQUOTED in us-east-1"]),
        row("colons_and_capitals_in_keys")
            .credentials("[default]\nAWS_ACCESS_KEY_ID: AKIDCOLON\naws_secret_access_key=hunter2\n")
            .sees(["ecr GetAuthorizationToken by AKIDCOLON in us-east-1"]),
        row("comments_need_a_blank_but_in_heads")
            .credentials("[default];mine\naws_access_key_id = AKID#HASH # mine\naws_secret_access_key = hunter2\n")
            .sees(["ecr GetAuthorizationToken by AKID#HASH in us-east-1"]),
        row("property_before_any_section")
            .credentials(
                "region = eu-west-1\n[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n",
            )
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("line_that_is_nothing")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n[other]\nnonsense\n",
            )
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("section_that_does_not_end")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n[other\nregion = x\n",
            )
            .fails(["credentials"]),
        row("byte_order_mark")
            .credentials("\u{feff}[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n")
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"])
            .peer_fails([], ["No valid credential sources found"], "an editor put it there, and nobody sees it"),
        row("profile_prefix_in_the_credentials_file")
            .credentials("[profile ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .block(r#"profile = "ci""#)
            .fails(["ci"]),
        row("section_twice")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n\
                          [default]\naws_access_key_id = AKIDSECOND\n",
            )
            .sees(["ecr GetAuthorizationToken by AKIDSECOND in us-east-1"]),
        row("one_file_of_two_is_missing")
            .file("first", FIRST)
            .block(r#"shared_credentials_files = ["<home>/first", "<home>/missing"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDFIRST in us-east-1"]),
        row("the_only_file_is_missing")
            .block(r#"shared_credentials_files = ["<home>/missing"]"#)
            .fails(["No valid credential sources found"]),
    ]
}
