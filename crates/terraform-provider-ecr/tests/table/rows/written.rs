//! Rows about the syntax of the shared files.

use test_support::row::{Row, row};

use super::ROLE;

/// The reason why a malformed section header or a file in UTF-16 is an error, although hashicorp/aws continues.
const OTHER: &str = "hashicorp/aws silently uses the keys of another section";
const CLI: &str = "the AWS CLI needs the quotation marks, and both programs read the same file";
/// The keys of a profile `ci`.
const KEYS: &str = "aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n";

/// Returns a configuration file with two sections: the profile `base` with keys, and a section with the header `head` and
/// these `lines`.
fn role_of(head: &str, lines: &[&str]) -> String {
    format!(
        "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n{head}\n{}\n",
        lines.join("\n")
    )
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = indented();
    rows.extend(heads());
    rows.extend(quotes());
    rows.extend(bytes());
    rows
}

fn indented() -> Vec<Row> {
    let role = format!("    role_arn = {ROLE}");
    vec![
        row("indented_keys_are_accepted")
            .terraform()
            .credentials("[default]\n    aws_access_key_id = AKIDFIRST\n    aws_secret_access_key = hunter2\n")
            .on_ec2()
            .token_by("AKIDFIRST"),
        row("indented_keys_with_tabs_and_colons_are_accepted")
            .credentials("[default]\n\taws_access_key_id:AKIDFIRST\n\taws_secret_access_key : hunter2\n")
            .on_ec2()
            .token_by("AKIDFIRST"),
        row("indented_keys_below_an_unindented_key_are_accepted")
            .config(
                "[default]\nregion = us-east-1\n  aws_access_key_id = AKIDFIRST\n  aws_secret_access_key = hunter2\n",
            )
            .without(["AWS_REGION"])
            .on_ec2()
            .token_by("AKIDFIRST in us-east-1"),
        row("indented_keys_with_comments_are_accepted")
            .credentials(
                "[default]\n  aws_access_key_id = AKIDFIRST # mine\n  aws_secret_access_key = hunter2\t; too\n",
            )
            .on_ec2()
            .token_by("AKIDFIRST"),
        row("an_indented_role_of_a_profile_with_keys_is_accepted")
            .config(role_of(
                "[profile ci]",
                &["aws_access_key_id = AKIDCI", "aws_secret_access_key = hunter2", &role, "  source_profile = base"],
            ))
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("keys_below_an_empty_key_are_nested")
            .credentials("[default]\ns3 =\n  aws_access_key_id = AKIDFIRST\n  aws_secret_access_key = hunter2\n")
            .fails(["No valid credential sources found"]),
        row("a_line_below_a_value_continues_it")
            .credentials("[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n  more\n")
            .fails(["the secret access key contains a line break"])
            .ours_only("hashicorp/aws signs with the line break, and AWS refuses that"),
    ]
}

