//! Proxies: which one is used, and for what.

use crate::{
    row::{Row, row},
    rows::{ROLE, ROLE_OF_PROFILE},
};

/// A row in which no variable names a proxy. AWS is at `<tls>`, which nobody trusts, by an address that is this machine
/// but not a loopback address by the rules.
fn direct(name: &'static str) -> Row {
    row(name)
        .env_keys()
        .without("HTTPS_PROXY")
        .without("AWS_ENDPOINT_URL_STS")
        .env("AWS_ENDPOINT_URL", "https://0.0.0.0:<tls.port>")
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        direct("none_for_loopback")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "<all>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        direct("none_for_localhost")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://localhost:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("argument_for_loopback")
            .env("AWS_ENDPOINT_URL", "<all>")
            .block(r#"http_proxy = "http://<proxy>""#)
            .block(r#"https_proxy = "http://<proxy>""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        direct("http_variable")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to ecr.test"]),
        direct("http_variable_in_small_letters")
            .env("http_proxy", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to ecr.test"]),
        direct("http_variable_is_not_for_https")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at tls"]),
        direct("http_argument_beats_variable")
            .env("HTTP_PROXY", "http://<envproxy>")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .block(r#"http_proxy = "http://<proxy>""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to ecr.test"]),
        direct("https_variable").env("HTTPS_PROXY", "http://<proxy>").sees(["proxy: CONNECT 0.0.0.0"]),
        direct("https_variable_in_small_letters").env("https_proxy", "http://<proxy>").sees(["proxy: CONNECT 0.0.0.0"]),
        direct("https_variable_in_capitals_wins")
            .env("HTTPS_PROXY", "http://<proxy>")
            .env("https_proxy", "http://<otherproxy>")
            .sees(["proxy: CONNECT 0.0.0.0"]),
        direct("https_argument_beats_variable")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .block(r#"https_proxy = "http://<proxy>""#)
            .sees(["proxy: CONNECT 0.0.0.0"]),
        direct("https_argument_beats_http_argument")
            .block(r#"http_proxy = "http://<otherproxy>""#)
            .block(r#"https_proxy = "http://<proxy>""#)
            .sees(["proxy: CONNECT 0.0.0.0"]),
        direct("http_argument_is_for_https_as_well")
            .block(r#"http_proxy = "http://<proxy>""#)
            .sees(["proxy: CONNECT 0.0.0.0"])
            .says(["Missing HTTPS Proxy"]),
        direct("https_variable_beats_http_argument")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .block(r#"http_proxy = "http://<proxy>""#)
            .sees(["envproxy: CONNECT 0.0.0.0"]),
        direct("https_argument_is_empty")
            .env("HTTPS_PROXY", "http://<envproxy>")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .block(r#"https_proxy = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at tls"]),
        direct("https_argument_is_empty_beside_http_argument")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .block(r#"http_proxy = "http://<proxy>""#)
            .block(r#"https_proxy = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at tls"]),
        direct("http_argument_is_empty")
            .env("HTTP_PROXY", "http://<envproxy>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .block(r#"http_proxy = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_variable")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "example.com,0.0.0.0")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_variable_is_for_arguments_as_well")
            .env("no_proxy", "0.0.0.0")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .block(r#"http_proxy = "http://<proxy>""#)
            .block(r#"https_proxy = "http://<proxy>""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_argument")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .block(r#"no_proxy = "0.0.0.0""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_argument_beats_variable")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "0.0.0.0")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .block(r#"no_proxy = "example.com""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to 0.0.0.0"]),
        direct("no_proxy_argument_is_empty")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "0.0.0.0")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .block(r#"no_proxy = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_for_all")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "*")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_for_a_network")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "0.0.0.0/8")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_for_a_port")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "0.0.0.0:<ecr.port>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("no_proxy_for_another_port")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", "0.0.0.0:1")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to 0.0.0.0"]),
        direct("no_proxy_with_a_leading_dot_is_not_for_the_domain_itself")
            .env("HTTP_PROXY", "http://<proxy>")
            .env("NO_PROXY", ".ecr.test")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to ecr.test"]),
        direct("all_proxy_is_not_read")
            .env("ALL_PROXY", "http://<proxy>")
            .env("all_proxy", "http://<proxy>")
            .env("AWS_ENDPOINT_URL", "http://0.0.0.0:<ecr.port>")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 at ecr"]),
        direct("password_for_https")
            .block(r#"https_proxy = "http://me:p%40ss@<proxy>""#)
            .sees(["proxy: CONNECT 0.0.0.0 as me:p@ss"]),
        direct("password_for_http")
            .env("HTTP_PROXY", "http://me:word@<proxy>")
            .env("AWS_ENDPOINT_URL", "http://ecr.test:1234")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1 through proxy to ecr.test as me:word"]),
        direct("variable_without_scheme").env("HTTPS_PROXY", "<proxy>").sees(["proxy: CONNECT 0.0.0.0"]),
        direct("argument_without_scheme")
            .block(r#"https_proxy = "localhost:<proxy.port>""#)
            .sees(["proxy: CONNECT 0.0.0.0"]),
        direct("argument_is_an_address_without_scheme")
            .block(r#"https_proxy = "<proxy>""#)
            .sees(["proxy: CONNECT 0.0.0.0"])
            .peer_fails([], ["Invalid HTTPS Proxy"], "the variable takes it, and so does the argument with a name"),
        direct("argument_is_no_url").block(r#"https_proxy = "http://%zz""#).fails(["Invalid HTTPS Proxy"]),
        direct("http_argument_is_no_url")
            .block(r#"http_proxy = "http://%zz""#)
            .block(r#"https_proxy = """#)
            .fails(["Invalid HTTP Proxy"]),
        direct("roles_go_through_it")
            .block(r#"http_proxy = "http://<proxy>""#)
            .block(r#"https_proxy = """#)
            .block(
                r#"endpoints {
    ecr = "http://ecr.test:1"
    sts = "http://sts.test:1"
  }"#,
            )
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1 through proxy to sts.test",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 through proxy to ecr.test",
            ]),
        direct("roles_of_a_profile_go_through_it")
            .without("AWS_ACCESS_KEY_ID")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .block(r#"http_proxy = "http://<proxy>""#)
            .block(r#"https_proxy = """#)
            .block(
                r#"endpoints {
    ecr = "http://ecr.test:1"
    sts = "http://sts.test:1"
  }"#,
            )
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in us-east-1 through proxy to sts.test",
                "ecr GetAuthorizationToken by ASIADEPLOY in us-east-1 through proxy to ecr.test",
            ]),
        direct("metadata_of_the_instance_does_not_go_through_it")
            .on_ec2()
            .without("AWS_ACCESS_KEY_ID")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://0.0.0.0:<ec.port>")
            .env("AWS_ENDPOINT_URL", "<all>")
            .env("HTTP_PROXY", "http://<proxy>")
            .sees(["metadata credentials at ec", "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1"])
            .peer_sees(
                [
                    "metadata credentials through proxy to 0.0.0.0",
                    "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1",
                ],
                "what a proxy finds at that address is another machine's",
            ),
        direct("https_through_a_tunnel")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .block(r#"https_proxy = "http://<proxy>""#)
            .block(r#"endpoints { ecr = "https://ecr.test" }"#)
            .sees([
                "proxy: CONNECT ecr.test:443",
                "ecr GetAuthorizationToken by AKIDENV in us-east-1 at the end of proxy",
            ]),
    ]
}
