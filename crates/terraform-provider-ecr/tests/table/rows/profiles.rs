//! Rows about the settings of a profile.

use test_support::row::{Row, keys, row};

use super::ROLE_OF_PROFILE;

/// Profiles that other profiles use as their `source_profile`.
const SOURCES: &str = "
[base]
aws_access_key_id = AKIDBASE
aws_secret_access_key = hunter2

[both]
aws_access_key_id = AKIDBOTH
aws_secret_access_key = hunter2
role_arn = arn:aws:iam::123456789012:role/both
source_profile = base
";

const PROCESS: &str = r#"#!/bin/sh
echo '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "hunter2"}'
"#;

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("assumes_the_role_with_the_source_profile")
            .credentials(SOURCES)
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("the_default_profile_may_have_a_source_profile")
            .credentials(SOURCES)
            .config("[default]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .assumes("deploy (900s) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("source_profiles_are_chained")
            .terraform()
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = middle\n\
                 [profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = base\n",
            )
            .env("AWS_PROFILE", "ci")
            .assumes("middle (900s) by AKIDBASE")
            .assumes("deploy (900s) by ASIAMIDDLE")
            .token_by("ASIADEPLOY"),
        row("rejects_a_missing_source_profile")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = nope\n")
            .profile("ci")
            .fails(["nope"]),
        row("a_profile_may_be_its_own_source")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = ci\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY"),
        row("keys_of_a_source_profile_beat_its_source")
            .credentials(SOURCES)
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = both\n")
            .profile("ci")
            .assumes("both (900s) by AKIDBOTH")
            .assumes("deploy (900s) by ASIABOTH")
            .token_by("ASIADEPLOY"),
        row("keys_of_a_profile_with_a_role_are_not_used")
            .credentials(SOURCES)
            .profile("both")
            .assumes("both (900s) by AKIDBASE")
            .token_by("ASIABOTH"),
        row("keys_in_another_file_do_not_beat_the_source_profile")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("rejects_a_role_without_a_source")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .profile("ci")
            .fails(["credential"]),
        row("a_role_without_a_source_uses_the_container")
            .in_a_container()
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .profile("ci")
            .asks(["container credentials with \"\""])
            .assumes("deploy (900s) by ASIACONTAINER")
            .token_by("ASIADEPLOY")
            .warns(["AWS Profile Without Credentials", "\"ci\""]),
        row("a_role_without_a_source_uses_the_instance")
            .on_ec2()
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .profile("ci")
            .asks(["metadata credentials"])
            .assumes("deploy (900s) by ASIAINSTANCE")
            .token_by("ASIADEPLOY")
            .warns(["AWS Profile Without Credentials", "\"ci\""]),
        keys("rejects_a_role_without_a_source_beside_env_keys")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .profile("ci")
            .fails(["credential"]),
        keys("credential_source_environment_is_used")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = Environment\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY")
            .warns(["Configuration conflict detected"]),
        row("credential_source_container_is_used")
            .in_a_container()
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = EcsContainer\n",
            )
            .profile("ci")
            .asks(["container credentials with \"\""])
            .assumes("deploy (900s) by ASIACONTAINER")
            .token_by("ASIADEPLOY"),
        row("credential_source_instance_is_used")
            .on_ec2()
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = Ec2InstanceMetadata\n",
            )
            .profile("ci")
            .asks(["metadata credentials"])
            .assumes("deploy (900s) by ASIAINSTANCE")
            .token_by("ASIADEPLOY"),
        row("rejects_an_unknown_credential_source")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = Magic\n",
            )
            .profile("ci")
            .fails(["credential"]),
        row("web_identity_is_used")
            .file("token", "hunter2-identity")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n\
                 role_session_name = named\n",
            )
            .profile("ci")
            .asks(["AssumeRoleWithWebIdentity deploy (hunter2-identity, session=named) unsigned"])
            .token_by("ASIADEPLOY"),
        row("web_identity_is_used_as_source_profile")
            .file("token", "hunter2-identity")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = pod\n\
                 [profile pod]\nrole_arn = arn:aws:iam::123456789012:role/pod\n\
                 web_identity_token_file = <home>/token\n",
            )
            .profile("ci")
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .assumes("deploy (900s) by ASIAPOD")
            .token_by("ASIADEPLOY"),
        row("parameters_of_the_role_are_sent")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 duration_seconds = 1800\nexternal_id = from-profile\nrole_session_name = named\n",
            )
            .profile("ci")
            .assumes("deploy (1800s, ExternalId=from-profile, session=named) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("session_name_of_the_environment_is_not_used_for_a_role")
            .credentials(SOURCES)
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE")
            .token_by("ASIADEPLOY"),
        row("rejects_mfa")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 mfa_serial = arn:aws:iam::123456789012:mfa/me\n",
            )
            .profile("ci")
            .fails(["MFA"]),
        row("region_of_the_profile_signs_its_role")
            .without(["AWS_REGION"])
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 region = us-east-1\n\
                 [profile base]\nregion = eu-west-2\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDBASE in us-east-1")
            .token_by("ASIADEPLOY in us-east-1"),
        row("credential_process_is_used")
            .terraform()
            .file("process", PROCESS)
            .needs(&["sh"])
            .config("[profile ci]\ncredential_process = <home>/process\n")
            .profile("ci")
            .token_by("AKIDPROCESS"),
        row("credential_process_is_used_as_source_profile")
            .file("process", PROCESS)
            .needs(&["sh"])
            .config(
                "[profile base]\ncredential_process = <home>/process\n\
                 [profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDPROCESS")
            .token_by("ASIADEPLOY"),
        keys("rejects_both_source_profile_and_credential_source")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 source_profile = base\ncredential_source = Environment\n",
            )
            .profile("ci")
            .fails(["credential source"]),
        row("keys_beat_web_identity_and_assume_the_role")
            .file("token", "hunter2-identity")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY"),
        row("a_role_without_a_source_uses_keys_of_its_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY"),
        row("a_role_without_a_source_uses_keys_of_its_profile_in_another_file")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .profile("ci")
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY"),
        row("a_role_without_a_source_uses_the_credential_process_of_its_profile")
            .file("process", PROCESS)
            .needs(&["sh"])
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_process = <home>/process\n",
            )
            .profile("ci")
            .assumes("deploy (900s) by AKIDPROCESS")
            .token_by("ASIADEPLOY"),
        row("rejects_a_loop_of_source_profiles")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = other\n\
                 [profile other]\nrole_arn = arn:aws:iam::123456789012:role/other\nsource_profile = ci\n",
            )
            .profile("ci")
            .fails(["ci"]),
        row("reports_a_missing_shell_for_a_credential_process")
            .config("[profile ci]\ncredential_process = /bin/true\n")
            .profile("ci")
            .fails(["needs the program sh, which cannot be started: No such file or directory"]),
        row("reports_a_failed_credential_process")
            .needs(&["sh"])
            .config("[profile ci]\ncredential_process = /bin/false\n")
            .profile("ci")
            .fails(["process"]),
        row("keys_beat_credential_process")
            .config(
                "[profile ci]\ncredential_process = /bin/false\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .token_by("AKIDCI"),
        row("an_empty_profile_of_the_argument_falls_back_to_the_container")
            .in_a_container()
            .config("[profile ci]\nregion = us-east-1\n")
            .profile("ci")
            .asks(["container credentials with \"\""])
            .token_by("ASIACONTAINER")
            .warns(["AWS Profile Without Credentials", "\"ci\""]),
        keys("an_empty_profile_of_the_argument_does_not_fall_back_to_env_keys")
            .config("[profile ci]\nregion = us-east-1\n")
            .profile("ci")
            .fails(["No valid credential sources found"]),
    ]
}