fn heads() -> Vec<Row> {
    let pair = |key: &str| format!("aws_access_key_id = {key}\naws_secret_access_key = hunter2\n");
    vec![
        row("an_indented_head_begins_another_section")
            .terraform()
            .credentials(format!("[default]\n{}  [ci]\n{KEYS}", pair("AKIDFIRST")))
            .token_by("AKIDFIRST"),
        row("an_indented_head_begins_the_profile")
            .credentials(format!("[default]\n{}\t[ci]\n{KEYS}", pair("AKIDFIRST")))
            .profile("ci")
            .token_by("AKIDCI"),
        row("a_role_below_an_indented_head_belongs_to_that_section")
            .config(format!("[default]\n{}  [profile prod]\nrole_arn = {ROLE}\nsource_profile = default\n", pair("AKIDFIRST")))
            .token_by("AKIDFIRST"),
        row("spaces_and_comments_around_a_head_are_ignored")
            .config(format!("[ profile\t  ci ] ; mine\n{KEYS}"))
            .profile("ci")
            .token_by("AKIDCI"),
        row("spaces_in_a_name_are_kept")
            .config(format!("[profile a  b]\n{KEYS}"))
            .profile("a  b")
            .token_by("AKIDCI"),
        row("uppercase_default_is_another_profile")
            .config(format!("[DEFAULT]\n{KEYS}"))
            .credentials(format!("[default]\n{}", pair("AKIDFIRST")))
            .token_by("AKIDFIRST"),
        row("uppercase_default_is_found_by_its_name").config(format!("[DEFAULT]\n{KEYS}")).profile("DEFAULT").token_by("AKIDCI"),
        row("the_word_profile_is_case_sensitive").config(format!("[Profile ci]\n{KEYS}")).profile("ci").fails(["\"ci\""]),
        row("rejects_text_after_a_head")
            .credentials(format!("[default]\n{}[ci] /* mine */\n{KEYS}", pair("AKIDFIRST")))
            .fails(["line 4 of <home>/.aws/credentials begins with `[` but is not a valid section header", "\"default\""])
            .peer_asks(["ecr GetAuthorizationToken by AKIDCI"], OTHER),
        row("rejects_a_truncated_head_below_the_profile")
            .terraform()
            .credentials(format!("[default]\n{}[ci\n{KEYS}", pair("AKIDFIRST")))
            .fails(["line 4 of <home>/.aws/credentials begins with `[`", "Write the header as `[profile NAME]`"])
            .peer_asks(["ecr GetAuthorizationToken by AKIDCI"], OTHER),
        row("rejects_a_truncated_head_below_a_source_profile")
            .config(format!("{}[ci2\n{KEYS}", role_of("[profile ci]", &[&format!("role_arn = {ROLE}"), "source_profile = base"])))
            .profile("ci")
            .fails(["line 7 of <home>/.aws/config begins with `[`"])
            .ours_only(OTHER),
        row("a_truncated_head_elsewhere_is_ignored")
            .credentials(format!("[ci\n{KEYS}[default]\n{}[other\n", pair("AKIDFIRST")))
            .token_by("AKIDFIRST"),
        row("reports_the_truncated_head_of_the_profile")
            .credentials(format!("[default]\nregion = x\n[ci\n{KEYS}"))
            .profile("ci")
            .fails(["\"ci\"", "<home>/.aws/credentials (with an invalid section header in line 3)"]),
        row("a_truncated_head_in_an_unused_file_is_ignored")
            .env_keys()
            .credentials(format!("[default]\n{}[ci\n{KEYS}", pair("AKIDFIRST")))
            .token_by("AKIDENV"),
        row("rejects_a_truncated_head_below_an_sso_session")
            .config(
                "[profile ci]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = deploy\n\
                 [sso-session corp]\nsso_region = us-east-1\n[sso-session other\nsso_start_url = https://other.example\n",
            )
            .profile("ci")
            .fails(["line 7 of <home>/.aws/config begins with `[`"])
            .ours_only(OTHER),
    ]
}

fn quotes() -> Vec<Row> {
    let profile = |name: &str| format!("[profile {name}]\n{KEYS}");
    vec![
        row("a_name_in_double_quotes_is_found")
            .terraform()
            .config(profile("\"project dev\""))
            .profile("project dev")
            .token_by("AKIDCI")
            .peer_fails([], ["failed to get shared config profile, project dev"], CLI),
        row("a_name_in_single_quotes_is_found")
            .config(profile("'project dev'"))
            .env("AWS_PROFILE", "project dev")
            .token_by("AKIDCI")
            .peer_fails([], ["failed to get shared config profile, project dev"], CLI),
        row("a_name_is_found_with_its_quotes").config(profile("\"dev\"")).profile("\"dev\"").token_by("AKIDCI"),
        row("an_exact_name_beats_a_name_in_quotes")
            .config(profile("\"dev\"").replace("AKIDCI", "AKIDQUOTED") + &profile("dev"))
            .profile("dev")
            .token_by("AKIDCI"),
        row("rejects_two_names_in_quotes")
            .config(profile("\"dev\"") + &profile("'dev'").replace("AKIDCI", "AKIDOTHER"))
            .profile("dev")
            .fails(["the sections [\"dev\"] and ['dev'] both have its name. Remove one of them"])
            .peer_fails([], ["failed to get shared config profile, dev"], CLI),
        row("an_empty_session_token_in_quotes_is_ignored")
            .credentials(
                "[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\naws_session_token = \"\"\n",
            )
            .token_by("AKIDFIRST"),
        row("rejects_an_indented_value_in_quotes_with_a_comment")
            .config("[default]\n  region = \"us-east-1\" # mine\n")
            .without(["AWS_REGION"])
            .env_keys()
            .fails(["quotation marks"])
            .peer_fails([], ["Invalid AWS Region"], "the same, in other words"),
        row("backslashes_in_a_command_are_kept")
            .needs(&["sh"])
            .config(
                r#"[default]
credential_process = printf '{"Version":1,"AccessKeyId":"AKID\116EW","SecretAccessKey":"hunter2"}'
"#,
            )
            .token_by("AKIDNEW"),
        row("quotes_in_a_command_are_kept")
            .needs(&["sh"])
            .config(
                r#"[default]
credential_process = sh -c "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOOL\",\"SecretAccessKey\":\"hunter2\"}'"
"#,
            )
            .token_by("AKIDTOOL"),
        row("a_command_may_begin_with_a_quoted_path")
            .needs(&["sh"])
            .terraform()
            .file(
                "my tools/get",
                "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOOL\",\"SecretAccessKey\":\"hunter2\"}' # $@",
            )
            .config("[default]\ncredential_process = \"/bin/sh\" \"<home>/my tools/get\" a \"b c\"\n")
            .token_by("AKIDTOOL")
            .peer_fails([], ["No valid credential sources found"], "AWS documents that form"),
        row("a_whole_command_may_be_in_quotes")
            .needs(&["sh"])
            .file("get", "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOOL\",\"SecretAccessKey\":\"hunter2\"}'")
            .config("[default]\ncredential_process = \"sh <home>/get\"\n")
            .token_by("AKIDTOOL"),
    ]
}

