//! How calls are made: attempts, and what they say of their caller.

use crate::{
    row::{Row, row},
    rows::ROLE,
};

const SEEN: &str = "ecr GetAuthorizationToken by AKIDENV in us-east-1";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("attempts_are_enough").env_keys().throttles(2).block("max_retries = 3").sees([SEEN, SEEN, SEEN]),
        row("attempts_are_too_few")
            .env_keys()
            .throttles(2)
            .block("max_retries = 2")
            .sees([SEEN, SEEN])
            .fails(["ThrottlingException"]),
        row("one_attempt").env_keys().throttles(1).block("max_retries = 1").sees([SEEN]).fails(["ThrottlingException"]),
        row("attempts_of_the_environment_are_not_taken")
            .env_keys()
            .env("AWS_MAX_ATTEMPTS", "1")
            .throttles(2)
            .block("max_retries = 3")
            .sees([SEEN, SEEN, SEEN]),
        row("no_attempts_means_the_default").env_keys().throttles(1).block("max_retries = 0").sees([SEEN, SEEN]),
        row("retry_mode")
            .env_keys()
            .throttles(1)
            .block("max_retries = 3")
            .block(r#"retry_mode = "adaptive""#)
            .sees([SEEN, SEEN]),
        row("retry_mode_is_unknown").env_keys().block(r#"retry_mode = "legacy""#).fails(["legacy"]),
        row("retry_mode_of_the_environment_is_unknown").env_keys().env("AWS_RETRY_MODE", "legacy").fails(["legacy"]),
        row("retry_mode_argument_beside_unknown_variable")
            .env_keys()
            .env("AWS_RETRY_MODE", "legacy")
            .block(r#"retry_mode = "standard""#)
            .sees([SEEN])
            .peer_fails([], ["legacy"], "what is not used can be as it likes"),
        row("max_attempts_of_the_environment_is_no_number").env_keys().env("AWS_MAX_ATTEMPTS", "many").fails(["many"]),
        row("tokens_of_retries_are_limited")
            .env_keys()
            .throttles(2)
            .block("max_retries = 5")
            .block("token_bucket_rate_limiter_capacity = 1")
            .sees([SEEN])
            .fails([]),
        row("user_agent")
            .env_keys()
            .agent("product/1.0 (a comment)")
            .block(r#"user_agent = ["product/1.0 (a comment)"]"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 as product/1.0 (a comment)"])
            .ours_only("the argument came with version 6"),
        row("user_agent_of_the_environment")
            .env_keys()
            .agent("product/1.0 (a comment)")
            .env("TF_APPEND_USER_AGENT", "product/1.0 (a comment)")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 as product/1.0 (a comment)"]),
        row("user_agent_of_the_environment_in_role")
            .env_keys()
            .agent("product/1.0")
            .env("TF_APPEND_USER_AGENT", "product/1.0")
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 as product/1.0",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 as product/1.0",
            ]),
    ]
}
