//! Rows about `assume_role` of the ephemeral block: the credentials with which a role is assumed, and the errors.

use expect_test::expect;
use serde_json::json;

use test_support::{
    answer::{Answer, sts_refuses, succeeds},
    row::{Row, keys, row},
};

use super::{ROLE, ROLE_OF_PROFILE, asked_with_every_argument, every_argument_of_a_role};

const HUB: &str = "arn:aws:iam::123456789012:role/hub";
const ELSEWHERE: &str = "arn:aws:iam::210987654321:role/elsewhere";
const LIMIT_OF_CHAINS: &str =
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
const NOT_THERE: &str = "the block came with this provider";

fn denied() -> Answer {
    sts_refuses(403, "AccessDenied", "User: somebody is not authorized to perform: sts:AssumeRole on that resource")
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = assumed();
    rows.extend(refused());
    rows.extend(not_valid());
    rows.extend(accounts());
    rows.into_iter().map(|row| row.ours_only(NOT_THERE)).collect()
}

fn assumed() -> Vec<Row> {
    vec![
        keys("keys_assume_the_role").own_role(ROLE).assumes("deploy (900s) by AKIDENV").token_by("ASIADEPLOY"),
        keys("the_role_of_the_provider_assumes_the_role")
            .role(HUB)
            .own_role(ROLE)
            .assumes("hub (900s) by AKIDENV")
            .assumes("deploy (900s) by ASIAHUB")
            .token_by("ASIADEPLOY"),
        row("the_role_of_a_profile_assumes_the_role")
            .config(ROLE_OF_PROFILE)
            .env("AWS_PROFILE", "ci")
            .own_role(HUB)
            .assumes("deploy (900s) by AKIDBASE")
            .assumes("hub (900s) by ASIADEPLOY")
            .token_by("ASIAHUB"),
        row("a_web_identity_assumes_the_role")
            .web_identity("pod")
            .own_role(ROLE)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .assumes("deploy (900s) by ASIAPOD")
            .token_by("ASIADEPLOY"),
        keys("every_argument_is_sent")
            .terraform()
            .own_block("assume_role", every_argument_of_a_role())
            .asks([&asked_with_every_argument()])
            .token_by("ASIADEPLOY"),
        // The sandbox refuses this request, because the sandbox does not support managed policies.
        keys("managed_policies_are_sent")
            .own_block("assume_role", json!({"role_arn": ROLE, "policy_arns": ["arn:aws:iam::123456789012:policy/p"]}))
            .asks(["sts AssumeRole deploy (900s, PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p) by AKIDENV"])
            .fails(["NotImplemented", "cannot enforce PolicyArns", "assume_role[0].role_arn"]),
        keys("roles_are_chained")
            .terraform()
            .own_role(HUB)
            .own_block("assume_role", json!({"role_arn": ROLE, "external_id": "second"}))
            .assumes("hub (900s) by AKIDENV")
            .assumes("deploy (900s, ExternalId=second) by ASIAHUB")
            .token_by("ASIADEPLOY"),
        keys("ecr_public_uses_the_role").public().own_role(ROLE).asks([
            "sts AssumeRole deploy (900s) by AKIDENV",
            "ecr-public GetAuthorizationToken by ASIADEPLOY in us-east-1",
        ]),
        keys("sts_is_called_in_the_region_of_the_provider")
            .argument("region", "eu-west-2")
            .own_role(ROLE)
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY in eu-west-2"),
        keys("sts_is_called_in_the_region_of_the_block_without_a_provider_region")
            .without(["AWS_REGION"])
            .argument("region", "eu-west-2")
            .own_role(ROLE)
            .assumes("deploy (900s) by AKIDENV in eu-west-2")
            .token_by("ASIADEPLOY in eu-west-2"),
        keys("sts_region_is_used")
            .set("sts_region", "eu-central-1")
            .own_role(ROLE)
            .assumes("deploy (900s) by AKIDENV in eu-central-1")
            .token_by("ASIADEPLOY"),
    ]
}

