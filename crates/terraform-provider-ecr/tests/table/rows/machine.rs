//! Rows about credentials of the machine: containers, pods and instances.

use serde_json::{Value as Json, json};

use test_support::{
    answer::{Answer, hangs, json, resets, says, succeeds},
    row::{Row, row},
};

use super::{NO_REGION, ROLE};

const PROFILE: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hunter2\n";

const SESSION: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials/instance";

/// The reason why hashicorp/aws 5 fails after a throttling response, although this provider tries again.
const LATER: &str = "later versions of the library try again";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_precedence();
    rows.extend(of_versions());
    rows.extend(of_documents());
    rows
}

/// Returns a row in which the provider runs on an EC2 instance. The metadata service responds with this status to the
/// request for a session token.
fn without_session(name: &'static str, status: u16) -> Row {
    row(name).on_ec2().answer(SESSION, [says(status, "text/plain", "")])
}

/// Returns rows about the versions of the instance metadata service.
fn of_versions() -> Vec<Row> {
    let version_1 = |row: Row| row.asks(["metadata credentials"]).token_by("ASIAINSTANCE");
    let only_2 = |row: Row| row.env("AWS_EC2_METADATA_V1_DISABLED", "true");
    vec![
        version_1(without_session("imdsv1_is_used_if_a_session_is_forbidden", 403)).terraform(),
        version_1(without_session("imdsv1_is_used_if_a_session_is_not_found", 404)),
        version_1(without_session("imdsv1_is_used_if_put_is_not_allowed", 405)),
        version_1(without_session("imdsv1_is_used_after_a_server_error", 500)),
        version_1(without_session("imdsv1_is_used_if_a_session_has_an_empty_response", 200)),
        // The request times out. This also happens in a container, because the response has a limit of one network hop.
        version_1(row("imdsv1_is_used_if_a_session_times_out").on_ec2().answer(SESSION, [hangs()])),
        version_1(
            without_session("imdsv1_is_used_if_enabled_by_the_variable", 403)
                .env("AWS_EC2_METADATA_V1_DISABLED", "False"),
        ),
        version_1(
            without_session("the_variable_beats_the_profile_for_imdsv1", 403)
                .env("AWS_EC2_METADATA_V1_DISABLED", "false")
                .config("[default]\nec2_metadata_v1_disabled = true\n"),
        ),
        version_1(only_2(row("imdsv2_is_used_if_imdsv1_is_disabled").on_ec2())),
        without_session("a_bad_session_request_is_reported", 400).fails(["400"]),
        only_2(without_session("a_forbidden_session_is_reported_if_imdsv1_is_disabled", 403)).fails(["403"]),
        only_2(without_session("a_failed_session_is_reported_if_imdsv1_is_disabled", 500)).fails(["500"]),
        without_session("the_profile_can_disable_imdsv1", 405)
            .config("[default]\nec2_metadata_v1_disabled = TRUE\n")
            .fails(["405"]),
        row("an_ended_session_is_begun_again")
            .on_ec2()
            .answer(ROLES, [says(401, "text/plain", ""), succeeds()])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("failed_metadata_is_retried")
            .on_ec2()
            .answer(ROLES, [says(503, "text/plain", ""), succeeds()])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("hanging_metadata_is_retried")
            .on_ec2()
            .answer(ROLES, [hangs(), succeeds()])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("reset_metadata_is_retried")
            .on_ec2()
            .answer(ROLES, [resets(), succeeds()])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        version_1(row("imdsv1_is_used_if_a_session_is_reset").on_ec2().answer(SESSION, [resets()])),
        row("imdsv2_is_retried_if_imdsv1_is_rejected")
            .on_ec2()
            .answer(SESSION, [resets(), succeeds()])
            .answer(ROLES, [says(401, "text/plain", ""), succeeds()])
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("metadata_endpoint_may_have_a_path")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>/other/path/")
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("metadata_endpoint_may_have_a_slash")
            .on_ec2()
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://<aws>/")
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
    ]
}