fn bytes() -> Vec<Row> {
    let latin1 = |text: &str| -> Vec<u8> {
        text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect()
    };
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let pair = "aws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\n";
    vec![
        row("latin1_in_a_comment_is_ignored")
            .terraform()
            .credentials(latin1(&format!("# f\u{fc}r alle\n[default]\n{pair}output = json # f\u{fc}r alle\n")))
            .token_by("AKIDFIRST"),
        row("latin1_in_an_unused_section_is_ignored")
            .credentials(latin1(&format!("[gr\u{f6}sse]\noutput = \u{e9}\n[default]\n{pair}")))
            .token_by("AKIDFIRST"),
        row("latin1_in_an_unused_value_is_ignored")
            .credentials(latin1(&format!("[default]\n{pair}cli_pager = \u{e9}\n")))
            .token_by("AKIDFIRST"),
        row("rejects_latin1_in_a_key_of_the_profile")
            .credentials(latin1("[default]\naws_access_key_id = AKIDFIRST\naws_secret_access_key = hunter2\u{a0}\n"))
            .on_ec2()
            .fails(["line 3 of <home>/.aws/credentials is not UTF-8 text. Save the file as UTF-8", "\"default\""])
            .ours_only("hashicorp/aws signs with these bytes"),
        row("rejects_latin1_in_the_role_of_the_profile")
            .config(latin1(&format!(
                "[default]\nrole_arn = {ROLE}\u{e9}\nsource_profile = base\n[profile base]\n{pair}"
            )))
            .fails(["line 2 of <home>/.aws/config is not UTF-8 text"])
            .ours_only("hashicorp/aws sends these bytes"),
        row("rejects_latin1_in_the_name_of_the_profile")
            .credentials(latin1(&format!("[gr\u{f6}sse]\n{pair}")))
            .profile("gr\u{f6}sse")
            .fails(["\"gr\u{f6}sse\"", "<home>/.aws/credentials (with an invalid section header in line 1)"]),
        row("rejects_utf16")
            .credentials(utf16(&format!("\u{feff}[default]\n{pair}")))
            .on_ec2()
            .fails(["<home>/.aws/credentials is UTF-16 text, which AWS's tools cannot read. Save the file as UTF-8"])
            .peer_asks(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE"], OTHER),
        row("rejects_utf16_without_a_byte_order_mark")
            .config(utf16(&format!("[default]\n{pair}")))
            .fails(["<home>/.aws/config is UTF-16 text"]),
        row("carriage_returns_are_accepted")
            .credentials(format!("[default]\n{pair}").replace('\n', "\r\n"))
            .token_by("AKIDFIRST"),
        row("a_lone_quotation_mark_is_accepted")
            .credentials(format!("[default]\n{pair}output = \"\n"))
            .token_by("AKIDFIRST")
            .ours_only("hashicorp/aws stops with a panic"),
    ]
}
