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

            The host has no address: is the Region spelled right, and is there a network with name resolution?
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

                That is the FIPS endpoint of the Region, as `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile wants it, and it has no address. AWS has FIPS endpoints in some Regions only. Ask in one of those, or do without.
            "#]]),
        keys("connection_refused").at("http://<closed>").requests(0).in_the_guide().tells(expect![[r#"
            Error: Connection Refused [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
            Attempts: 3

            Nothing listens there: is the endpoint right, and is the service running?
        "#]]),
        keys("connection_refused_however_often_it_is_to_be_tried")
            .at("http://<closed>")
            .set("max_retries", 25)
            .requests(0)
            .tells(expect![[r#"
                Error: Connection Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
                Attempts: 3

                Nothing listens there: is the endpoint right, and is the service running?
            "#]]),
        keys("connection_reset").ecr([resets()]).requests(3).in_the_guide().tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: Connection reset by peer (os error 104).
            Attempts: 3

            There was a connection, and it broke or carried no answer. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets, and what is on the way: a firewall, a proxy or a load balancer may have cut it.
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

                There was a connection, and it broke or carried no answer. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets, and what is on the way: a firewall, a proxy or a load balancer may have cut it.
            "#]]),
        keys("connection_reset_once").ecr([resets(), well()]).requests(2).logs("waiting before the next attempt"),
        keys("connection_closed").ecr([raw("")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: connection closed before message completed.
            Attempts: 3

            There was a connection, and it broke or carried no answer. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets, and what is on the way: a firewall, a proxy or a load balancer may have cut it.
        "#]]),
        keys("no_http").ecr([raw("SSH-2.0-OpenSSH_9.2\r\n")]).requests(3).tells(expect![[r#"
            Error: No Answer From AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: invalid HTTP version parsed.
            Attempts: 3

            There was a connection, and it broke or carried no answer. Check the endpoint, which the environment variable AWS_ENDPOINT_URL sets, and what is on the way: a firewall, a proxy or a load balancer may have cut it.
        "#]]),
        keys("black_hole").ecr([hangs()]).requests(3).within(40).in_the_guide().tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: nothing came within 10 s.
            Attempts: 3

            A firewall or a security group that drops packets looks like this, a name server out of reach as well: is there a way to that host from here?
        "#]]),
        keys("black_hole_once").ecr([hangs(), well()]).requests(2).within(15),
        keys("no_connection_in_time").at("http://<full>").requests(0).within(15).tells(expect![[r#"
            Error: No Answer in Time [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<full> got no answer: no connection came about within 3.1 s, with the time to find the address.
            Attempts: 3

            A firewall or a security group that drops packets looks like this, a name server out of reach as well: is there a way to that host from here?
        "#]]),
    ]
}