/// Returns rows with credential documents of containers and instances, in the formats that emulators of AWS return.
fn of_documents() -> Vec<Row> {
    let keys = |session: Json| {
        let mut keys = json!({"Code": "Success", "AccessKeyId": "AKIDMACHINE", "SecretAccessKey": "hunter2"});
        if let (Json::Object(keys), Json::Object(session)) = (&mut keys, session) {
            keys.extend(session);
        }
        json(200, &keys)
    };
    let container = |name, answers: [Answer; 2]| row(name).in_a_container().answer("/v1/credentials", answers);
    let twice = |answer: Answer| [answer.clone(), answer];
    let asked = "container credentials with \"\"";
    let busy = |status, code: &str| json(status, &json!({"code": code, "message": "slow down"}));
    let again = |row: Row| row.asks([asked, asked]).token_by("ASIACONTAINER");
    vec![
        container("accepts_an_empty_token_of_a_container", twice(keys(json!({"Token": ""}))))
            .asks([asked])
            .token_by("AKIDMACHINE"),
        container("accepts_a_null_token_of_a_container", twice(keys(json!({"Token": null, "Expiration": null}))))
            .asks([asked])
            .token_by("AKIDMACHINE"),
        container("accepts_a_missing_token_of_a_container", twice(keys(json!({}))))
            .asks([asked])
            .token_by("AKIDMACHINE"),
        row("accepts_an_empty_token_of_an_instance")
            .on_ec2()
            .answer(CREDENTIALS, [keys(json!({"Token": "", "Expiration": "2099-01-01T00:00:00Z"}))])
            .asks(["metadata credentials"])
            .token_by("AKIDMACHINE"),
        again(container("throttling_by_a_container_is_retried", [busy(400, "ThrottlingException"), succeeds()]))
            .ours_only(LATER),
        again(container("slow_down_by_a_container_is_retried", [busy(400, "SlowDown"), succeeds()])).ours_only(LATER),
        again(container("http_429_by_a_container_is_retried", [says(429, "text/plain", "later"), succeeds()])),
        row("rejects_an_oversized_container_token")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2/".repeat(1 << 13) + "x")
            .fails(["longer than 64 KiB"])
            .ours_only("version 5 sends all of it"),
        row("rejects_a_container_token_with_a_line_break")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/token")
            .file("token", "hunter2\nhunter2")
            .fails(["line break"])
            .ours_only("its words are others"),
        container("a_rejection_by_a_container_is_not_retried", [busy(400, "ValidationException"), succeeds()])
            .asks([asked])
            .fails(["slow down"]),
    ]
}

fn of_precedence() -> Vec<Row> {
    vec![
        row("container_full_uri_is_used")
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "")
            .asks(["container credentials with \"\""])
            .token_by("ASIACONTAINER"),
        row("container_authorization_token_is_sent")
            .terraform()
            .in_a_container()
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-container")
            .asks(["container credentials with \"hunter2-container\""])
            .token_by("ASIACONTAINER"),
        row("pod_identity_is_used")
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
        row("instance_credentials_are_used")
            .terraform()
            .on_ec2()
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE"),
        row("instance_is_last").on_ec2().credentials(PROFILE).token_by("AKIDDEFAULT"),
        row("region_of_the_instance_is_used")
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
        row("region_of_the_instance_is_used_for_a_role")
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
        // No row sets only AWS_METADATA_URL, because a provider that does not read this variable would call 169.254.169.254.
        row("metadata_variable_beats_its_older_name")
            .on_ec2()
            .env("AWS_METADATA_URL", "http://<older>")
            .asks(["metadata credentials"])
            .token_by("ASIAINSTANCE")
            .warns(["Deprecated Environment Variable", "AWS_METADATA_URL"]),
    ]
}
