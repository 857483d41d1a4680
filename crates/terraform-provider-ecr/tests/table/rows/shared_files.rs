//! Rows about the shared files: the files that are read, and the precedence of these files.

use serde_json::json;
use test_support::row::{Row, row};

use super::{ROLE, environment::HALF};

const FIRST: &str = "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n";
const SECOND: &str = "[default]\naws_access_key_id = AKIDSECOND\naws_secret_access_key = hunter2\n";

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("the_credentials_file_beats_the_config_file").credentials(FIRST).config(SECOND).token_by("AKIDFIRST"),
        // hashicorp/aws would send the session token that belongs to the key in the other file. The sandbox refuses a session token that
        // does not belong to the key.
        row("a_session_token_is_not_combined_with_keys_of_another_file")
            .credentials(FIRST)
            .config(format!("{SECOND}aws_session_token = hunter2-of-the-other\n")),
        row("keys_in_the_config_file_are_used").config(SECOND).token_by("AKIDSECOND"),
        row("credentials_variable_is_used")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/second")
            .credentials(FIRST)
            .file("second", SECOND)
            .token_by("AKIDSECOND"),
        row("config_variable_is_used")
            .env("AWS_CONFIG_FILE", "<home>/second")
            .config(FIRST)
            .file("second", SECOND)
            .token_by("AKIDSECOND"),
        row("credentials_argument_beats_variable")
            .env("AWS_SHARED_CREDENTIALS_FILE", "<home>/first")
            .file("first", FIRST)
            .file("second", SECOND)
            .set("shared_credentials_files", ["<home>/second"])
            .token_by("AKIDSECOND"),
        row("config_argument_beats_variable")
            .terraform()
            .env("AWS_CONFIG_FILE", "<home>/first")
            .file("first", FIRST)
            .file("second", SECOND)
            .set("shared_config_files", ["<home>/second"])
            .token_by("AKIDSECOND"),
        row("the_last_of_several_credentials_files_wins")
            .file("first", FIRST)
            .file("second", SECOND)
            .set("shared_credentials_files", ["<home>/first", "<home>/second"])
            .token_by("AKIDSECOND"),
        row("the_last_of_several_config_files_wins")
            .file("first", FIRST)
            .file("second", SECOND)
            .set("shared_config_files", ["<home>/first", "<home>/second"])
            .token_by("AKIDSECOND"),
        row("argument_expands_a_tilde")
            .terraform()
            .file("first", FIRST)
            .set("shared_credentials_files", ["~/first"])
            .token_by("AKIDFIRST"),
        row("argument_expands_a_variable")
            .env("WHERE", "<home>")
            .file("first", FIRST)
            .set("shared_credentials_files", ["$WHERE/first"])
            .token_by("AKIDFIRST"),
        row("argument_expands_a_variable_in_braces")
            .terraform()
            .env("WHERE", "<home>")
            .file("first", FIRST)
            .set("shared_config_files", ["${WHERE}/first"])
            .token_by("AKIDFIRST"),
        row("config_variable_expands_a_tilde")
            .env("AWS_CONFIG_FILE", "~/second")
            .file("second", SECOND)
            .token_by("AKIDSECOND")
            .peer_fails([], ["No valid credential sources found"], "the tools of AWS expand it"),
        row("an_empty_list_is_ignored")
            .credentials(FIRST)
            .set("shared_credentials_files", json!([]))
            .token_by("AKIDFIRST"),
        row("argument_does_not_affect_the_other_file")
            .config(SECOND)
            .set("shared_credentials_files", ["<home>/missing"])
            .token_by("AKIDSECOND")
            .warns(["AWS File Not Found", "<home>/missing does not exist"]),
        row("rejects_a_config_section_without_the_word_profile")
            .config("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .fails(["ci"]),
        row("default_with_the_word_profile_beats_default")
            .config(
                "[profile default]\naws_access_key_id = AKIDWORD\naws_secret_access_key = hunter2\n\
                 [default]\naws_access_key_id = AKIDPLAIN\naws_secret_access_key = hunter2\n",
            )
            .token_by("AKIDWORD"),
        row("keys_of_two_files_are_not_combined")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\n")
            .config("[default]\naws_secret_access_key = hunter2\n")
            .fails(["\"default\"", "only one of aws_access_key_id and aws_secret_access_key"]),
        row("rejects_an_incomplete_key_pair_above_a_complete_one")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\n")
            .config(SECOND)
            .fails(["\"default\"", "only one of aws_access_key_id and aws_secret_access_key"]),
        row("rejects_an_incomplete_key_pair_in_the_config_file")
            .credentials("[default]\nregion = us-east-1\n")
            .config("[default]\naws_access_key_id = AKIDSECOND\n")
            .on_ec2()
            .fails(["\"default\"", "only one of aws_access_key_id and aws_secret_access_key"])
            .peer_asks(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE"], HALF),
        row("rejects_a_key_pair_with_an_empty_key")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key =\n")
            .on_ec2()
            .fails(["\"default\"", "only one of aws_access_key_id and aws_secret_access_key"])
            .peer_asks(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE"], HALF),
        row("rejects_an_empty_key_id_without_a_secret")
            .credentials("[default]\naws_access_key_id =\n")
            .config(SECOND)
            .fails(["\"default\"", "only one of aws_access_key_id and aws_secret_access_key"]),
        row("an_empty_key_pair_is_ignored")
            .terraform()
            .credentials("[default]\naws_access_key_id =\naws_secret_access_key =\n")
            .config(SECOND)
            .on_ec2()
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("rejects_an_incomplete_key_pair_of_a_source_profile")
            .config(format!("[profile ci]\nrole_arn = {ROLE}\nsource_profile = base\n"))
            .credentials("[base]\naws_access_key_id = AKIDBASE\n")
            .profile("ci")
            .fails(["\"base\"", "only one of aws_access_key_id and aws_secret_access_key"]),
        row("an_incomplete_key_pair_of_an_unused_profile_is_ignored")
            .credentials(format!("{FIRST}[other]\naws_access_key_id = AKIDOTHER\n"))
            .token_by("AKIDFIRST"),
        row("quotes_around_values_are_removed")
            .credentials("[default]\naws_access_key_id = \"AKIDQUOTED\"\naws_secret_access_key = 'hunter2'\n")
            .token_by("AKIDQUOTED"),
        row("keys_may_have_colons_and_capitals")
            .credentials("[default]\nAWS_ACCESS_KEY_ID: AKIDCOLON\naws_secret_access_key=hunter2\n")
            .token_by("AKIDCOLON"),
        row("comments_need_a_space_except_in_heads")
            .credentials("[default];mine\naws_access_key_id = AKID#HASH # mine\naws_secret_access_key = hunter2\n")
            .token_by("AKID#HASH"),
        row("a_property_before_any_section_is_ignored")
            .credentials(
                "region = us-east-1\n[default]\naws_access_key_id = AKIDFIRST\n\
                 aws_secret_access_key = hunter2\n",
            )
            .token_by("AKIDFIRST"),
        row("an_invalid_line_is_ignored")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\n\
                 aws_secret_access_key = hunter2\n[other]\nnonsense\n",
            )
            .token_by("AKIDFIRST"),
        row("rejects_a_truncated_section_head")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\n\
                 aws_secret_access_key = hunter2\n[other\nregion = x\n",
            )
            .fails(["line 4 of <home>/.aws/credentials begins with `[` but is not a valid section header"]),
        row("accepts_a_byte_order_mark")
            .credentials("\u{feff}[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n")
            .token_by("AKIDFIRST")
            .peer_fails([], ["No valid credential sources found"], "an editor put it there, and nobody sees it"),
        row("the_profile_prefix_is_not_accepted_in_the_credentials_file")
            .credentials("[profile ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .fails(["ci"]),
        row("a_repeated_section_is_merged")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n\
                          [default]\naws_access_key_id = AKIDSECOND\n",
            )
            .token_by("AKIDSECOND"),
        row("one_of_two_files_may_be_missing")
            .file("first", FIRST)
            .set("shared_credentials_files", ["<home>/first", "<home>/missing"])
            .token_by("AKIDFIRST")
            .warns(["AWS File Not Found", "<home>/missing does not exist"]),
        row("reports_missing_credentials_if_the_only_file_is_missing")
            .set("shared_credentials_files", ["<home>/missing"])
            .fails(["No valid credential sources found"]),
    ]
}
