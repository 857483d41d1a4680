//! Rows with responses from servers other than AWS: another program on the port, a gateway, or a proxy.

use expect_test::expect;

use super::logins::{SSO, SSO_CACHE, token};
use test_support::{
    answer::{says, succeeds},
    row::{Row, keys, row},
};

/// The response of Python's `http.server` to a POST request.
const NO_POST: &str = "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n        \
                       <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        \
                       <p>Error code: 501</p>\n        <p>Message: Unsupported method ('POST').</p>\n    </body>\n</html>\n";

const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body></body>\n</html>\n";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_endpoints();
    rows.extend(of_other_services());
    rows.extend(of_hosts_of_aws());
    rows
}

/// Returns rows in which another program responds at a configured endpoint.
fn of_endpoints() -> Vec<Row> {
    vec![
        keys("rejects_a_page_at_the_endpoint").ecr([says(501, "text/html;charset=utf-8", NO_POST)]).in_the_guide().tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 501, the page "Error response"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_page_at_the_endpoint_of_the_block")
            .endpoint("ecr", "http://<other>")
            .ecr([says(501, "text/html;charset=utf-8", NO_POST)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<other> failed: HTTP 501, the page "Error response"

                The answer does not look like AWS's. Check the endpoint, set by the argument `endpoints`.
            "#]]),
        keys("rejects_a_page_at_the_endpoint_of_the_profile")
            .without(["AWS_ENDPOINT_URL"])
            .file(".aws/config", "[default]\nendpoint_url = http://<aws>\n")
            .ecr([says(501, "text/html;charset=utf-8", NO_POST)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 501, the page "Error response"

                The answer does not look like AWS's. Check the endpoint, set by the profile "default".
            "#]]),
        keys("rejects_a_foreign_404").ecr([says(404, "text/plain", "404 page not found\n")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 404, no AWS error code

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_foreign_405").ecr([says(405, "text/plain", "")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 405, no AWS error code

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("rejects_a_foreign_401_page").ecr([says(401, "text/html", "<title>Sign in</title>")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 401, the page "Sign in"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("reports_a_foreign_500").set("max_retries", 1).ecr([says(500, "text/plain", "")]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 500, no AWS error code

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL. If the endpoint is correct, try again later.
        "#]]),
        keys("reports_a_foreign_502_page").set("max_retries", 1).ecr([says(502, "text/html", BAD_GATEWAY)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 502, the page "502 Bad Gateway"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL. If the endpoint is correct, try again later.
        "#]]),
        keys("reports_a_foreign_429")
            .set("max_retries", 1)
            .ecr([says(429, "text/plain", "slow down")])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 429, no AWS error code

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL. If the endpoint is correct, try again later.
            "#]]),
        keys("rejects_foreign_json")
            .ecr([says(404, "application/json", r#"{"kind":"Status","code":404,"message":"no such path"}"#)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 404, no AWS error code

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("rejects_foreign_json_with_a_code")
            .ecr([says(400, "application/json", r#"{"code":"NOT_FOUND","message":"no such path"}"#)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, no AWS error code: no such path

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("reports_foreign_json_with_a_500")
            .set("max_retries", 1)
            .ecr([says(500, "application/json", r#"{"code":"INTERNAL","message":"it broke"}"#)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 500, INTERNAL: it broke

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL. If the endpoint is correct, try again later.
            "#]]),
        keys("rejects_successful_foreign_json")
            .ecr([says(200, "application/json", r#"{"status":"ok"}"#)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> returned an unexpected answer: the authorization data is missing.

                Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
    ]
}

fn of_other_services() -> Vec<Row> {
    let page = |status| says(status, "text/html;charset=utf-8", NO_POST);
    let login = |name| {
        let token = token("2099-01-01T00:00:00Z").to_string();
        row(name).config(SSO).env("AWS_PROFILE", "dev").file(SSO_CACHE, token)
    };
    vec![
        keys("rejects_a_page_at_the_endpoint_of_ecr_public")
            .public()
            .env("AWS_ENDPOINT_URL_ECR_PUBLIC", "http://<aws>")
            .ecr([page(501)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr-public:GetAuthorizationToken in Region us-east-1 at http://<aws> failed: HTTP 501, the page "Error response"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL_ECR_PUBLIC.
            "#]]),
        keys("rejects_a_page_at_the_endpoint_of_sts")
            .env("AWS_ENDPOINT_URL_STS", "http://<aws>")
            .role("arn:aws:iam::111111111111:role/first")
            .answer("AssumeRole", [page(501)])
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 501, the page "Error response"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL_STS.
            "#]]),
        keys("rejects_a_page_for_the_account")
            .set("allowed_account_ids", ["123456789012"])
            .answer("GetCallerIdentity", [page(404)])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the provider block]
                sts:GetCallerIdentity in Region eu-west-1 at http://<aws> failed: HTTP 404, the page "Error response"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        login("rejects_a_page_at_the_endpoint_of_sso").answer("GetRoleCredentials", [page(501)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            sso:GetRoleCredentials in Region eu-west-1 at http://<aws>/federation/credentials failed: HTTP 501, the page "Error response"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        login("rejects_a_sign_in_page_at_the_endpoint_of_sso").answer("GetRoleCredentials", [page(401)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            sso:GetRoleCredentials in Region eu-west-1 at http://<aws>/federation/credentials failed: HTTP 401, the page "Error response"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
    ]
}

/// Returns rows in which a proxy responds instead of AWS's own hosts. The CA certificate of the proxy is trusted.
fn of_hosts_of_aws() -> Vec<Row> {
    let on_the_way = |name| {
        keys(name)
            .without(["AWS_ENDPOINT_URL", "NO_PROXY"])
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
    };
    vec![
        on_the_way("reports_a_page_of_a_gateway")
            .ecr([says(403, "text/html", "<title>Access Denied - Example Corp Web Gateway</title>")])
            .requests(2)
            .in_the_guide()
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://api.ecr.eu-west-1.amazonaws.com failed: HTTP 403, the page "Access Denied - Example Corp Web Gateway"

                The answer does not look like AWS's. Check the network path: a proxy (`https_proxy`, HTTPS_PROXY) or a firewall may have answered.
            "#]]),
        on_the_way("reports_a_failed_gateway_of_aws")
            .set("max_retries", 1)
            .ecr([says(502, "text/html", BAD_GATEWAY)])
            .requests(2)
            .tells(expect![[r#"
                Error: AWS Failed [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://api.ecr.eu-west-1.amazonaws.com failed: HTTP 502, the page "502 Bad Gateway"

                AWS failed, or a proxy in between failed. Try again later.
            "#]]),
        on_the_way("a_failed_gateway_of_aws_is_retried").ecr([says(503, "text/html", BAD_GATEWAY), succeeds()]).requests(3),
    ]
}
