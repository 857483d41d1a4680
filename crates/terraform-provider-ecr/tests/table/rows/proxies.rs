//! Rows about the choice of the proxy for a request.

use serde_json::json;
use test_support::row::{Row, keys};

use super::{ROLE, ROLE_OF_PROFILE};

/// The reason why requests to this machine do not use a proxy.
const ON_THIS_MACHINE: &str = "a proxy that looks there finds another machine";

/// Returns a row without a variable for a proxy. The host of the endpoint does not exist in DNS, so a request only succeeds through a
/// proxy.
fn direct(name: &'static str) -> Row {
    keys(name).without(["HTTPS_PROXY"]).without(["AWS_ENDPOINT_URL_STS"]).env("AWS_ENDPOINT_URL", "https://ecr.test")
}

/// Returns the row with the error that is expected if the request does not use a proxy.
fn without_proxy(row: Row) -> Row {
    row.set("max_retries", 1).asks([]).fails(["Unknown Host"]).peer_fails(
        [],
        ["no such host"],
        "the same, in other words",
    )
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        direct("loopback_is_called_without_a_proxy")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .token_by("AKIDENV"),
        direct("localhost_is_called_without_a_proxy")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://localhost:<ecr.port>")
            .token_by("AKIDENV at ecr"),
        direct("the_unspecified_address_is_called_without_a_proxy")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .token_by("AKIDENV at ecr")
            .peer_asks(["ecr GetAuthorizationToken by AKIDENV through proxy to 0.0.0.0"], ON_THIS_MACHINE),
        direct("localhost_with_a_final_dot_is_called_without_a_proxy")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "https://localhost.:<tls.port>")
            .set("max_retries", 1)
            .asks([])
            .fails(["at https://localhost.:"])
            .peer_fails([], ["StatusCode: 0"], ON_THIS_MACHINE),
        direct("loopback_is_called_without_the_proxy_of_the_argument")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "http://<proxy>")
            .token_by("AKIDENV"),
        direct("loopback_is_called_without_a_proxy_beside_a_variable")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .set("http_proxy", "http://<proxy>")
            .token_by("AKIDENV"),
        direct("http_variable_is_used")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("lowercase_http_variable_is_used")
            .env("http_proxy", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        without_proxy(direct("http_variable_is_not_used_for_https").env("HTTP_PROXY", "http://<proxy>")),
        direct("http_argument_beats_variable")
            .terraform()
            .env("HTTP_PROXY", "http://<envproxy>")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .set("http_proxy", "http://<proxy>")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("https_variable_is_used").env("HTTPS_PROXY", "http://<proxy>").connects("ecr.test:443"),
        direct("lowercase_https_variable_is_used").env("https_proxy", "http://<proxy>").connects("ecr.test:443"),
        direct("uppercase_https_variable_beats_lowercase")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("https_proxy", "http://<otherproxy>")
            .connects("ecr.test:443"),
        direct("https_argument_beats_variable")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .set("https_proxy", "http://<proxy>")
            .connects("ecr.test:443"),
        direct("https_argument_beats_http_argument")
            .set("http_proxy", "http://<otherproxy>")
            .set("https_proxy", "http://<proxy>")
            .connects("ecr.test:443"),
        direct("http_argument_is_used_for_https")
            .set("http_proxy", "http://<proxy>")
            .connects("ecr.test:443")
            .warns(["Missing HTTPS Proxy"]),
        direct("https_variable_beats_http_argument")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .set("http_proxy", "http://<proxy>")
            .asks(["envproxy: CONNECT ecr.test:443"]),
        without_proxy(
            direct("an_empty_https_argument_disables_the_proxy")
                .env("HTTPS_PROXY", "http://<envproxy>")
                .set("https_proxy", ""),
        ),
        without_proxy(
            direct("an_empty_https_argument_beats_http_argument")
                .set("http_proxy", "http://<proxy>")
                .set("https_proxy", ""),
        ),
        without_proxy(
            direct("an_empty_http_argument_disables_the_proxy")
                .env("HTTP_PROXY", "http://<envproxy>")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("http_proxy", ""),
        ),
        without_proxy(
            direct("no_proxy_variable_is_used")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "example.com,ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        without_proxy(
            direct("no_proxy_variable_is_used_for_arguments")
                .env("no_proxy", "ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("http_proxy", "http://<proxy>")
                .set("https_proxy", "http://<proxy>"),
        ),
        without_proxy(
            direct("no_proxy_argument_is_used")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("no_proxy", "ecr.test"),
        ),
        direct("no_proxy_argument_beats_variable")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "ecr.test")
            .env("AWS_ENDPOINT_URL", "http://ecr.test")
            .set("no_proxy", "example.com")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        without_proxy(
            direct("an_empty_no_proxy_argument_is_ignored")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("no_proxy", ""),
        ),
        without_proxy(
            direct("all_proxy_is_ignored")
                .env("ALL_PROXY", "http://<proxy>")
                .env("all_proxy", "http://<proxy>")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("a_password_is_sent_for_https")
            .set("https_proxy", "http://me:hunter2%40x@<proxy>")
            .connects("ecr.test:443 as me:hunter2@x"),
        direct("a_password_is_sent_for_http")
            .terraform()
            .env("HTTP_PROXY", "http://me:hunter2@<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test as me:hunter2")
            .warns(["Endpoint Without TLS"]),
        direct("accepts_an_argument_without_a_scheme")
            .set("https_proxy", "localhost:<proxy.port>")
            .connects("ecr.test:443"),
        direct("accepts_an_address_without_a_scheme")
            .set("https_proxy", "<proxy>")
            .connects("ecr.test:443")
            .peer_fails([], ["Invalid HTTPS Proxy"], "the variable takes it, and so does the argument with a name"),
        direct("rejects_an_argument_that_is_not_a_url")
            .terraform()
            .set("https_proxy", "http://%zz")
            .fails(["Invalid HTTPS Proxy"]),
        direct("rejects_an_http_argument_that_is_not_a_url")
            .set("http_proxy", "http://%zz")
            .set("https_proxy", "")
            .fails(["Invalid HTTP Proxy"]),
        without_proxy(
            direct("an_unused_invalid_https_variable_is_ignored")
                .env("HTTPS_PROXY", "http://%zz")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("rejects_an_invalid_https_variable_that_sts_uses")
            .env("HTTPS_PROXY", "http://me:hunter2@proxy:0")
            .block("endpoints", json!({"ecr": "http://ecr.test", "sts": "https://sts.test"}))
            .role(ROLE)
            .asks([])
            .fails(["sts:AssumeRole", "HTTPS_PROXY is not valid as a proxy"])
            .peer_fails([], ["no such host"], "a port of 0 is a mistake"),
        without_proxy(
            direct("no_proxy_variable_may_have_a_colon_without_a_port")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "ecr.test:")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("no_proxy_variable_does_not_match_a_part_of_an_address")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", ".2.1")
            .env("AWS_ENDPOINT_URL", "http://192.0.2.1")
            .asks([])
            .fails(["at http://192.0.2.1 failed: HTTP 403"])
            .peer_fails([], ["StatusCode: 403"], "the same, in other words"),
        direct("roles_are_assumed_through_the_proxy")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "")
            .block("endpoints", json!({"ecr": "http://ecr.test:1", "sts": "http://sts.test:1"}))
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV through proxy to sts.test")
            .token_by("ASIADEPLOY through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("roles_of_a_profile_are_assumed_through_the_proxy")
            .without(["AWS_ACCESS_KEY_ID"])
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "")
            .block("endpoints", json!({"ecr": "http://ecr.test:1", "sts": "http://sts.test:1"}))
            .assumes("deploy (900s) by AKIDBASE through proxy to sts.test")
            .token_by("ASIADEPLOY through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("instance_metadata_is_requested_without_the_proxy")
            .on_ec2()
            .without(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://0.0.0.0:<ec.port>")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .env("HTTP_PROXY", "http://<proxy>")
            .asks(["metadata credentials at ec"])
            .token_by("ASIAINSTANCE")
            .peer_asks(
                ["metadata credentials through proxy to 0.0.0.0", "ecr GetAuthorizationToken by ASIAINSTANCE"],
                "what a proxy finds at that address is another machine's",
            ),
        direct("https_uses_a_tunnel")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .set("https_proxy", "http://<proxy>")
            .endpoint("ecr", "https://ecr.test")
            .connects("ecr.test:443")
            .token_by("AKIDENV at the end of proxy"),
    ]
}
