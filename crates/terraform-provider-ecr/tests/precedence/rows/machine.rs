//! Credentials of the machine: containers, pods and instances.

use crate::{
    row::{Row, row},
    rows::{NO_REGION, ROLE},
};

const CONTAINER: &str = "ecr GetAuthorizationToken by ASIACONTAINER in us-east-1";
const PROFILE: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hunter2\n";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("container_full_uri")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .sees(["container credentials with \"\"", CONTAINER]),
        row("container_authorization_token")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a-token")
            .sees(["container credentials with \"a-token\"", CONTAINER]),
        row("pod_identity")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "a-token-of-a-file")
            .sees(["container credentials with \"a-token-of-a-file\"", CONTAINER]),
        row("pod_identity_file_beats_token")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a-token")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "a-token-of-a-file")
            .sees(["container credentials with \"a-token-of-a-file\"", CONTAINER]),
        row("container_of_another_host_needs_https")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/container")
            .fails(["192.0.2.1"]),
        row("default_profile_beats_container")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .credentials(PROFILE)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("container_beats_instance")
            .on_ec2()
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .sees(["container credentials with \"\"", CONTAINER]),
        row("instance")
            .on_ec2()
            .sees(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1"]),
        row("instance_is_last")
            .on_ec2()
            .credentials(PROFILE)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in us-east-1"]),
        row("region_of_the_instance")
            .on_ec2()
            .without("AWS_REGION")
            .sees(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE in eu-north-1"]),
        row("region_of_the_profile_beats_the_instance")
            .on_ec2()
            .without("AWS_REGION")
            .config("[default]\nregion = eu-west-1\n")
            .sees(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE in eu-west-1"]),
        row("region_of_the_instance_is_only_for_its_own_credentials")
            .on_ec2()
            .env_keys()
            .without("AWS_REGION")
            .fails(["region"]),
        row("region_of_the_instance_with_a_role_on_top")
            .on_ec2()
            .without("AWS_REGION")
            .block(ROLE)
            .sees([
                "metadata credentials",
                "sts AssumeRole deploy (900s) by ASIAINSTANCE in eu-north-1",
                "ecr GetAuthorizationToken by ASIADEPLOY in eu-north-1",
            ])
            .peer_fails(
                ["metadata credentials", "sts AssumeRole deploy (900s) by ASIAINSTANCE in "],
                ["Cannot assume IAM Role"],
                NO_REGION,
            ),
        row("metadata_endpoint_argument_beats_variable")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "<other>")
            .block(r#"ec2_metadata_service_endpoint = "<instance>""#)
            .sees(["metadata credentials at instance", "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1"]),
        row("metadata_is_disabled")
            .on_ec2()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .fails(["No valid credential sources found"]),
        row("metadata_is_skipped")
            .on_ec2()
            .block("skip_metadata_api_check = true")
            .block("skip_credentials_validation = true")
            .block("skip_requesting_account_id = true")
            .fails(["No valid credential sources found"]),
        row("metadata_is_not_skipped_though_disabled")
            .on_ec2()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .block("skip_metadata_api_check = false")
            .block("skip_credentials_validation = true")
            .block("skip_requesting_account_id = true")
            .sees(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1"]),
        // Never alone: a provider that does not know it would ask 169.254.169.254.
        row("metadata_variable_beats_its_older_name")
            .on_ec2()
            .env("AWS_METADATA_URL", "<older>")
            .sees(["metadata credentials", "ecr GetAuthorizationToken by ASIAINSTANCE in us-east-1"]),
    ]
}
