//! Rows with responses that repeat parts of the request. The sender may be hostile, or a gateway that reflects requests. After each row,
//! the test searches the output and the log of every level for these parts.

use expect_test::expect;
use serde_json::json;

use super::{
    ROLE,
    logins::{SSO, SSO_CACHE, token},
};
use test_support::{
    answer::{Answer, json, refuses, says, sts_refuses},
    row::{Row, keys, row},
};

/// The secret access key that [`keys`] configures.
const SECRET: &str = "hunter2/secret/key";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_attempts();
    rows.extend(of_codes_and_ids());
    rows.extend(of_messages());
    rows.extend(of_programs());
    rows
}

/// Returns a response that causes a retry. The error code is not a code of AWS.
fn busy(code: &str) -> Answer {
    json(503, &json!({"message": "x"})).header("x-amzn-errortype", code)
}

/// Returns rows in which a secret is in the reason for a retry. The log has this reason at INFO.
fn of_attempts() -> Vec<Row> {
    const LOGGED: &str = "waiting before the next attempt";
    let twice = |row: Row| row.set("max_retries", 2).requests(2).logs(LOGGED).within(8);
    let login = |name, expires_at| {
        let mut login = token(expires_at);
        login["clientId"] = "client".into();
        login["clientSecret"] = "hunter2-client".into();
        login["refreshToken"] = "hunter2-refresh".into();
        row(name).config(SSO).env("AWS_PROFILE", "dev").file(SSO_CACHE, login.to_string())
    };
    vec![
        twice(keys("hides_the_secret_key_in_an_error_code").ecr([busy(SECRET)])).fails(["HTTP 503"]).requests(2),
        twice(
            keys("hides_the_session_token_in_an_error_code")
                .env("AWS_SESSION_TOKEN", "hunter2session")
                .ecr([json(503, &json!({"__type": "hunter2session"}))]),
        )
        .fails(["HTTP 503"])
        .requests(2),
        twice(
            row("hides_the_identity_token_in_an_error_code")
                .web_identity("web")
                .answer("AssumeRoleWithWebIdentity", [sts_refuses(500, "hunter2-identity", "x")]),
        )
        .fails(["HTTP 500"])
        .requests(2),
        twice(
            login("hides_the_sso_token_in_an_error_code", "2099-01-01T00:00:00Z")
                .answer("GetRoleCredentials", [busy("hunter2-sso")]),
        )
        .fails(["HTTP 503"])
        .requests(2),
        twice(
            login("hides_the_sso_refresh_token_in_an_error_code", "2020-01-01T00:00:00Z")
                .answer("CreateToken", [busy("hunter2-refresh"), busy("hunter2-client")]),
        )
        .fails(["HTTP 503"])
        .requests(2),
        // If the text were cut off at the line break before the search for secrets, the log would contain the beginning of the token.
        row("hides_a_container_token_split_over_two_lines")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token/hunter2/that/is/longer/than/a/window")
            .answer("/v1/credentials", [json(500, &json!({"message": "token/hunter2/that/is/longer/than/a/windo\nw"}))])
            .requests(3)
            .logs(LOGGED)
            .fails(["HTTP 500: (hidden)"])
            .requests(3),
    ]
}

fn of_codes_and_ids() -> Vec<Row> {
    const ACCOUNT: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>hunter2/secret/key</Account>\
                           </GetCallerIdentityResult></GetCallerIdentityResponse>";
    const NO_DATA: [&str; 1] = ["the authorization data is missing"];
    let malformed =
        |name, id: &str| keys(name).ecr([says(200, "application/json", "{}").header("x-amzn-requestid", id)]);
    vec![
        malformed("hides_the_secret_key_in_a_request_id", SECRET).fails(NO_DATA).requests(1),
        malformed("hides_the_session_token_in_a_request_id", "hunter2session")
            .env("AWS_SESSION_TOKEN", "hunter2session")
            .fails(NO_DATA)
            .requests(1),
        malformed("hides_the_secret_key_in_base64_in_a_request_id", "aHVudGVyMi9zZWNyZXQva2V5").fails(NO_DATA).requests(1),
        malformed("shows_a_request_id", "0a1b2c3d-4e5f").fails(["Request id: 0a1b2c3d-4e5f"]).requests(1),
        malformed("omits_a_request_id_of_two_words", "0a1b2c3d 4e5f").tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        malformed("omits_an_oversized_request_id", &"1".repeat(65)).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("hides_the_token_in_a_request_id")
            .ecr([json(200, &json!({"authorizationData": [{"authorizationToken": "QVdTOmh1bnRlcjI="}]}))
                .header("x-amzn-requestid", "hunter2")])
            .fails(["expiresAt is missing"])
            .requests(1),
        keys("hides_the_secret_key_in_an_account")
            .set("allowed_account_ids", ["123456789012"])
            .answer("GetCallerIdentity", [says(200, "text/xml", ACCOUNT)])
            .fails(["the account is missing"])
            .requests(1),
    ]
}

