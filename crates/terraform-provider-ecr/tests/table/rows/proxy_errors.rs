//! Rows with proxies that reject requests, or respond to requests instead of AWS.

use expect_test::expect;

use test_support::{
    answer::{hangs, says},
    row::{Row, keys},
};

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Access Denied - Example Corp Web Gateway</title></head>\n\
                    <body>Category: uncategorized</body></html>";

pub(super) fn rows() -> Vec<Row> {
    let through = |name, proxy| keys(name).without(["NO_PROXY"]).env("HTTPS_PROXY", proxy).at("https://ecr.test");
    vec![
        through("reports_a_proxy_that_rejects_the_host", "http://<proxy>")
            .answer("CONNECT", [says(403, "text/html", PAGE)])
            .requests(3)
            .tells(expect![[r#"
                Error: Cannot Connect Through the Proxy [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://ecr.test got no answer: through the proxy http://<proxy>: it refused to connect to that host.
                Attempts: 3

                Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
            "#]]),
        through("reports_a_proxy_that_requires_a_password", "http://me:hunter2@<proxy>")
            .answer("CONNECT", [says(407, "text/html", PAGE)])
            .in_the_guide()
            .tells(expect![[r#"
                Error: Cannot Connect Through the Proxy [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://ecr.test got no answer: through the proxy http://<proxy>: it requires a user name and a password (HTTP 407).

                Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
            "#]]),
        through("reports_an_unreachable_proxy", "http://me:hunter2@<closed>").requests(0).tells(expect![[r#"
            Error: Cannot Connect Through the Proxy [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://ecr.test got no answer: through the proxy http://<closed>: tcp connect error: Connection refused (os error 111).
            Attempts: 3

            Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
        "#]]),
        keys("reports_an_unreachable_http_proxy")
            .without(["NO_PROXY"])
            .env("HTTP_PROXY", "http://me:hunter2@<closed>")
            .at("http://ecr.test")
            .requests(0)
            .tells(expect![[r#"
                Warning: Endpoint Without TLS [the provider block]
                http://ecr.test, from the environment variable AWS_ENDPOINT_URL, is used for ECR without TLS. Anybody in between can read tokens and credentials, and can pretend to be AWS.

                Write https://, or use an endpoint on this machine.
                Error: Cannot Connect Through the Proxy [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://ecr.test got no answer: through the proxy http://<closed>: tcp connect error: Connection refused (os error 111).
                Attempts: 3

                Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
            "#]]),
        through("reports_a_proxy_without_an_address", "http://me:hunter2@proxy.invalid").requests(0).tells(expect![[r#"
            Error: Cannot Connect Through the Proxy [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://ecr.test got no answer: through the proxy http://proxy.invalid:80: failed to lookup address information: Name or service not known.
            Attempts: 3

            Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
        "#]]),
        through("reports_a_proxy_that_times_out", "http://<proxy>")
            .answer("CONNECT", [hangs()])
            .requests(3)
            .within(40)
            .tells(expect![[r#"
                Error: Cannot Connect Through the Proxy [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://ecr.test got no answer: through the proxy http://<proxy>: no connection within 3.1 s, including the lookup of the address.
                Attempts: 3

                Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
            "#]]),
        keys("reports_an_error_page_of_a_proxy").ecr([says(403, "text/html", PAGE)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 403, the page "Access Denied - Example Corp Web Gateway"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("reports_a_successful_page_of_a_proxy").ecr([says(200, "text/html", PAGE)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 200, the page "Access Denied - Example Corp Web Gateway"

            The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        keys("reports_a_redirect_of_a_proxy")
            .ecr([says(302, "text/html", "").header("location", "http://127.0.0.1:1/login?token=hunter2")])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 302, no AWS error code

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("reports_an_http_proxy_that_requires_a_password")
            .without(["NO_PROXY"])
            .env("HTTP_PROXY", "http://me:hunter2@<proxy>")
            .at("http://ecr.test")
            .ecr([says(407, "text/html", PAGE)])
            .tells(expect![[r#"
                Warning: Endpoint Without TLS [the provider block]
                http://ecr.test, from the environment variable AWS_ENDPOINT_URL, is used for ECR without TLS. Anybody in between can read tokens and credentials, and can pretend to be AWS.

                Write https://, or use an endpoint on this machine.
                Error: Cannot Connect Through the Proxy [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://ecr.test got no answer: through the proxy http://<proxy>: it requires a user name and a password (HTTP 407).

                Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.
            "#]]),
    ]
}
