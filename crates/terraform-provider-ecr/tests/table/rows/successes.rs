//! Rows with valid configurations. The configurations have a secret in every place that can hold a secret. A run must not leave a secret
//! behind.

use serde_json::json;
use test_support::{
    answer::{says, succeeds},
    row::{Row, keys, row},
};

const ROLE: &str = "arn:aws:iam::111111111111:role/first";

pub(super) fn rows() -> Vec<Row> {
    let pair = "aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n\
                 aws_session_token = hunter2-session\n";
    let program = "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOOL\",\"SecretAccessKey\":\"hunter2\",\
                   \"SessionToken\":\"hunter2-session\"}'\n";
    vec![
        keys("keys_of_the_environment_get_a_token").terraform().env("AWS_SESSION_TOKEN", "hunter2-session"),
        row("keys_of_the_block_get_a_token").terraform().block_keys().set("token", "hunter2-session"),
        row("keys_of_a_profile_get_a_token").terraform().file(".aws/credentials", format!("[default]\n{pair}")),
        keys("roles_get_a_token").terraform().role(ROLE).role(ROLE).requests(3),
        keys("an_allowed_account_gets_a_token").terraform().set("allowed_account_ids", ["123456789012"]).requests(2),
        row("web_identity_of_the_environment_gets_a_token")
            .terraform()
            .file("identity", "hunter2-identity")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/identity")
            .env("AWS_ROLE_ARN", ROLE)
            .requests(2),
        row("web_identity_of_the_block_gets_a_token")
            .terraform()
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE, "web_identity_token": "hunter2-identity"}))
            .requests(2),
        row("a_container_gets_a_token")
            .terraform()
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container")
            .answer("/v1/credentials", [says(500, "text/plain", ""), succeeds()])
            .requests(3),
        row("an_instance_gets_a_token")
            .terraform()
            .env("AWS_EC2_METADATA_DISABLED", "false")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>")
            .requests(4),
        row("a_credential_process_gets_a_token")
            .terraform()
            .config("[default]\ncredential_process = sh <home>/program\n")
            .needs(&["cat", "sh"])
            .file("program", program),
        keys("an_http_proxy_with_a_password_gets_a_token")
            .terraform()
            .without(["NO_PROXY"])
            .env("HTTP_PROXY", "http://me:hunter2@<proxy>")
            .at("http://ecr.test")
            .warns(["Endpoint Without TLS"]),
    ]
}
