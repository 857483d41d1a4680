//! Rows with responses that do not contain a valid token.

use expect_test::expect;
use serde_json::{Value as Json, json};

use test_support::{
    answer::{data, encoded, floods, says, succeeds, token_of},
    row::{Row, keys},
};

pub(super) fn rows() -> Vec<Row> {
    let (good, expires_at) = (json!(encoded(b"AWS:hunter2/password")), json!(4_102_444_800_u64));
    let endpoint = json!("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    let json = |text: &str| says(200, "application/x-amz-json-1.1", text);
    let of = |bytes: &[u8]| data(&json!(encoded(bytes)), &expires_at, &endpoint);
    vec![
        keys("rejects_an_empty_body").ecr([json("")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_body_that_is_not_json").ecr([json("OK")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_truncated_json").ecr([json(r#"{"authorizationData":[{"authorizationToken":"QVd"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("a_truncated_response_is_retried_and_reported").ecr([succeeds().broken()]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: error reading a body from connection: end of file before message length reached.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("a_response_truncated_once_is_retried").ecr([succeeds().broken(), succeeds()]).requests(2),
        keys("rejects_a_string_instead_of_a_list").ecr([json(r#"{"authorizationData":"none"}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_list_instead_of_an_object").ecr([json("[]")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_missing_list").ecr([json("{}")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_an_empty_list").ecr([json(r#"{"authorizationData":[]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_null_in_the_list").ecr([json(r#"{"authorizationData":[null]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_missing_token").ecr([data(&Json::Null, &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_missing_expiry").ecr([data(&good, &Json::Null, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: expiresAt is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_missing_proxy_endpoint").ecr([data(&good, &expires_at, &Json::Null)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: proxyEndpoint is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_token_that_is_not_base64").ecr([data(&json!("AWS:hunter2"), &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken is not base64.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_token_that_is_not_utf8").ecr([of(b"AWS:hunter2\xff")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken does not decode to text.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_token_without_a_colon").ecr([of(b"hunter2")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken does not decode to USER:PASSWORD.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("accepts_a_password_with_colons").ecr([token_of("AWS:hunter2:hunter2:")]),
        keys("rejects_a_body_without_an_end").ecr([floods()]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: it is longer than 4 MiB.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
    ]
}
