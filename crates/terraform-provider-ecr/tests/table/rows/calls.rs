//! Rows about the attempts of a call, and about the `User-Agent`.

use test_support::{
    answer::{succeeds, throttles},
    row::{Row, keys},
};

use super::ROLE;

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("max_retries_allows_that_many_attempts")
            .terraform()
            .ecr([throttles(), throttles(), succeeds()])
            .within(9)
            .set("max_retries", 3)
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("max_retries_of_1_disables_retries")
            .ecr([throttles(), succeeds()])
            .set("max_retries", 1)
            .token_by("AKIDENV")
            .fails(["ThrottlingException"]),
        keys("max_retries_beats_the_variable")
            .env("AWS_MAX_ATTEMPTS", "1")
            .ecr([throttles(), throttles(), succeeds()])
            .within(9)
            .set("max_retries", 3)
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("max_retries_of_0_means_the_default")
            .ecr([throttles(), succeeds()])
            .set("max_retries", 0)
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("a_variable_of_0_means_the_default")
            .env("AWS_MAX_ATTEMPTS", "0")
            .ecr([throttles(), succeeds()])
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("max_attempts_of_the_profile_is_used")
            .config("[default]\nmax_attempts = 2\n")
            .ecr([throttles()])
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .fails(["ThrottlingException"])
            .ours_only("version 5 does not stop after two: it tried on for more than a minute"),
        keys("adaptive_mode_retries")
            .ecr([throttles(), succeeds()])
            .set("max_retries", 3)
            .set("retry_mode", "adaptive")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("rejects_an_unknown_retry_mode_of_the_environment").env("AWS_RETRY_MODE", "legacy").fails(["legacy"]),
        keys("rejects_an_unknown_retry_mode_of_the_profile")
            .config("[default]\nretry_mode = legacy\n")
            .fails(["legacy"]),
        keys("retry_mode_argument_beats_an_unknown_variable")
            .env("AWS_RETRY_MODE", "legacy")
            .set("retry_mode", "standard")
            .token_by("AKIDENV")
            .peer_fails([], ["legacy"], "what is not used can be as it likes"),
        keys("the_token_bucket_limits_retries")
            .terraform()
            .ecr([throttles(), throttles(), succeeds()])
            .set("max_retries", 5)
            .set("token_bucket_rate_limiter_capacity", 1)
            .token_by("AKIDENV")
            .fails([]),
        keys("the_token_bucket_limits_retries_in_adaptive_mode")
            .ecr([throttles(), succeeds()])
            .set("retry_mode", "adaptive")
            .set("token_bucket_rate_limiter_capacity", 1)
            .token_by("AKIDENV")
            .fails(["ThrottlingException"]),
        keys("user_agent_argument_is_sent")
            .terraform()
            .agent("product/1.0 (a comment)")
            .set("user_agent", ["product/1.0 (a comment)"])
            .token_by("AKIDENV as product/1.0 (a comment)")
            .ours_only("the argument came with version 6"),
        keys("user_agent_of_the_sdk_is_sent")
            .agent("aws-sdk-rust/")
            .asks(["ecr GetAuthorizationToken by AKIDENV as aws-sdk-rust/"])
            .ours_only("its SDK is another"),
        keys("user_agent_of_the_environment_is_sent")
            .agent("product/1.0 (a comment)")
            .env("TF_APPEND_USER_AGENT", "product/1.0 (a comment)")
            .token_by("AKIDENV as product/1.0 (a comment)"),
        keys("user_agent_of_the_environment_is_sent_for_a_role")
            .agent("product/1.0")
            .env("TF_APPEND_USER_AGENT", "product/1.0")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV as product/1.0")
            .token_by("ASIADEPLOY as product/1.0"),
    ]
}
