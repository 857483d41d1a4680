//! How calls are made: attempts, and what they say of their caller.

use test_support::{
    answer::{throttles, well},
    row::{Row, keys},
};

use super::ROLE;

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("attempts_are_enough")
            .terraform()
            .ecr([throttles(), throttles(), well()])
            .within(9)
            .set("max_retries", 3)
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("one_attempt")
            .ecr([throttles(), well()])
            .set("max_retries", 1)
            .token_by("AKIDENV")
            .fails(["ThrottlingException"]),
        keys("attempts_of_the_environment_are_not_taken")
            .env("AWS_MAX_ATTEMPTS", "1")
            .ecr([throttles(), throttles(), well()])
            .within(9)
            .set("max_retries", 3)
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("no_attempts_means_the_default")
            .ecr([throttles(), well()])
            .set("max_retries", 0)
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("no_attempts_of_the_environment_mean_the_default")
            .env("AWS_MAX_ATTEMPTS", "0")
            .ecr([throttles(), well()])
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("attempts_of_the_profile")
            .config("[default]\nmax_attempts = 2\n")
            .ecr([throttles()])
            .token_by("AKIDENV")
            .token_by("AKIDENV")
            .fails(["ThrottlingException"])
            .ours_only("version 5 does not stop after two: it tried on for more than a minute"),
        keys("retry_mode")
            .ecr([throttles(), well()])
            .set("max_retries", 3)
            .set("retry_mode", "adaptive")
            .token_by("AKIDENV")
            .token_by("AKIDENV"),
        keys("retry_mode_of_the_environment_is_unknown").env("AWS_RETRY_MODE", "legacy").fails(["legacy"]),
        keys("retry_mode_of_the_profile_is_unknown").config("[default]\nretry_mode = legacy\n").fails(["legacy"]),
        keys("retry_mode_argument_beside_unknown_variable")
            .env("AWS_RETRY_MODE", "legacy")
            .set("retry_mode", "standard")
            .token_by("AKIDENV")
            .peer_fails([], ["legacy"], "what is not used can be as it likes"),
        keys("tokens_of_retries_are_limited")
            .terraform()
            .ecr([throttles(), throttles(), well()])
            .set("max_retries", 5)
            .set("token_bucket_rate_limiter_capacity", 1)
            .token_by("AKIDENV")
            .fails([]),
        keys("tokens_of_retries_are_limited_in_adaptive_mode")
            .ecr([throttles(), well()])
            .set("retry_mode", "adaptive")
            .set("token_bucket_rate_limiter_capacity", 1)
            .token_by("AKIDENV")
            .fails(["ThrottlingException"]),
        keys("user_agent")
            .terraform()
            .agent("product/1.0 (a comment)")
            .set("user_agent", ["product/1.0 (a comment)"])
            .token_by("AKIDENV as product/1.0 (a comment)")
            .ours_only("the argument came with version 6"),
        keys("user_agent_of_the_sdk")
            .agent("aws-sdk-rust/")
            .asks(["ecr GetAuthorizationToken by AKIDENV as aws-sdk-rust/"])
            .ours_only("its SDK is another"),
        keys("user_agent_of_the_environment")
            .agent("product/1.0 (a comment)")
            .env("TF_APPEND_USER_AGENT", "product/1.0 (a comment)")
            .token_by("AKIDENV as product/1.0 (a comment)"),
        keys("user_agent_of_the_environment_in_role")
            .agent("product/1.0")
            .env("TF_APPEND_USER_AGENT", "product/1.0")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV as product/1.0")
            .token_by("ASIADEPLOY as product/1.0"),
    ]
}
