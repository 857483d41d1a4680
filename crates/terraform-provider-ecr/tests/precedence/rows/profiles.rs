//! What a profile can hold.

use crate::{
    row::{Row, row},
    rows::{DEPLOY, ROLE_OF_PROFILE},
};

/// Profiles that other profiles name.
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

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("source_profile")
            .credentials(SOURCES)
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDBASE in us-east-1", DEPLOY]),
        row("source_profile_of_default_profile")
            .credentials(SOURCES)
            .config("[default]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .sees(["sts AssumeRole deploy (900s) by AKIDBASE in us-east-1", DEPLOY]),
        row("source_profile_with_two_hops")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = middle\n\
                 [profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = base\n",
            )
            .env("AWS_PROFILE", "ci")
            .sees([
                "sts AssumeRole middle (900s) by AKIDBASE in us-east-1",
                "sts AssumeRole deploy (900s) by ASIAMIDDLE in us-east-1",
                DEPLOY,
            ]),
        row("source_profile_is_missing")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = nope\n")
            .block(r#"profile = "ci""#)
            .fails(["nope"]),
        row("source_profile_is_itself")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = ci\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDCI in us-east-1", DEPLOY]),
        row("role_and_keys").credentials(SOURCES).block(r#"profile = "both""#).sees([
            "sts AssumeRole both (900s) by AKIDBASE in us-east-1",
            "ecr GetAuthorizationToken by ASIABOTH in us-east-1",
        ]),
        row("role_and_keys_in_another_file")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .config(ROLE_OF_PROFILE)
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDBASE in us-east-1", DEPLOY]),
        row("role_without_source")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .block(r#"profile = "ci""#)
            .fails(["credential"]),
        row("role_without_source_in_a_container")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .block(r#"profile = "ci""#)
            .sees([
                "container credentials with \"\"",
                "sts AssumeRole deploy (900s) by ASIACONTAINER in us-east-1",
                DEPLOY,
            ]),
        row("role_without_source_on_an_instance")
            .on_ec2()
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .block(r#"profile = "ci""#)
            .sees(["metadata credentials", "sts AssumeRole deploy (900s) by ASIAINSTANCE in us-east-1", DEPLOY]),
        row("role_without_source_beside_env_keys")
            .env_keys()
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .block(r#"profile = "ci""#)
            .fails(["credential"]),
        row("credential_source_environment")
            .env_keys()
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_source = Environment\n")
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDENV in us-east-1", DEPLOY]),
        row("credential_source_container")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = EcsContainer\n",
            )
            .block(r#"profile = "ci""#)
            .sees([
                "container credentials with \"\"",
                "sts AssumeRole deploy (900s) by ASIACONTAINER in us-east-1",
                DEPLOY,
            ]),
        row("credential_source_instance")
            .on_ec2()
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 credential_source = Ec2InstanceMetadata\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["metadata credentials", "sts AssumeRole deploy (900s) by ASIAINSTANCE in us-east-1", DEPLOY]),
        row("credential_source_is_unknown")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_source = Magic\n")
            .block(r#"profile = "ci""#)
            .fails(["credential"]),
        row("web_identity")
            .file("token", "identity-token")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n\
                 role_session_name = named\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["AssumeRoleWithWebIdentity deploy (identity-token, session=named) unsigned", DEPLOY]),
        row("web_identity_as_source_profile")
            .file("token", "identity-token")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = pod\n\
                 [profile pod]\nrole_arn = arn:aws:iam::123456789012:role/pod\n\
                 web_identity_token_file = <home>/token\n",
            )
            .block(r#"profile = "ci""#)
            .sees([
                "AssumeRoleWithWebIdentity pod (identity-token) unsigned",
                "sts AssumeRole deploy (900s) by ASIAPOD in us-east-1",
                DEPLOY,
            ]),
        row("parameters_of_the_role")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 duration_seconds = 1800\nexternal_id = from-profile\nrole_session_name = named\n",
            )
            .block(r#"profile = "ci""#)
            .sees([
                "sts AssumeRole deploy (1800s, ExternalId=from-profile, session=named) by AKIDBASE in us-east-1",
                DEPLOY,
            ]),
        row("session_name_of_the_environment_is_not_for_a_role")
            .credentials(SOURCES)
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n")
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDBASE in us-east-1", DEPLOY]),
        row("mfa")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 mfa_serial = arn:aws:iam::123456789012:mfa/me\n",
            )
            .block(r#"profile = "ci""#)
            .fails(["MFA"]),
        row("role_is_denied")
            .credentials(SOURCES)
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/denied\nsource_profile = base\n")
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole denied (900s) by AKIDBASE in us-east-1"])
            .fails(["AccessDenied", "not for you"]),
        row("region_of_the_profile_signs_its_role")
            .without("AWS_REGION")
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 region = eu-west-1\n\
                 [profile base]\nregion = eu-west-2\n",
            )
            .block(r#"profile = "ci""#)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDBASE in eu-west-1",
                "ecr GetAuthorizationToken by ASIADEPLOY in eu-west-1",
            ]),
        row("credential_process")
            .file("process", PROCESS)
            .needs(&["sh"])
            .config("[profile ci]\ncredential_process = <home>/process\n")
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDPROCESS in us-east-1"]),
        row("credential_process_as_source_profile")
            .file("process", PROCESS)
            .needs(&["sh"])
            .config(
                "[profile base]\ncredential_process = <home>/process\n\
                 [profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDPROCESS in us-east-1", DEPLOY]),
        row("source_profile_and_credential_source")
            .env_keys()
            .credentials(SOURCES)
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 source_profile = base\ncredential_source = Environment\n",
            )
            .block(r#"profile = "ci""#)
            .fails(["credential source"]),
        row("keys_beat_web_identity_and_assume_the_role")
            .file("token", "identity-token")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 web_identity_token_file = <home>/token\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDCI in us-east-1", DEPLOY]),
        row("role_and_its_own_keys")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDCI in us-east-1", DEPLOY]),
        row("role_and_its_own_keys_in_another_file")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .config("[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n")
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDCI in us-east-1", DEPLOY]),
        row("role_and_its_own_credential_process")
            .file("process", PROCESS)
            .needs(&["sh"])
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\ncredential_process = <home>/process\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDPROCESS in us-east-1", DEPLOY]),
        row("source_profile_loops")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = other\n\
                 [profile other]\nrole_arn = arn:aws:iam::123456789012:role/other\nsource_profile = ci\n",
            )
            .block(r#"profile = "ci""#)
            .fails(["ci"]),
        row("credential_process_fails")
            .needs(&["sh"])
            .config("[profile ci]\ncredential_process = /bin/false\n")
            .block(r#"profile = "ci""#)
            .fails(["process"]),
        row("keys_beat_credential_process")
            .config(
                "[profile ci]\ncredential_process = /bin/false\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("empty_profile_named_by_argument_leads_on_to_container")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<all>/v1/credentials")
            .config("[profile ci]\nregion = eu-west-1\n")
            .block(r#"profile = "ci""#)
            .sees(["container credentials with \"\"", "ecr GetAuthorizationToken by ASIACONTAINER in us-east-1"]),
        row("empty_profile_named_by_argument_does_not_lead_back_to_env_keys")
            .env_keys()
            .config("[profile ci]\nregion = eu-west-1\n")
            .block(r#"profile = "ci""#)
            .fails(["No valid credential sources found"]),
    ]
}