fn of_messages() -> Vec<Row> {
    let says_of = |name, words: &str| keys(name).ecr([refuses(403, "AccessDeniedException", words)]);
    let hidden = |row: Row| row.fails(["AccessDeniedException: no (hidden) here"]).requests(1);
    let mut rows: Vec<_> = [
        ("hides_a_secret_with_a_carriage_return_inside", "hunter2/sec\rret/key"),
        ("hides_a_secret_with_a_tab_inside", "hunter\t2/secret/key"),
        ("hides_a_secret_with_a_null_inside", "hunter2\0/secret/key"),
        ("hides_a_secret_with_an_escape_inside", "hun\u{1b}ter2/secret/key"),
        ("hides_a_secret_with_colors_inside", "hun\u{1b}[31mter2/sec\u{1b}[0mret/key"),
        ("hides_a_secret_with_a_zero_width_character_inside", "hunt\u{200b}er2/secret/key"),
        ("hides_a_secret_in_percent_encoding", "hunter2%2Fsecret%2fkey"),
        ("hides_a_secret_in_json_escapes", r"hunter2\/secret\u002fkey"),
        ("hides_a_secret_in_html_escapes", "hunter2&#x2F;secret&sol;key"),
        ("hides_a_secret_in_hexadecimal", "68756e746572322f7365637265742f6b6579"),
        ("hides_a_secret_in_base64", "aHVudGVyMi9zZWNyZXQva2V5"),
        ("hides_a_secret_in_base64_of_percent_encoding", "aHVudGVyMiUyRnNlY3JldCUyRmtleQ"),
        ("hides_a_part_of_a_secret", "unter2/secret/ke"),
    ]
    .into_iter()
    .map(|(name, secret)| hidden(says_of(name, &format!("no {secret} here"))))
    .collect();
    rows.extend([
        says_of("hides_a_secret_across_the_line_limit", "no hunter2/secret\n/key here")
            .fails(["no (hidden)"])
            .requests(1),
        keys("hides_a_secret_in_a_title")
            .ecr([says(502, "text/html", "<title>no hunter2&#47;secret/key here</title>")])
            .set("max_retries", 1)
            .fails(["the page \"no (hidden) here\""])
            .requests(1),
        keys("hides_the_external_id")
            .block("assume_role", json!({"role_arn": ROLE, "external_id": "hunter2-of-a-partner"}))
            .answer(
                "AssumeRole",
                [sts_refuses(400, "ValidationError", "Value 'hunter2-of-a-partner' at 'externalId' failed")],
            )
            .fails(["ValidationError: Value '(hidden)' at 'externalId' failed"])
            .requests(1),
        keys("hides_the_password_of_the_proxy")
            .without(["AWS_ENDPOINT_URL", "NO_PROXY"])
            .env("AWS_ENDPOINT_URL", "http://api.ecr.eu-west-1.amazonaws.com")
            .env("HTTP_PROXY", "http://me:hunter2%2Fproxy@<proxy>")
            .ecr([refuses(403, "AccessDeniedException", "no bWU6aHVudGVyMi9wcm94eQ== here")])
            .fails(["AccessDeniedException: no "])
            .requests(1),
    ]);
    rows
}

/// Returns rows about the output of a `credential_process`. An error shows the first line of this output.
fn of_programs() -> Vec<Row> {
    let program = |name, script: &str| {
        row(name)
            .needs(&["sh", "cat"])
            .file("program", format!("#!/bin/sh\n{script}\n"))
            .config("[default]\ncredential_process = <home>/program\n")
            .requests(0)
    };
    vec![
        program(
            "hides_a_key_that_a_program_prints",
            r#"echo '{"Version": 1, "SecretAccessKey": "hunter2/x"}'; echo 'sent hunter2/x' >&2; exit 1"#,
        )
        .fails(["sent (hidden)"]),
        program(
            "hides_secrets_in_json_of_a_program",
            r#"echo '{"SecretAccessKey": "hunter2/x", "Version": 1}' >&2; exit 1"#,
        )
        .fails([r#"{"SecretAccessKey": "(hidden)", "Version": 1}"#]),
        program("hides_variables_that_a_program_prints", "echo 'AWS_SESSION_TOKEN=hunter2/x' >&2; exit 1")
            .fails(["AWS_SESSION_TOKEN=(hidden)"]),
    ]
}
