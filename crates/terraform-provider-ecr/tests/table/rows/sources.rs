//! Rows in which a source of credentials does not return credentials.

use expect_test::expect;
use serde_json::json;

use test_support::{
    answer::{hangs, json, says, succeeds},
    row::{Row, row},
};

/// A shell command that prints keys in the format of a `credential_process`.
const KEYS: &str = r#"echo '{"Version":1,"AccessKeyId":"AKIDTOOL","SecretAccessKey":"hunter2"}'"#;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_the_machine();
    rows.extend(of_programs());
    rows
}

fn of_the_machine() -> Vec<Row> {
    let instance = |name| {
        row(name).env("AWS_EC2_METADATA_DISABLED", "false").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>")
    };
    let container = |name| row(name).in_a_container().env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container");
    let session = "/latest/api/token";
    let roles = "/latest/meta-data/iam/security-credentials/";
    vec![
        row("reports_missing_credentials").asks([]).tells(expect![[r#"
            Error: No Valid Credential Sources Found [the resource]
            No source has AWS credentials. Tried, in this order:

              environment variables: AWS_ACCESS_KEY_ID is not set
              web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
              shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
              container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
              EC2 instance metadata: switched off by the environment variable AWS_EC2_METADATA_DISABLED

            Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
        "#]]),
        instance("reports_an_absent_imds")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<closed>")
            .requests(0)
            .in_the_guide()
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: tcp connect error: Connection refused (os error 111) (http://<closed>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_a_slow_imds").answer(session, [hangs()]).answer(roles, [hangs()]).requests(2).tells(expect![[r#"
            Error: No Valid Credential Sources Found [the resource]
            No source has AWS credentials. Tried, in this order:

              environment variables: AWS_ACCESS_KEY_ID is not set
              web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
              shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
              container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
              EC2 instance metadata: no response within 1 s (http://<aws>)

            Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
        "#]]),
        instance("reports_an_unreachable_imds")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<full>")
            .requests(0)
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: no response within 1 s (http://<full>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_a_forbidden_imds")
            .answer(session, [says(403, "text/plain", "")])
            .answer(roles, [says(403, "text/plain", "")])
            .requests(2)
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: it returned HTTP 403, as it does if it is disabled for the instance (http://<aws>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_an_imds_that_only_has_version_1")
            .answer(session, [says(405, "text/plain", "")])
            .env("AWS_EC2_METADATA_V1_DISABLED", "true")
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: a session could not be started: it returned HTTP 405. Version 1, which needs no session, is disabled by the environment variable AWS_EC2_METADATA_V1_DISABLED (http://<aws>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("hides_a_token_that_imds_repeats")
            .answer(session, [says(200, "text/plain", "hunter2-of-a-session").header("x-aws-ec2-metadata-token-ttl-seconds", "300")])
            .answer(roles, [says(200, "text/plain", "instance")])
            .answer(
                "/latest/meta-data/iam/security-credentials/instance",
                [json(200, &json!({
                    "Code": "Failed",
                    "AccessKeyId": "AKIDOLD",
                    "SecretAccessKey": "hunter2",
                    "Message": "no credentials for hunter2-of-a-session\nmore",
                }))],
            )
            .requests(3)
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: for the role instance it returned no credentials: no credentials for (hidden) (http://<aws>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_an_imds_without_a_role").answer(roles, [says(404, "text/plain", "")]).requests(2).tells(expect![[r#"
            Error: No Valid Credential Sources Found [the resource]
            No source has AWS credentials. Tried, in this order:

              environment variables: AWS_ACCESS_KEY_ID is not set
              web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
              shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
              container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
              EC2 instance metadata: the instance has no IAM role (http://<aws>)

            Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
        "#]]),
        instance("reports_an_imds_role_without_trust")
            .answer(
                "/latest/meta-data/iam/security-credentials/instance",
                [json(200, &json!({
                    "Code": "AssumeRoleUnauthorizedAccess",
                    "Message": "EC2 cannot assume the role",
                }))],
            )
            .requests(3)
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: for the role instance it returned no credentials: EC2 cannot assume the role (http://<aws>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_a_login_page_instead_of_imds")
            .answer(roles, [says(200, "text/html", "<html><body>Please log in</body></html>")])
            .requests(2)
            .tells(expect![[r#"
                Error: No Valid Credential Sources Found [the resource]
                No source has AWS credentials. Tried, in this order:

                  environment variables: AWS_ACCESS_KEY_ID is not set
                  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                  shared files: the profile "default" is missing in <home>/.aws/config (which does not exist) and <home>/.aws/credentials (which does not exist)
                  container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                  EC2 instance metadata: its response is not the name of a role (http://<aws>)

                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `profile` in the provider block, or run on AWS with a role.
            "#]]),
        instance("reports_a_login_page_instead_of_an_imds_region")
            .without(["AWS_REGION"])
            .answer("/latest/meta-data/placement/region", [says(200, "text/html", "<html>Please log in</html>")])
            .requests(4)
            .tells(expect![[r#"
                Error: No AWS Region [the resource]
                No AWS Region is configured. Set `region` here or in the provider block, or AWS_REGION or AWS_DEFAULT_REGION, or `region` in the profile.
            "#]]),
        container("rejects_a_container_path_without_a_slash")
            .without(["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
            .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2/credentials/hunter2")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the resource]
                The endpoint "http://169.254.170.2v2/(hidden)" (from the environment variable AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) cannot be used: its host has no address: failed to lookup address information: Name or service not known.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        container("rejects_a_remote_container_agent_without_tls")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/credentials?token=hunter2")
            .asks([])
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the resource]
                The endpoint "http://192.0.2.1/(hidden)" (from the environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI) cannot be used: without TLS, only this machine and the agents of ECS and EKS are allowed. Write https://.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        container("hides_a_token_that_a_container_agent_repeats")
            .answer("/v1/credentials", [json(403, &json!({"message": "no credentials for hunter2-container"}))])
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <aws>) cannot be used: it returned HTTP 403: no credentials for (hidden).

                Other sources were not tried, because they could be another identity.
            "#]]),
        container("reports_a_rejection_by_a_container_agent")
            .answer("/v1/credentials", [json(403, &json!({"code": "AccessDenied", "message": "no such pod identity"}))])
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <aws>) cannot be used: it returned HTTP 403: no such pod identity.

                Other sources were not tried, because they could be another identity.
            "#]]),
        container("reports_a_failure_of_a_container_agent").answer("/v1/credentials", [says(500, "text/plain", "hunter2")]).requests(3).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the container (by <aws>) cannot be used: it returned HTTP 500.

            Other sources were not tried, because they could be another identity.
        "#]]),
        container("reports_a_container_agent_that_times_out")
            .answer("/v1/credentials", [hangs()])
            .requests(3)
            .within(20)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <aws>) cannot be used: no data came within 5 s.

                Other sources were not tried, because they could be another identity.
            "#]]),
        container("reports_an_invalid_response_of_a_container_agent")
            .answer("/v1/credentials", [says(200, "text/plain", "hunter2")])
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <aws>) cannot be used: it returned no credentials.

                Other sources were not tried, because they could be another identity.
            "#]]),
        container("shows_the_message_of_a_container_agent")
            .answer("/v1/credentials", [json(200, &json!({"code": "AccessDenied", "message": "no such pod identity"}))])
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <aws>) cannot be used: it returned no credentials: no such pod identity.

                Other sources were not tried, because they could be another identity.
            "#]]),
        container("reports_an_unreachable_container_agent")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://<closed>/v1/credentials")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the container (by <closed>) cannot be used: tcp connect error: Connection refused (os error 111).

                Other sources were not tried, because they could be another identity.
            "#]]),
    ]
}

fn of_programs() -> Vec<Row> {
    let program = |name, script: &str| {
        row(name)
            .config("[profile tool]\ncredential_process = sh <home>/program\n")
            .needs(&["sh", "sleep"])
            .env("AWS_PROFILE", "tool")
            .file("program", script)
            .requests(0)
    };
    vec![
        program("reports_a_failed_credential_process", "echo hunter2\necho 'no session: run corp-login first' >&2\nexit 2\n")
            .in_the_guide()
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "tool" cannot be used: its `credential_process` failed (exit status: 2): no session: run corp-login first.

                Other sources were not tried, because they could be another identity.
            "#]]),
        program("reports_a_hanging_credential_process", "exec sleep 300\n").within(55).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "tool" cannot be used: its `credential_process` did not end within 50 s, and was stopped.

            Other sources were not tried, because they could be another identity.
        "#]]),
        program("reports_slow_credentials_before_a_role", &format!("sleep 45\n{KEYS}"))
            .role("arn:aws:iam::111111111111:role/first")
            .role("arn:aws:iam::111111111111:role/second")
            .answer("AssumeRole", [succeeds().after(8), hangs()])
            .requests(2)
            .within(63)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[1].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/second, which block 2 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> got no answer: the call, including its credentials, took longer than 60 s.

                A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
            "#]]),
        program("reports_slow_credentials_before_the_token", &format!("sleep 44\n{KEYS}"))
            .file(
                ".aws/config",
                "[profile ci]\nrole_arn = arn:aws:iam::111111111111:role/ci\nsource_profile = tool\n\
                 [profile tool]\ncredential_process = sh <home>/program\n",
            )
            .env("AWS_PROFILE", "ci")
            .answer("AssumeRole", [succeeds().after(8)])
            .ecr([hangs()])
            .requests(2)
            .within(63)
            .tells(expect![[r#"
                Error: No Answer in Time [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> got no answer: the call, including its credentials, took longer than 60 s.

                A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network path to that host.
            "#]]),
        program("rejects_credential_process_output_that_is_not_json", "echo 'hunter2: logged in'\n").tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "tool" cannot be used: its `credential_process` did not print a JSON object.

            Other sources were not tried, because they could be another identity.
        "#]]),
        program("rejects_credential_process_output_without_a_secret", r#"echo '{"Version":1,"AccessKeyId":"hunter2"}'"#).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "tool" cannot be used: its `credential_process` did not print SecretAccessKey.

            Other sources were not tried, because they could be another identity.
        "#]]),
        program("reports_a_missing_credential_process", "exec corp-login\n").tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "tool" cannot be used: its `credential_process` failed (exit status: 127): <home>/program: 1: exec: corp-login: not found.

            Other sources were not tried, because they could be another identity.
        "#]]),
        row("reports_a_profile_without_a_role_for_its_source")
            .config("[profile ci]\nsource_profile = base\n\n[profile base]\n\
                 aws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n")
            .env("AWS_PROFILE", "ci")
            .requests(0)
            .in_the_guide()
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the profile "ci": it has `source_profile` and no `role_arn`.
            "#]]),
    ]
}
