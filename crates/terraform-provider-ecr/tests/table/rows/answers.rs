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
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no authorization data.

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_json").ecr([json("OK")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered with HTTP 200 and something that is not of the form that was asked for

            That is not how AWS answers. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("half_of_the_json").ecr([json(r#"{"authorizationData":[{"authorizationToken":"QVd"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered with HTTP 200 and something that is not of the form that was asked for

            That is not how AWS answers. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("half_of_the_answer").ecr([well().broken()]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: error reading a body from connection: end of file before message length reached.
            Attempts: 3

            There was a connection, and it broke or carried no answer. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets, and what is on the way: a firewall, a proxy or a load balancer may have cut it.
        "#]]),
        keys("half_of_the_answer_once").ecr([well().broken(), well()]).requests(2),
        keys("json_of_another_kind").ecr([json(r#"{"authorizationData":"none"}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered with HTTP 200 and something that is not of the form that was asked for

            That is not how AWS answers. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("list_in_place_of_an_object").ecr([json("[]")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered with HTTP 200 and something that is not of the form that was asked for

            That is not how AWS answers. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_list").ecr([json("{}")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no authorization data.

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("empty_list").ecr([json(r#"{"authorizationData":[]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no authorization data.

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("null_in_the_list").ecr([json(r#"{"authorizationData":[null]}"#)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered with HTTP 200 and something that is not of the form that was asked for

            That is not how AWS answers. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_token").ecr([data(&Json::Null, &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no authorizationToken.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_expiry").ecr([data(&good, &Json::Null, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no expiresAt.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_proxy_endpoint").ecr([data(&good, &expires_at, &Json::Null)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it holds no proxyEndpoint.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_base64").ecr([data(&json!("AWS:hunter2"), &expires_at, &endpoint)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: its authorizationToken is not base64.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_text").ecr([of(b"AWS:hunter2\xff")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: its authorizationToken does not decode to text.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("no_colon").ecr([of(b"hunter2")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: its authorizationToken does not decode to a user name and a password with a colon between.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
        keys("several_colons").ecr([token_of("AWS:hunter2:hunter2:")]),
        keys("enormous_body").ecr([floods()]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> was answered, but not as AWS does: it is longer than 4 MiB.

            Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets.
        "#]]),
    ]
}
