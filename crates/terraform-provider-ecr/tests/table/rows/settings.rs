//! Rows with invalid settings. The provider rejects these settings before the first request.

use expect_test::expect;

use serde_json::json;
use test_support::row::{Row, keys, row};

const ROLE: &str = "arn:aws:iam::111111111111:role/first";

pub(super) fn rows() -> Vec<Row> {
    let wrong = |name| keys(name).requests(0);
    vec![
        wrong("rejects_a_missing_region").without(["AWS_REGION"]).tells(expect![[r#"
            Error: No AWS Region [the resource]
            No AWS Region is configured. Set `region` here or in the provider block, or AWS_REGION or AWS_DEFAULT_REGION, or `region` in the profile.
        "#]]),
        wrong("rejects_an_unknown_region").env("AWS_REGION", "eu-west-99").tells(expect![[r#"
            Error: Invalid AWS Region [the provider block]
            "eu-west-99", from the environment variable AWS_REGION, is not a Region that this version of the provider knows.

            If it is a new Region, set `skip_region_validation = true` in the provider block.
        "#]]),
        wrong("rejects_a_malformed_region_of_the_block").argument("region", "Ireland").tells(expect![[r#"
            Error: Invalid Region Value [region of the resource]
            "Ireland" is not an AWS Region, and does not look like one, such as eu-west-1.
        "#]]),
        wrong("rejects_a_region_of_another_partition").argument("region", "cn-north-1").tells(expect![[r#"
            Error: Invalid Region Value [region of the resource]
            partition (aws-cn) for per-resource Region (cn-north-1) is not the provider's configured partition (aws).

            Credentials of one partition are not valid in another. Use another provider block for this Region.
        "#]]),
        // The hosts of the partition `aws-us-gov` have the same domain as the hosts of the partition `aws`.
        wrong("rejects_a_region_of_govcloud").argument("region", "us-gov-west-1").tells(expect![[r#"
            Error: Invalid Region Value [region of the resource]
            partition (aws-us-gov) for per-resource Region (us-gov-west-1) is not the provider's configured partition (aws).

            Credentials of one partition are not valid in another. Use another provider block for this Region.
        "#]]),
        wrong("rejects_an_endpoint_without_a_scheme").at("127.0.0.1:5000").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "127.0.0.1:5000" (from the environment variable AWS_ENDPOINT_URL) cannot be used: it has no scheme. Write http:// or https:// before it.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_without_a_scheme_in_the_block")
            .endpoint("ecr", "127.0.0.1:5000")
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [endpoints of the provider block]
                In `endpoints`, `ecr` is "127.0.0.1:5000", which cannot be used: it has no scheme. Write http:// or https:// before it.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        wrong("rejects_an_endpoint_with_an_invalid_port").at("http://127.0.0.1:99999").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://127.0.0.1:99999" (from the environment variable AWS_ENDPOINT_URL) cannot be used: its port "99999" is not a number between 1 and 65535, with digits only.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_with_a_password").at("http://me:hunter2@127.0.0.1:5000").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://(hidden)" (from the environment variable AWS_ENDPOINT_URL) cannot be used: it contains a user name, which requests would not send.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_with_a_query").at("http://127.0.0.1:5000/?token=hunter2").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://127.0.0.1:5000/?(hidden)" (from the environment variable AWS_ENDPOINT_URL) cannot be used: it contains a query, which requests would not send.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_a_metadata_service_with_a_password")
            .set("ec2_metadata_service_endpoint", "http://me:hunter2@127.0.0.1:1")
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the provider block]
                The endpoint "http://(hidden)" (from the argument `ec2_metadata_service_endpoint`) cannot be used: it contains a user name, which requests would not send.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        wrong("rejects_an_endpoint_with_an_encoded_password").terraform().at("http://me:hunter2%40127.0.0.1:5000").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://(hidden)" (from the environment variable AWS_ENDPOINT_URL) cannot be used: it contains a user name, which requests would not send.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_with_an_encoded_password_in_the_block")
            .terraform()
            .endpoint("ecr", "http://me:hunter2%40127.0.0.1:5000")
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the provider block]
                In `endpoints`, `ecr` is "http://(hidden)", which cannot be used: it contains a user name, which requests would not send.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        wrong("rejects_a_metadata_service_with_an_encoded_password")
            .terraform()
            .set("ec2_metadata_service_endpoint", "http://me:hunter2%40127.0.0.1:1")
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the provider block]
                The endpoint "http://(hidden)" (from the argument `ec2_metadata_service_endpoint`) cannot be used: it contains a user name, which requests would not send.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        wrong("rejects_an_endpoint_with_a_password_and_without_a_host").at("http://me:hunter2").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://(hidden)" (from the environment variable AWS_ENDPOINT_URL) cannot be used: its port "(hidden)" is not a number between 1 and 65535, with digits only.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_with_a_slash_in_the_password").at("http://me:12/hunter2@127.0.0.1:1").tells(expect![[r#"
            Error: Invalid Endpoint URL [the provider block]
            The endpoint "http://(hidden)" (from the environment variable AWS_ENDPOINT_URL) cannot be used: it contains a user name, which requests would not send.

            Write a URL such as https://host or http://127.0.0.1:5000.
        "#]]),
        wrong("rejects_an_endpoint_of_a_profile_with_an_encoded_password")
            .without(["AWS_ENDPOINT_URL"])
            .config("[default]\nendpoint_url = http://me:hunter2%40127.0.0.1:5000\n")
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the provider block]
                The endpoint "http://(hidden)" (from the profile "default") cannot be used: it contains a user name, which requests would not send.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        wrong("hides_a_token_instead_of_a_region").terraform().set("region", "hunter2").asks([]).tells(expect![[r#"
            Error: Invalid AWS Region [the provider block]
            The value of the argument `region` is not an AWS Region, and does not look like one, such as eu-west-1. The value is not shown, because it may be a secret in the wrong place.

            Check that value.
        "#]]),
        wrong("hides_a_token_instead_of_a_region_of_the_resource")
            .terraform()
            .argument("region", "hunter2")
            .asks([])
            .tells(expect![[r#"
                Error: Invalid Region Value [the resource]
                `region` is not an AWS Region, and does not look like one, such as eu-west-1. The value is not shown, because it may be a secret in the wrong place.

                Check that value.
            "#]]),
        wrong("hides_a_token_instead_of_a_retry_mode").terraform().set("retry_mode", "hunter2").asks([]).tells(expect![[r#"
            Error: Invalid value [the provider block]
            Must be "standard" or "adaptive", got "(hidden)".
        "#]]),
        wrong("hides_a_token_instead_of_a_role").terraform().role("hunter2").asks([]).tells(expect![[r#"
            Error: Invalid ARN [the provider block]
            "assume_role[0].role_arn" (hidden) is an invalid ARN: it is not of the form arn:partition:service:region:account:resource.
        "#]]),
        wrong("rejects_an_http_proxy_that_is_not_a_url").terraform().set("http_proxy", "http://me:hunter2@:port").tells(expect![[r#"
            Error: Invalid HTTP Proxy [the provider block]
            Unable to parse URL: `http_proxy` cannot be used: it is not a URL with a host and a port between 1 and 65535.

            Write a URL such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters of the password percent-encoded. The value and its line are not shown, because they may contain a password.
        "#]]),
        wrong("rejects_an_https_proxy_that_is_not_a_url").set("https_proxy", "http://me:hunter2@:port").tells(expect![[r#"
            Error: Invalid HTTPS Proxy [the provider block]
            Unable to parse URL: `https_proxy` cannot be used: it is not a URL with a host and a port between 1 and 65535.

            Write a URL such as http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters of the password percent-encoded. The value and its line are not shown, because they may contain a password.
        "#]]),
        wrong("rejects_an_incomplete_key_pair").terraform().set("access_key", "AKIDENV").asks([]).tells(expect![[r#"
            Error: Incomplete Static Credentials [access_key of the provider block]
            `access_key` is set and `secret_key` is not. Static credentials need both `access_key` and `secret_key`, and `token` if they are temporary. Set the missing argument, or remove all of them to use the environment, a profile or a role.
        "#]]),
        wrong("rejects_a_key_with_a_line_break").terraform()
            .env("AWS_SECRET_ACCESS_KEY", "hunter2\n")
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from environment variables cannot be used: the secret access key contains a line break.

                Other sources were not tried, because they could be another identity.
            "#]]),
        wrong("rejects_attempts_that_are_not_a_number").env("AWS_MAX_ATTEMPTS", "many").asks([]).tells(expect![[r#"
            Error: Invalid AWS Configuration [the provider block]
            Cannot use the environment variable AWS_MAX_ATTEMPTS: max_attempts is "many", which is not a number of attempts.
        "#]]),
        wrong("rejects_an_unknown_retry_mode").set("retry_mode", "legacy").asks([]).tells(expect![[r#"
            Error: Invalid value [retry_mode of the provider block]
            Must be "standard" or "adaptive", got "legacy".
        "#]]),
        wrong("rejects_a_variable_that_is_not_a_boolean").env("AWS_USE_FIPS_ENDPOINT", "perhaps").tells(expect![[r#"
            Error: Invalid AWS Configuration [the provider block]
            Cannot use the environment variable AWS_USE_FIPS_ENDPOINT: it is "perhaps". Write true or false.
        "#]]),
        wrong("rejects_a_profile_key_that_is_not_a_boolean")
            .config("[default]\nuse_fips_endpoint = perhaps\n")
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the provider block]
                Cannot use the profile "default": use_fips_endpoint is "perhaps". Write true or false.
            "#]]),
        wrong("rejects_both_allowed_and_forbidden_accounts")
            .set("allowed_account_ids", ["111111111111"])
            .set("forbidden_account_ids", ["222222222222"])
            .asks([]).terraform()
            .tells(expect![[r#"
                Error: Conflicting configuration arguments [allowed_account_ids of the provider block]
                "allowed_account_ids": conflicts with forbidden_account_ids. Set one of them, and leave the other out or null.
                Error: Conflicting configuration arguments [forbidden_account_ids of the provider block]
                "forbidden_account_ids": conflicts with allowed_account_ids. Set one of them, and leave the other out or null.
            "#]]),
        wrong("rejects_a_role_without_an_arn").terraform().role(ROLE).block("assume_role", json!({"session_name": "deploy"})).asks([]).tells(expect![[r#"
            Error: Missing required argument [assume_role[1] of the provider block]
            The argument "role_arn" is required, but no definition was found. Name the role in block 2 of `assume_role`, or remove the block.
        "#]]),
        wrong("rejects_an_invalid_role_arn").role("deploy").tells(expect![[r#"
            Error: Invalid ARN [assume_role[0].role_arn of the provider block]
            "assume_role[0].role_arn" (deploy) is an invalid ARN: it is not of the form arn:partition:service:region:account:resource.
        "#]]),
        wrong("rejects_a_session_of_a_minute")
            .block("assume_role", json!({"role_arn": ROLE, "duration": "1m"}))
            .asks([])
            .tells(expect![[r#"
                Error: Invalid Session Duration [assume_role[0].duration of the provider block]
                "assume_role[0].duration" must be between 15 minutes (15m) and 12 hours (12h), inclusive.
            "#]]),
        wrong("rejects_a_session_name_of_one_letter")
            .block("assume_role", json!({"role_arn": ROLE, "session_name": "x"}))
            .tells(expect![[r#"
                Error: Invalid Length [assume_role[0].session_name of the provider block]
                expected length of assume_role[0].session_name to be in the range (2 - 64), got 1 bytes.
            "#]]),
        wrong("rejects_a_session_policy_that_is_not_json")
            .block("assume_role", json!({"role_arn": ROLE, "policy": "allow all"}))
            .tells(expect![[r#"
                Error: Invalid Session Policy [assume_role[0].policy of the provider block]
                "assume_role[0].policy" contains an invalid JSON: expected value at line 1 column 1.
            "#]]),
        // The second error does not point at a line, because the line contains the token.
        wrong("reports_mistakes_in_two_blocks")
            .role(ROLE)
            .block("assume_role", json!({"role_arn": ROLE, "duration": "5m"}))
            .block("assume_role_with_web_identity", json!({"web_identity_token": "abc"}))
            .tells(expect![[r#"
                Error: Invalid Session Duration [assume_role[1].duration of the provider block]
                "assume_role[1].duration" must be between 15 minutes (15m) and 12 hours (12h), inclusive.
                Error: Invalid Length [the provider block]
                expected length of assume_role_with_web_identity[0].web_identity_token to be in the range (4 - 20000), got 3 bytes.
            "#]]),
        wrong("rejects_two_web_identity_tokens").terraform()
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE,
                    "web_identity_token": "hunter2-identity",
                    "web_identity_token_file": "/token"}))
            .asks([])
            .tells(expect![[r#"
                Error: Conflicting configuration arguments [assume_role_with_web_identity[0].web_identity_token_file of the provider block]
                "assume_role_with_web_identity[0].web_identity_token_file": conflicts with assume_role_with_web_identity[0].web_identity_token. Set one of them, and leave the other out or null.
            "#]]),
        wrong("rejects_a_web_identity_without_a_token")
            .block("assume_role_with_web_identity", json!({"role_arn": ROLE}))
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [assume_role_with_web_identity[0] of the provider block]
                Cannot use the argument `assume_role_with_web_identity`: it needs `web_identity_token` or `web_identity_token_file`, or TF_AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.
            "#]]),
        wrong("rejects_dual_stack_with_a_custom_endpoint").set("use_dualstack_endpoint", true).tells(expect![[r#"
            Error: Invalid AWS Configuration [use_dualstack_endpoint of the provider block]
            Cannot use the argument `use_dualstack_endpoint`: http://<aws>, the endpoint of ECR (from the environment variable AWS_ENDPOINT_URL), does not have a dual-stack form. Remove the endpoint or the dual-stack setting.
        "#]]),
        wrong("rejects_dual_stack_of_the_environment_with_a_custom_endpoint")
            .env("AWS_USE_DUALSTACK_ENDPOINT", "true")
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the provider block]
                Cannot use the environment variable AWS_USE_DUALSTACK_ENDPOINT: http://<aws>, the endpoint of ECR (from the environment variable AWS_ENDPOINT_URL), does not have a dual-stack form. Remove the endpoint or the dual-stack setting.
            "#]]),
        wrong("rejects_an_https_proxy_of_the_environment_that_is_not_a_url").at("https://aws.test").env("HTTPS_PROXY", "ftp://me:hunter2@host").tells(expect![[r#"
            Error: Invalid AWS Configuration [the provider block]
            Cannot use the environment variable HTTPS_PROXY: as a proxy, its scheme is not http, https, socks5 or socks5h.
        "#]]),
        wrong("reports_a_missing_profile_beside_keys").profile("nowhere").tells(expect![[r#"
            Error: AWS Profile Not Found [profile of the provider block]
            The profile "nowhere", which the argument `profile` names, does not exist. Files that were searched:

              <home>/.aws/config (which does not exist)
              <home>/.aws/credentials (which does not exist)

            In a config file, its section begins with [profile nowhere]. In a credentials file, the section begins with the name alone in brackets. `aws configure list-profiles` lists the existing profiles.
            Warning: Configuration conflict detected [profile of the provider block]
            `profile` is "nowhere", and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the environment. The profile is used, and the keys are ignored.

            To use the keys, remove `profile`. Otherwise, unset both variables.
        "#]]),
        keys("warns_about_two_endpoints_blocks")
            .endpoint("ecr", "http://<aws>")
            .endpoint("sts", "http://<aws>")
            .tells(expect![[r#"
                Warning: Invalid Attribute Value [endpoints of the provider block]
                Attribute "endpoints" should have at most 1 element, got 2. If two blocks name a service, either of them may be used. Write one block.

                A later release of hashicorp/aws will reject this.
            "#]]),
        keys("warns_about_two_names_of_one_service")
            .block("endpoints", json!({"prometheus": "http://<aws>", "amp": "http://<aws>"}))
            .block("endpoints", json!({"prometheusservice": "http://<aws>", "amp": "http://<aws>"}))
            .tells(expect![[r#"
                Warning: Invalid Attribute Combination [endpoints of the provider block]
                Only one of the following attributes should be set: "endpoints.amp", "endpoints.prometheus", "endpoints.prometheusservice". They are names of one service. The first one in this order is used.

                A later release of hashicorp/aws will reject this.
                Warning: Invalid Attribute Value [endpoints of the provider block]
                Attribute "endpoints" should have at most 1 element, got 2. If two blocks name a service, either of them may be used. Write one block.

                A later release of hashicorp/aws will reject this.
            "#]]),
        keys("warns_about_a_profile_beside_keys")
            .file(".aws/config", "[profile ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .tells(expect![[r#"
                Warning: Configuration conflict detected [profile of the provider block]
                `profile` is "ci", and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the environment. The profile is used, and the keys are ignored.

                To use the keys, remove `profile`. Otherwise, unset both variables.
            "#]]),
        keys("warns_about_a_deprecated_variable").env("AWS_METADATA_URL", "http://127.0.0.1:1").tells(expect![[r#"
            Warning: Deprecated Environment Variable [the provider block]
            The environment variable AWS_METADATA_URL is deprecated. Set AWS_EC2_METADATA_SERVICE_ENDPOINT instead.
        "#]]),
        keys("warns_about_an_endpoint_without_tls_in_the_block")
            .terraform()
            .without(["HTTPS_PROXY", "AWS_ENDPOINT_URL"])
            .env("HTTP_PROXY", "http://<proxy>")
            .block("endpoints", json!({"ecr": "http://ecr.test", "sts": "http://sts.test", "sso": "http://sso.test"}))
            .tells(expect![[r#"
                Warning: Endpoint Without TLS [endpoints of the provider block]
                http://ecr.test, from the argument `endpoints`, is used for ECR without TLS. Anybody in between can read tokens and credentials, and can pretend to be AWS.

                Write https://, or use an endpoint on this machine.
            "#]]),
        keys("warns_about_an_endpoint_without_tls_of_all_services")
            .env("HTTP_PROXY", "http://<proxy>")
            .at("http://ecr.test")
            .role("arn:aws:iam::123456789012:role/deploy")
            .requests(2)
            .tells(expect![[r#"
                Warning: Endpoint Without TLS [the provider block]
                http://ecr.test, from the environment variable AWS_ENDPOINT_URL, is used for ECR and STS without TLS. Anybody in between can read tokens and credentials, and can pretend to be AWS.

                Write https://, or use an endpoint on this machine.
            "#]]),
        row("warns_about_metadata_without_tls")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata.test")
            .warns(["Endpoint Without TLS", "http://metadata.test", "EC2 instance metadata"])
            .fails(["EC2 instance metadata: "]),
        keys("does_not_warn_about_unused_metadata_without_tls")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata.test"),
        row("hides_a_metadata_mode_that_may_be_a_secret")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "hunter2")
            .fails(["the endpoint mode of EC2's metadata service is \"(hidden)\""]),
        keys("warns_about_an_http_proxy_used_for_https")
            .without(["HTTPS_PROXY"])
            .set("http_proxy", "http://me:hunter2@127.0.0.1:1")
            .tells(expect![[r#"
                Warning: Missing HTTPS Proxy [the provider block]
                `http_proxy` is set, but neither `https_proxy` nor HTTPS_PROXY is. The provider uses http://127.0.0.1:1 for HTTPS too, as hashicorp/aws does, where this may change.

                Set `https_proxy` to the same proxy, or to "" for HTTPS without a proxy.
            "#]]),
    ]
}
