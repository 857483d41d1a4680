//! Credentials of the machine: containers, pods and instances.

use test_support::row::{Row, row};

use super::{NO_REGION, ROLE};

const PROFILE: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hunter2\n";

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("container_full_uri")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "")
            .asks(["container credentials with \"\""])
            .token_by("ASIACONTAINER"),
        row("container_authorization_token")
            .terraform()
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container")
            .asks(["container credentials with \"hunter2-container\""])
            .token_by("ASIACONTAINER"),
        row("pod_identity")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2-of-a-file")
            .asks(["container credentials with \"hunter2-of-a-file\""])
            .token_by("ASIACONTAINER"),
        row("pod_identity_file_beats_token")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2-of-a-file")
            .asks(["container credentials with \"hunter2-of-a-file\""])
            .token_by("ASIACONTAINER"),
        row("default_profile_beats_container").in_a_container().credentials(PROFILE).token_by("AKIDDEFAULT"),
        row("container_beats_instance")
            .on_ec2()
            .in_a_container()
            .asks(["container credentials with \"\""])
            .token_by("ASIACONTAINER"),
        row("instance").terraform().on_ec2().asks(["metadata credentials"]).token_by("ASIAINSTANCE"),
        row("instance_is_last").on_ec2().credentials(PROFILE).token_by("AKIDDEFAULT"),
        row("region_of_the_instance")
            .on_ec2()
            .without(["AWS_REGION"])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE in eu-north-1"),
        row("region_of_the_profile_beats_the_instance")
            .on_ec2()
            .without(["AWS_REGION"])
            .config("[default]\nregion = us-east-1\n")
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE in us-east-1"),
        row("region_of_the_instance_is_only_for_its_own_credentials")
            .on_ec2()
            .env_keys()
            .without(["AWS_REGION"])
            .fails(["region"]),
        row("region_of_the_instance_with_a_role_on_top")
            .on_ec2()
            .without(["AWS_REGION"])
            .role(ROLE)
            .asks(["metadata credentials"])
            .assumes("deploy (900s) by ASIAINSTANCE in eu-north-1")
            .token_by("ASIADEPLOY in eu-north-1")
            .peer_fails(
                ["metadata credentials", "sts AssumeRole deploy (900s) by ASIAINSTANCE in "],
                ["Cannot assume IAM Role"],
                NO_REGION,
            ),
        row("metadata_endpoint_argument_beats_variable")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<other>")
            .set("ec2_metadata_service_endpoint", "http://<instance>")
            .asks(["metadata credentials at instance"])
            .token_by("ASIAINSTANCE"),
        row("metadata_is_disabled")
            .on_ec2()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .fails(["No valid credential sources found"]),
        row("metadata_is_skipped")
            .on_ec2()
            .set("skip_metadata_api_check", "true")
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .fails(["No valid credential sources found"]),
        row("metadata_is_not_skipped_though_disabled")
            .terraform()
            .on_ec2()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .set("skip_metadata_api_check", "false")
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        // Never alone: a provider that does not know it would ask 169.254.169.254.
        row("metadata_variable_beats_its_older_name")
            .on_ec2()
            .env("AWS_METADATA_URL", "http://<older>")
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE")
            .warns(["Deprecated Environment Variable", "AWS_METADATA_URL"]),
    ]
}
