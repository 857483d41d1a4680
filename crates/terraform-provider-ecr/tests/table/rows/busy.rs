//! Rows in which AWS throttles calls, or responds with a failure on AWS's side.

use expect_test::expect;
use serde_json::json;

use test_support::{
    answer::{json, refuses, says, succeeds, throttles},
    row::{Row, keys},
};

/// The log message before each retry.
const WAITING: &str = "waiting before the next attempt";

pub(super) fn rows() -> Vec<Row> {
    let fails = || refuses(500, "ServerException", "These errors are usually caused by a server-side issue.");
    vec![
        keys("throttled_calls_are_retried").ecr([throttles(), throttles(), succeeds()]).requests(3).within(9).logs(WAITING).logs("ThrottlingException"),
        keys("throttling_is_reported_after_max_retries")
            .set("max_retries", 3)
            .ecr([throttles()])
            .requests(3)
            .within(9)
            .in_the_guide()
            .tells(expect![[r#"
                Error: AWS Is Throttling [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ThrottlingException: Rate exceeded
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 3

                AWS refused 3 requests of this run. The limit is shared by all callers in this account and Region. Start fewer runs at once, share one token among jobs, or ask AWS for a higher quota.
            "#]]),
        keys("throttled_calls_are_retried_in_adaptive_mode")
            .set("retry_mode", "adaptive")
            .ecr([throttles(), throttles(), succeeds()])
            .requests(3)
            .within(9),
        keys("throttling_is_reported_after_a_minute").ecr([throttles()]).requests(7).within(63).logs(WAITING).tells(expect![[r#"
            Error: AWS Is Throttling [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ThrottlingException: Rate exceeded
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
            Attempts: 7

            AWS refused 7 requests of this run. The limit is shared by all callers in this account and Region. Start fewer runs at once, share one token among jobs, or ask AWS for a higher quota.
        "#]]),
        keys("time_for_roles_counts_toward_the_minute")
            .role("arn:aws:iam::111111111111:role/first")
            .role("arn:aws:iam::111111111111:role/second")
            .role("arn:aws:iam::111111111111:role/third")
            .answer("AssumeRole", [succeeds().after(9)])
            .ecr([throttles()])
            .requests(7)
            .within(63)
            .tells(expect![[r#"
                Error: AWS Is Throttling [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ThrottlingException: Rate exceeded
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 4

                AWS refused 4 requests of this run. The limit is shared by all callers in this account and Region. Start fewer runs at once, share one token among jobs, or ask AWS for a higher quota.
            "#]]),
        keys("time_for_roles_of_both_blocks_counts_toward_the_minute")
            .role("arn:aws:iam::111111111111:role/first")
            .own_role("arn:aws:iam::111111111111:role/second")
            .own_role("arn:aws:iam::111111111111:role/third")
            .answer("AssumeRole", [succeeds().after(9)])
            .ecr([throttles()])
            .requests(7)
            .within(63)
            .ours_only("that block of it takes no role")
            .tells(expect![[r#"
                Error: AWS Is Throttling [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ThrottlingException: Rate exceeded
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 4

                AWS refused 4 requests of this run. The limit is shared by all callers in this account and Region. Start fewer runs at once, share one token among jobs, or ask AWS for a higher quota.
            "#]]),
        keys("throttling_by_a_gateway_is_retried").ecr([says(429, "text/plain", "slow down"), succeeds()]).requests(2).logs("HTTP 429"),
        keys("server_errors_are_retried").ecr([fails(), fails(), succeeds()]).requests(3).logs(WAITING).logs("HTTP 500"),
        keys("a_server_error_is_reported_after_max_attempts")
            .env("AWS_MAX_ATTEMPTS", "3")
            .ecr([fails()])
            .requests(3)
            .in_the_guide()
            .tells(expect![[r#"
                Error: AWS Failed [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 500, ServerException: These errors are usually caused by a server-side issue.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 3

                The failure is on AWS's side. Try again later.
            "#]]),
        keys("a_server_error_is_reported_after_a_minute").ecr([fails()]).requests_between(7..=14).within(63).tells(expect![[r#"
            Error: AWS Failed [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 500, ServerException: These errors are usually caused by a server-side issue.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
            Attempts: (random)

            The failure is on AWS's side. Try again later.
        "#]]),
        keys("server_errors_of_gateways_are_retried")
            .ecr([says(502, "text/html", "<html>bad gateway</html>"), json(503, &json!({})), succeeds()])
            .requests(3),
        keys("a_503_page_of_a_gateway_is_reported")
            .set("max_retries", 1)
            .ecr([says(503, "text/html", "<html><head><title>503 Service Unavailable</title></head></html>")])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 503, the page "503 Service Unavailable"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL. If the endpoint is correct, try again later.
            "#]]),
    ]
}
