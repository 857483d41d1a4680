//! No way to AWS, or none that lasts.

use expect_test::expect;

use test_support::{
    answer::{hangs, raw, resets, well},
    row::{Row, keys},
};

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("dns_failure").without(["HTTPS_PROXY"]).at("https://api.ecr.eu-west-1.invalid").set("max_retries", 25).requests(0).in_the_guide().tells(expect![[r#"
            Error: Unknown Host [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://api.ecr.eu-west-1.invalid got no answer: failed to lookup address information: Name or service not known.
            Attempts: 3

            The host has no address. Check the spelling of the Region, and the network and name resolution of this machine.
        "#]]),
        // That Region does not exist, and its host does not either.
        keys("no_fips_endpoint")
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
        keys("connection_refused").at("http://<closed>").requests(0).in_the_guide().tells(expect![[r#"
            Error: Connection Refused [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
            Attempts: 3

            Nothing listens at that address. Check the endpoint, and that the service is running.
        "#]]),
        keys("connection_refused_however_often_it_is_to_be_tried")
            .at("http://<closed>")
            .set("max_retries", 25)
            .requests(0)
            .tells(expect![[r#"
                Error: Connection Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
                Attempts: 3

                Nothing listens at that address. Check the endpoint, and that the service is running.
            "#]]),
        keys("connection_reset").ecr([resets()]).requests(3).in_the_guide().tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: Connection reset by peer (os error 104).
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("connection_reset_as_often_as_it_is_to_be_tried")
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
        keys("connection_reset_once").ecr([resets(), well()]).requests(2).logs("waiting before the next attempt"),
        keys("connection_closed").ecr([raw("")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: connection closed before message completed.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("no_http").ecr([raw("SSH-2.0-OpenSSH_9.2\r\n")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: invalid HTTP version parsed.
            Attempts: 3

            The connection was made, but it broke or carried no answer. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL, and the network path: a firewall, a proxy or a load balancer may have cut the connection.
        "#]]),
        keys("black_hole").ecr([hangs()]).requests(3).within(40).in_the_guide().tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: no data came within 10 s.
            Attempts: 3

            A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
        "#]]),
        keys("black_hole_once").ecr([hangs(), well()]).requests(2).within(15),
        keys("no_connection_in_time").at("http://<full>").requests(0).within(15).tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<full> got no answer: no connection within 3.1 s, including the lookup of the address.
            Attempts: 3

            A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
        "#]]),
    ]
}
