//! Rows in which AWS is unreachable, or the connection breaks.

use expect_test::expect;

use test_support::{
    answer::{hangs, raw, resets, succeeds},
    row::{Row, keys},
};

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("a_dns_failure_is_reported").without(["HTTPS_PROXY"]).at("https://api.ecr.eu-west-1.invalid").set("max_retries", 25).requests(0).in_the_guide().tells(expect![[r#"
            Error: Unknown Host [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://api.ecr.eu-west-1.invalid got no answer: failed to lookup address information: Name or service not known.
            Attempts: 3

            The host has no address. Check the spelling of the Region, and the network and name resolution of this machine.
        "#]]),
        // The Region us-nowhere-1 does not exist, so its host does not exist either.
        keys("a_missing_fips_endpoint_is_reported")
            .without(["AWS_ENDPOINT_URL", "HTTPS_PROXY"])
            .env("AWS_REGION", "us-nowhere-1")
            .set("skip_region_validation", true)
            .set("use_fips_endpoint", true)
            .requests(0)
            .in_the_guide()
            .tells(expect![[r#"
                Error: No FIPS Endpoint [the resource]
                ecr:GetAuthorizationToken in Region us-nowhere-1 at https://api.ecr-fips.us-nowhere-1.amazonaws.com got no answer: failed to lookup address information: Name or service not known.
                Attempts: 3

                That is the Region's FIPS endpoint, enabled by `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile. It has no address. AWS has FIPS endpoints in some Regions only. Use one of these Regions, or disable FIPS.
            "#]]),
        keys("a_refused_connection_is_reported").at("http://<closed>").requests(0).in_the_guide().tells(expect![[r#"
            Error: Connection Refused [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
            Attempts: 3

            Nothing listens at that address. Check the endpoint, and that the service is running.
        "#]]),
        keys("a_refused_connection_is_tried_three_times_at_most")
            .at("http://<closed>")
            .set("max_retries", 25)
            .requests(0)
            .tells(expect![[r#"
                Error: Connection Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
                Attempts: 3

                Nothing listens at that address. Check the endpoint, and that the service is running.
            "#]]),
        keys("a_reset_connection_is_reported").ecr([resets()]).requests(3).in_the_guide().tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: Connection reset by peer (os error 104).
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("a_reset_connection_is_tried_max_retries_times")
            .ecr([resets()])
            .set("max_retries", 4)
            .requests(4)
            .within(10)
            .tells(expect![[r#"
                Error: No Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: Connection reset by peer (os error 104).
                Attempts: 4

                The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
            "#]]),
        keys("a_reset_connection_is_retried").ecr([resets(), succeeds()]).requests(2).logs("waiting before the next attempt"),
        keys("a_closed_connection_is_reported").ecr([raw("")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: connection closed before message completed.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("a_response_that_is_not_http_is_reported").ecr([raw("SSH-2.0-OpenSSH_9.2\r\n")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: invalid HTTP version parsed.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("a_timeout_is_reported").ecr([hangs()]).requests(3).within(40).in_the_guide().tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: no data came within 10 s.
            Attempts: 3

            A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
        "#]]),
        keys("a_timeout_is_retried").ecr([hangs(), succeeds()]).requests(2).within(15),
        keys("a_connection_timeout_is_reported").at("http://<full>").requests(0).within(15).tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<full> got no answer: no connection within 3.1 s, including the lookup of the address.
            Attempts: 3

            A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
        "#]]),
    ]
}
