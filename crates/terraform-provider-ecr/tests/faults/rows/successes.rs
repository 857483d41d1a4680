//! What goes well, with a secret in every place that has one: none may be left behind.

use crate::row::{Row, row};

const ROLE: &str = "arn:aws:iam::111111111111:role/first";

pub(super) fn rows() -> Vec<Row> {
    let keys = "aws_access_key_id = AKIACI\naws_secret_access_key = hunter2\naws_session_token = hunter2-session\n";
    let program = "echo '{\"Version\":1,\"AccessKeyId\":\"AKIATOOL\",\"SecretAccessKey\":\"hunter2\",\
                   \"SessionToken\":\"hunter2-session\"}'\n";
    vec![
        row("keys_of_the_environment").env("AWS_SESSION_TOKEN", "hunter2-session"),
        row("keys_of_the_block")
            .without_keys()
            .set("access_key", "AKIABLOCK")
            .set("secret_key", "hunter2")
            .set("token", "hunter2-session"),
        row("keys_of_a_profile").without_keys().file(".aws/credentials", format!("[default]\n{keys}")),
        row("roles").role(ROLE).role(ROLE).requests(3),
        row("allowed_account").set("allowed_account_ids", ["123456789012"]).requests(2),
        row("web_identity_of_the_environment")
            .without_keys()
            .file("identity", "hunter2-identity")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/identity")
            .env("AWS_ROLE_ARN", ROLE)
            .requests(2),
        row("web_identity_of_the_block")
            .without_keys()
            .block(
                "assume_role_with_web_identity",
                [("role_arn", ROLE.into()), ("web_identity_token", "hunter2-identity".into())],
            )
            .requests(2),
        row("container")
            .without_keys()
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://<aws>/v1/credentials")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container")
            .requests(2),
        row("instance")
            .without_keys()
            .env("AWS_EC2_METADATA_DISABLED", "false")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>")
            .requests(4),
        row("credential_process")
            .config("[default]\ncredential_process = sh <home>/program\n")
            .needs(&["sh"])
            .file("program", program),
        row("http_proxy_with_a_password")
            .without(&["NO_PROXY"])
            .env("HTTP_PROXY", "http://me:hunter2@<proxy>")
            .at("http://ecr.test"),
    ]
}
