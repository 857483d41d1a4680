//! Answers that are not a token.

use expect_test::expect;
use serde_json::{Value as Json, json};

use test_support::{
    answer::{data, encoded, floods, says, token_of, well},
    row::{Row, keys},
};

pub(super) fn rows() -> Vec<Row> {
    let (good, expires_at) = (json!(encoded(b"AWS:hunter2/password")), json!(4_102_444_800_u64));
    let endpoint = json!("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    let json = |text: &str| says(200, "application/x-amz-json-1.1", text);
    let of = |bytes: &[u8]| data(&json!(encoded(bytes)), &expires_at, &endpoint);
    vec![
        keys("empty_body").ecr([json("")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_json").ecr([json("OK")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("half_of_the_json").ecr([json(r#"{"authorizationData":[{"authorizationToken":"QVd"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("half_of_the_answer").ecr([well().broken()]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: error reading a body from connection: end of file before message length reached.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("half_of_the_answer_once").ecr([well().broken(), well()]).requests(2),
        keys("json_of_another_kind").ecr([json(r#"{"authorizationData":"none"}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("list_in_place_of_an_object").ecr([json("[]")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_list").ecr([json("{}")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("empty_list").ecr([json(r#"{"authorizationData":[]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("null_in_the_list").ecr([json(r#"{"authorizationData":[null]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_token").ecr([data(&Json::Null, &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_expiry").ecr([data(&good, &Json::Null, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: expiresAt is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_proxy_endpoint").ecr([data(&good, &expires_at, &Json::Null)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: proxyEndpoint is missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_base64").ecr([data(&json!("AWS:hunter2"), &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken is not base64.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_text").ecr([of(b"AWS:hunter2\xff")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken does not decode to text.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("no_colon").ecr([of(b"hunter2")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: authorizationToken does not decode to USER:PASSWORD.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("several_colons").ecr([token_of("AWS:hunter2:hunter2:")]),
        keys("enormous_body").ecr([floods()]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: it is longer than 4 MiB.

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
    ]
}
