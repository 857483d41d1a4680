//! `assume_role`: what it is assumed with, and on top of what.

use crate::{
    row::{Row, row},
    rows::{DEPLOY, NO_REGION, ROLE},
};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("env_keys").env_keys().block(ROLE).sees(["sts AssumeRole deploy (900s) by AKIDENV in us-east-1", DEPLOY]),
        row("block_keys")
            .env_keys()
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .block(ROLE)
            .sees(["sts AssumeRole deploy (900s) by AKIDBLOCK in us-east-1", DEPLOY]),
        row("profile")
            .env_keys()
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .block(r#"profile = "ci""#)
            .block(ROLE)
            .sees(["sts AssumeRole deploy (900s) by AKIDCI in us-east-1", DEPLOY]),
        row("role_of_a_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/base\nsource_profile = keys\n\
                 [profile keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = hunter2\n",
            )
            .env("AWS_PROFILE", "ci")
            .block(ROLE)
            .sees([
                "sts AssumeRole base (900s) by AKIDKEYS in us-east-1",
                "sts AssumeRole deploy (900s) by ASIABASE in us-east-1",
                DEPLOY,
            ]),
        row("env_web_identity")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/token")
            .file("token", "identity-token")
            .block(ROLE)
            .sees([
                "AssumeRoleWithWebIdentity pod (identity-token) unsigned",
                "sts AssumeRole deploy (900s) by ASIAPOD in us-east-1",
                DEPLOY,
            ]),
        row("every_argument")
            .env_keys()
            .block(
                r#"assume_role {
    role_arn            = "arn:aws:iam::123456789012:role/deploy"
    duration            = "1h30m"
    external_id         = "an-id"
    policy              = "{}"
    policy_arns         = ["arn:aws:iam::123456789012:policy/p"]
    session_name        = "named"
    source_identity     = "somebody"
    tags                = { Team = "blue" }
    transitive_tag_keys = ["Team"]
  }"#,
            )
            .sees([
                "sts AssumeRole deploy (5400s, ExternalId=an-id, Policy={}, \
                 PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p, SourceIdentity=somebody, Tags.1.Key=Team, \
                 Tags.1.Value=blue, TransitiveTagKeys.1=Team, session=named) by AKIDENV in us-east-1",
                DEPLOY,
            ]),
        row("chain_of_two")
            .env_keys()
            .block(
                r#"assume_role {
    role_arn     = "arn:aws:iam::123456789012:role/hub"
    session_name = "first"
  }"#,
            )
            .block(
                r#"assume_role {
    role_arn    = "arn:aws:iam::123456789012:role/deploy"
    external_id = "second"
  }"#,
            )
            .sees([
                "sts AssumeRole hub (900s, session=first) by AKIDENV in us-east-1",
                "sts AssumeRole deploy (900s, ExternalId=second) by ASIAHUB in us-east-1",
                DEPLOY,
            ]),
        row("session_name_of_the_environment_is_not_taken")
            .env_keys()
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .block(ROLE)
            .sees(["sts AssumeRole deploy (900s) by AKIDENV in us-east-1", DEPLOY]),
        row("sts_region")
            .env_keys()
            .block(r#"sts_region = "eu-west-2""#)
            .block(ROLE)
            .sees(["sts AssumeRole deploy (900s) by AKIDENV in eu-west-2", DEPLOY]),
        row("sts_region_is_for_every_hop")
            .env_keys()
            .block(r#"sts_region = "eu-west-2""#)
            .block(r#"assume_role { role_arn = "arn:aws:iam::123456789012:role/hub" }"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole hub (900s) by AKIDENV in eu-west-2",
                "sts AssumeRole deploy (900s) by ASIAHUB in eu-west-2",
                DEPLOY,
            ]),
        row("sts_region_and_the_role_of_a_profile_where_sts_has_an_endpoint")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = keys\n\
                 [profile keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .block(r#"sts_region = "eu-west-2""#)
            .sees(["sts AssumeRole deploy (900s) by AKIDKEYS in eu-west-2", DEPLOY]),
        row("denied")
            .env_keys()
            .block(r#"assume_role { role_arn = "arn:aws:iam::123456789012:role/denied" }"#)
            .sees(["sts AssumeRole denied (900s) by AKIDENV in us-east-1"])
            .fails(["AccessDenied", "not for you"]),
        row("no_region").env_keys().without("AWS_REGION").block(ROLE).fails(["region"]).peer_fails(
            ["sts AssumeRole deploy (900s) by AKIDENV in "],
            ["region"],
            NO_REGION,
        ),
        row("duration_is_too_short")
            .env_keys()
            .block(
                r#"assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
    duration = "5m"
  }"#,
            )
            .fails(["15 minutes"]),
        row("role_arn_is_empty")
            .env_keys()
            .block(r#"assume_role { role_arn = "" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("role_arn_is_missing")
            .env_keys()
            .block(r#"assume_role { session_name = "named" }"#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"])
            .says(["Missing required argument", "role_arn"]),
        row("block_is_empty")
            .env_keys()
            .block("assume_role {}")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"])
            .says(["Missing required argument", "role_arn"]),
        row("second_block_is_empty").env_keys().block(ROLE).block("assume_role {}").fails(["role_arn"]),
    ]
}
