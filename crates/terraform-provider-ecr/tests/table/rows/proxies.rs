//! Proxies: which one is used, and for what.

use serde_json::json;
use test_support::row::{Row, keys};

use super::{ROLE, ROLE_OF_PROFILE};

/// Why a proxy is not asked.
const ON_THIS_MACHINE: &str = "a proxy that looks there finds another machine";

/// A row in which no variable names a proxy. AWS is at a host that no name server knows: a proxy is asked for it, or nobody.
fn direct(name: &'static str) -> Row {
    keys(name).without(["HTTPS_PROXY"]).without(["AWS_ENDPOINT_URL_STS"]).env("AWS_ENDPOINT_URL", "https://ecr.test")
}

/// The row, in which no proxy is asked.
fn without_proxy(row: Row) -> Row {
    row.set("max_retries", 1).asks([]).fails(["Unknown Host"]).peer_fails(
        [],
        ["no such host"],
        "the same, in other words",
    )
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        direct("none_for_loopback")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .token_by("AKIDENV"),
        direct("none_for_localhost")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://localhost:<ecr.port>")
            .token_by("AKIDENV at ecr"),
        direct("none_for_the_unspecified_address")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .token_by("AKIDENV at ecr")
            .peer_asks(["ecr GetAuthorizationToken by AKIDENV through proxy to 0.0.0.0"], ON_THIS_MACHINE),
        direct("none_for_localhost_with_a_point")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "https://localhost.:<tls.port>")
            .set("max_retries", 1)
            .asks([])
            .fails(["at https://localhost.:"])
            .peer_fails([], ["StatusCode: 0"], ON_THIS_MACHINE),
        direct("argument_for_loopback")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "http://<proxy>")
            .token_by("AKIDENV"),
        direct("argument_for_loopback_beside_a_variable")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://<aws>")
            .set("http_proxy", "http://<proxy>")
            .token_by("AKIDENV"),
        direct("http_variable")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("http_variable_in_small_letters")
            .env("http_proxy", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        without_proxy(direct("http_variable_is_not_for_https").env("HTTP_PROXY", "http://<proxy>")),
        direct("http_argument_beats_variable")
            .terraform()
            .env("HTTP_PROXY", "http://<envproxy>")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .set("http_proxy", "http://<proxy>")
            .token_by("AKIDENV through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("https_variable").env("HTTPS_PROXY", "http://<proxy>").connects("ecr.test:443"),
        direct("https_variable_in_small_letters").env("https_proxy", "http://<proxy>").connects("ecr.test:443"),
        direct("https_variable_in_capitals_wins")
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
        direct("http_argument_is_for_https_as_well")
            .set("http_proxy", "http://<proxy>")
            .connects("ecr.test:443")
            .warns(["Missing HTTPS Proxy"]),
        direct("https_variable_beats_http_argument")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .set("http_proxy", "http://<proxy>")
            .asks(["envproxy: CONNECT ecr.test:443"]),
        without_proxy(direct("https_argument_is_empty").env("HTTPS_PROXY", "http://<envproxy>").set("https_proxy", "")),
        without_proxy(
            direct("https_argument_is_empty_beside_http_argument")
                .set("http_proxy", "http://<proxy>")
                .set("https_proxy", ""),
        ),
        without_proxy(
            direct("http_argument_is_empty")
                .env("HTTP_PROXY", "http://<envproxy>")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("http_proxy", ""),
        ),
        without_proxy(
            direct("no_proxy_variable")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "example.com,ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        without_proxy(
            direct("no_proxy_variable_is_for_arguments_as_well")
                .env("no_proxy", "ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("http_proxy", "http://<proxy>")
                .set("https_proxy", "http://<proxy>"),
        ),
        without_proxy(
            direct("no_proxy_argument")
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
            direct("no_proxy_argument_is_empty")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "ecr.test")
                .env("AWS_ENDPOINT_URL", "http://ecr.test")
                .set("no_proxy", ""),
        ),
        without_proxy(
            direct("all_proxy_is_not_read")
                .env("ALL_PROXY", "http://<proxy>")
                .env("all_proxy", "http://<proxy>")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("password_for_https")
            .set("https_proxy", "http://me:hunter2%40x@<proxy>")
            .connects("ecr.test:443 as me:hunter2@x"),
        direct("password_for_http")
            .terraform()
            .env("HTTP_PROXY", "http://me:hunter2@<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .token_by("AKIDENV through proxy to ecr.test as me:hunter2")
            .warns(["Endpoint Without TLS"]),
        direct("argument_without_scheme").set("https_proxy", "localhost:<proxy.port>").connects("ecr.test:443"),
        direct("argument_is_an_address_without_scheme")
            .set("https_proxy", "<proxy>")
            .connects("ecr.test:443")
            .peer_fails([], ["Invalid HTTPS Proxy"], "the variable takes it, and so does the argument with a name"),
        direct("argument_is_no_url").terraform().set("https_proxy", "http://%zz").fails(["Invalid HTTPS Proxy"]),
        direct("http_argument_is_no_url")
            .set("http_proxy", "http://%zz")
            .set("https_proxy", "")
            .fails(["Invalid HTTP Proxy"]),
        without_proxy(
            direct("https_variable_is_no_url_and_nothing_needs_it")
                .env("HTTPS_PROXY", "http://%zz")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("https_variable_is_no_url_and_sts_needs_it")
            .env("HTTPS_PROXY", "http://me:hunter2@proxy:0")
            .block("endpoints", json!({"ecr": "http://ecr.test", "sts": "https://sts.test"}))
            .role(ROLE)
            .asks([])
            .fails(["sts:AssumeRole", "HTTPS_PROXY is not valid as a proxy"])
            .peer_fails([], ["no such host"], "a port of 0 is a mistake"),
        without_proxy(
            direct("no_proxy_variable_has_a_colon_and_no_port")
                .env("HTTP_PROXY", "http://<proxy>")
                .env("NO_PROXY", "ecr.test:")
                .env("AWS_ENDPOINT_URL", "http://ecr.test"),
        ),
        direct("no_proxy_variable_is_no_part_of_an_address")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", ".2.1")
            .env("AWS_ENDPOINT_URL", "http://192.0.2.1")
            .asks([])
            .fails(["at http://192.0.2.1 failed: HTTP 403"])
            .peer_fails([], ["StatusCode: 403"], "the same, in other words"),
        direct("roles_go_through_it")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "")
            .block("endpoints", json!({"ecr": "http://ecr.test:1", "sts": "http://sts.test:1"}))
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV through proxy to sts.test")
            .token_by("ASIADEPLOY through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("roles_of_a_profile_go_through_it")
            .without(["AWS_ACCESS_KEY_ID"])
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("http_proxy", "http://<proxy>")
            .set("https_proxy", "")
            .block("endpoints", json!({"ecr": "http://ecr.test:1", "sts": "http://sts.test:1"}))
            .assumes("deploy (900s) by AKIDBASE through proxy to sts.test")
            .token_by("ASIADEPLOY through proxy to ecr.test")
            .warns(["Endpoint Without TLS"]),
        direct("metadata_of_the_instance_does_not_go_through_it")
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
        direct("https_through_a_tunnel")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .set("https_proxy", "http://<proxy>")
            .endpoint("ecr", "https://ecr.test")
            .connects("ecr.test:443")
            .token_by("AKIDENV at the end of proxy"),
    ]
}