fn refused() -> Vec<Row> {
    vec![
        keys("a_denied_first_role_is_reported")
            .terraform()
            .own_role(HUB)
            .own_role(ROLE)
            .answer("AssumeRole", [denied()])
            .assumes("hub (900s) by AKIDENV")
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the resource]
                The IAM role arn:aws:iam::123456789012:role/hub, in block 1 of `assume_role` here, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: somebody is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        keys("a_denied_second_role_is_reported")
            .own_role(HUB)
            .own_role(ROLE)
            .answer("AssumeRole", [succeeds(), denied()])
            .requests(2)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[1].role_arn of the resource]
                The IAM role arn:aws:iam::123456789012:role/deploy, in block 2 of `assume_role` here, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: somebody is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        keys("a_session_too_long_for_a_chain_is_reported")
            .role(HUB)
            .own_block("assume_role", json!({"role_arn": ROLE, "duration": "2h"}))
            .answer("AssumeRole", [succeeds(), sts_refuses(400, "ValidationError", LIMIT_OF_CHAINS)])
            .requests(2)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the resource]
                The IAM role arn:aws:iam::123456789012:role/deploy, in block 1 of `assume_role` here, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 400, ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                A session of a role that another role assumes lasts at most one hour. Set `duration` of the block, or `duration_seconds` of the profile, to one hour or less.
            "#]]),
        // AWS denies the role of the provider block, so the error must name that role.
        keys("a_denied_role_of_the_provider_is_reported")
            .role(HUB)
            .own_role(ROLE)
            .answer("AssumeRole", [denied()])
            .requests(1)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::123456789012:role/hub, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: somebody is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        keys("unknown_keys_are_reported")
            .own_role(ROLE)
            .answer(
                "AssumeRole",
                [sts_refuses(403, "InvalidClientTokenId", "The security token included in the request is invalid.")],
            )
            .requests(1)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the resource]
                The IAM role arn:aws:iam::123456789012:role/deploy, in block 1 of `assume_role` here, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, InvalidClientTokenId: The security token included in the request is invalid.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS does not know the access key. It may be deleted, mistyped, from another partition, or a temporary key without its session token. Or its account has not enabled this Region.
            "#]]),
    ]
}

fn not_valid() -> Vec<Row> {
    let one = |name, argument: &str, value: serde_json::Value| {
        let mut arguments = json!({"role_arn": ROLE});
        arguments[argument] = value;
        keys(name).own_block("assume_role", arguments)
    };
    vec![
        keys("rejects_a_missing_role_arn")
            .terraform()
            .own_block("assume_role", json!({"session_name": "named"}))
            .requests(0)
            .tells(expect![[r#"
                Error: Missing required argument [assume_role[0] of the resource]
                The argument "role_arn" is required, but no definition was found. Name the role in block 1 of `assume_role`, or remove the block.
            "#]]),
        one("rejects_an_empty_role_arn", "role_arn", "".into()).fails(["Missing required argument", "assume_role[0]"]),
        keys("rejects_an_empty_block")
            .own_block("assume_role", json!({}))
            .fails(["Missing required argument", "assume_role[0]"]),
        keys("rejects_a_missing_second_role")
            .own_role(HUB)
            .own_block("assume_role", json!({}))
            .fails(["Missing required argument", "assume_role[1]"]),
        one("rejects_a_role_name_instead_of_an_arn", "role_arn", "deploy".into()).terraform().requests(0).tells(expect![[r#"
            Error: Invalid ARN [assume_role[0].role_arn of the resource]
            "assume_role[0].role_arn" (deploy) is an invalid ARN: it is not of the form arn:partition:service:region:account:resource.
        "#]]),
        one("hides_a_secret_instead_of_a_role_arn", "role_arn", "hunter2/wJalrXUtnFEMI/K7MDENG".into())
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid ARN [the resource]
                "assume_role[0].role_arn" (hidden) is an invalid ARN: it is not of the form arn:partition:service:region:account:resource.
            "#]]),
        one("rejects_a_too_short_duration", "duration", "5m".into())
            .fails(["Invalid Session Duration", "assume_role[0].duration"]),
        one("rejects_a_policy_that_is_not_json", "policy", "{".into()).fails(["Invalid Session Policy", "assume_role[0].policy"]),
        one("rejects_a_too_short_external_id", "external_id", "x".into())
            .fails(["Invalid Length", "assume_role[0].external_id"]),
        one("rejects_a_null_policy_arn", "policy_arns", json!([null])).fails(["Null value found in list"]),
    ]
}

fn accounts() -> Vec<Row> {
    let asked = "sts GetCallerIdentity by AKIDENV";
    vec![
        keys("accepts_an_allowed_account")
            .set("allowed_account_ids", ["123456789012"])
            .own_role(ROLE)
            .asks([asked])
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY"),
        keys("rejects_an_account_that_is_not_allowed")
            .terraform()
            .set("allowed_account_ids", ["123456789012"])
            .own_role(ROLE)
            .own_role(ELSEWHERE)
            .asks([asked])
            .tells(expect![[r#"
                Error: AWS Account Not Allowed [assume_role[1].role_arn of the resource]
                AWS account ID not allowed: 210987654321

                The IAM role arn:aws:iam::210987654321:role/elsewhere belongs to that account, and the argument `allowed_account_ids` does not allow it. Assume a role of another account, or change the list.
            "#]]),
        keys("rejects_a_forbidden_account")
            .set("forbidden_account_ids", ["210987654321"])
            .own_role(ELSEWHERE)
            .asks([asked])
            .fails(["AWS account ID not allowed: 210987654321", "forbidden_account_ids", "assume_role[0].role_arn"]),
        // Only the account of the last role is checked, because the token belongs to the last role.
        keys("an_intermediate_account_is_not_checked")
            .set("forbidden_account_ids", ["210987654321"])
            .own_role(ELSEWHERE)
            .own_role(ROLE)
            .asks([asked])
            .assumes("elsewhere (900s) by AKIDENV")
            .assumes("deploy (900s) by ASIAELSEWHERE")
            .token_by("ASIADEPLOY"),
    ]
}
